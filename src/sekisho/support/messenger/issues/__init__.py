"""The issues that people can pick, as data."""

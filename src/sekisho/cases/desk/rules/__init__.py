"""What the desk decides: pure. Pages: `docs/rules/cases.md`."""

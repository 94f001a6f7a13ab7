"""Training of the reader, the small transformer: needs the environment that `make model` sets up."""

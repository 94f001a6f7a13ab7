"""The messenger: plain forms for everybody, the same in JSON for its element, and a stream of what happens."""

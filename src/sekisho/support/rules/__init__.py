"""What decides in support: pure, and without a database, a clock or a network."""

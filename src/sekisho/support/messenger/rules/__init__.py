"""What decides in a conversation: pure, and without a database, a clock or a network."""

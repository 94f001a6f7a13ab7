"""What decides about answers: pure functions over texts."""

"""The smallest piece of a conversation that a finding rests on, kept under a key and a clock of its own."""

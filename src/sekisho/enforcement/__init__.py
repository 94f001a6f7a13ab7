"""From verdict to decision, strike and standing; why, for how long, and how to appeal."""

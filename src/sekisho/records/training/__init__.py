"""Exports for training that honour every choice, their recall, and the register of training runs."""

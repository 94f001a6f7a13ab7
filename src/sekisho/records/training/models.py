"""Rows of training."""

"""Rows of rights."""

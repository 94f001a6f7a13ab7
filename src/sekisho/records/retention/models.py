"""Rows of retention."""

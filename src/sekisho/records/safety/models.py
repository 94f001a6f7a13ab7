"""Rows of safety."""

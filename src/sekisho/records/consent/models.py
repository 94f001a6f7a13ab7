"""Rows of consent."""

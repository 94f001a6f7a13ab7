"""Rows of feedback."""

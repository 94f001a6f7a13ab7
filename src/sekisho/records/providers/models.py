"""Rows of providers."""

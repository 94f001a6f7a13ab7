"""Answers that wait for a qualified professional before anybody is given them (P-020)."""

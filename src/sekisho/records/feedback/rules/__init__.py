"""Decisions of feedback. Pure: no database, no clock, no network."""

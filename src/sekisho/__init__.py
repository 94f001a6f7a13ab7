"""Sekisho (関所): a self-hosted trust plane for AI products."""

__version__ = "0.1.0"

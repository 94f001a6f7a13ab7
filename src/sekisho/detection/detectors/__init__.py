"""Detectors: each reads a passage and answers with findings."""

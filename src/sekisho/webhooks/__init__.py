"""Calling organisations back: what happened to what is theirs, signed, at addresses that they registered."""

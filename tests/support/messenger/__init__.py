"""Conversations with the desk."""

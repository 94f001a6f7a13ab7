"""Conversations with the desk: search or chat, agree, pick an issue, be handed over."""

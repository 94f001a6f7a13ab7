"""What agents may not do with their tools (P-032): a catalogue in the pack, and the rules that read it.

types        a catalogue: words for tools, and actions made of conditions
sentences    a condition as a person writes it, and back
load         the catalogue out of a pack's YAML, with every problem at its place
trace        what a conversation has called, brought and said so far
content      whether text came from somewhere, however it is wrapped
places       whether a path lies outside the workspace
rules        one call against the catalogue: which actions it would be
"""

"""The few pictures that pages use, as the paths of a 16 × 16 drawing. Each says the same without its colour."""

from __future__ import annotations

PATHS: dict[str, str] = {
    # what was decided
    "allow": "M3 8.5l3.2 3.2L13 5",
    "annotate": "M3 13h3l7-7-3-3-7 7zM9 4l3 3",
    "modify": "M2 6c2-2.500 4-2.500 6 0s4 2.500 6 0M2 11c2-2.500 4-2.500 6 0s4 2.500 6 0",
    "hold": "M5.500 3v10M10.500 3v10",
    "block": "M4 4l8 8M12 4l-8 8",
    # states of things
    "quiet": "M4 8h8",
    "active": "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3zM8 6v4",
    "soon": "M8 2.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11zM8 5v3.200l2.200 1.600",
    "care": "M8 2.500L14.500 13.500H1.500zM8 6.500v3.500M8 11.800v.2",
    # places
    "home": "M2.500 7.500L8 2.500l5.500 5M4 6.500v7h8v-7",
    "policy": "M4 2h6l2.500 2.500V14H4zM6 7h4.500M6 10h4.500",
    "key": "M6 6.500a3 3 0 1 0-.010 3.010zM6 8h8M11.500 8v2.500M14 8v2",
    "decisions": "M2 4h12M2 8h12M2 12h7",
    "playground": "M5 3l8 5-8 5z",
    "stream": "M2 8h3l2-5 3 10 2-5h2",
    "gateway": "M2 4.500h12M4 4.500V14M12 4.500V14M4 7.500h8",
    "person": "M8 8a2.700 2.700 0 1 0 0-5.400A2.700 2.700 0 0 0 8 8zM3 14c.5-3 2.500-4.300 5-4.300s4.500 1.300 5 4.300",
    "menu": "M2 4h12M2 8h12M2 12h12",
    "theme": "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12",
    "language": "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM2 8h12M8 2c2 2 2.600 4 2.600 6S10 12 8 14M8 2C6 4 5.400 6 5.400 8S6 12 8 14",
    "copy": "M6 6h7v7H6zM10 6V3H3v7h3",
    "help": "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM6.300 6.300a1.800 1.800 0 1 1 2.600 1.900c-.6.3-.9.700-.9 1.300M8 11.500v.2",
}


def icon(name: str) -> str:
    """Return the drawing as SVG that takes the colour of the text beside it and says nothing to a screen reader."""
    return (
        '<svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6" '
        f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d="{PATHS[name]}"/></svg>'
    )

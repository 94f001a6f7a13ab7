"""The few pictures that pages use, as the paths of a 16 × 16 drawing. Each says the same without its colour."""

from __future__ import annotations

PATHS: dict[str, str] = {
    # what was decided
    "allow": "M3 8.5l3.2 3.2L13 5",
    "annotate": "M3 13h3l7-7-3-3-7 7zM9 4l3 3",
    "modify": "M2 6c2-2.5 4-2.5 6 0s4 2.5 6 0M2 11c2-2.5 4-2.5 6 0s4 2.5 6 0",
    "hold": "M5.5 3v10M10.5 3v10",
    "block": "M4 4l8 8M12 4l-8 8",
    # states of things
    "quiet": "M4 8h8",
    "active": "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3zM8 6v4",
    "soon": "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 5v3.2l2.2 1.6",
    "care": "M8 2.5L14.5 13.5H1.5zM8 6.5v3.5M8 11.8v.2",
    # places
    "home": "M2.5 7.5L8 2.5l5.5 5M4 6.5v7h8v-7",
    "policy": "M4 2h6l2.5 2.5V14H4zM6 7h4.5M6 10h4.5",
    "notice": "M4.5 11V7a3.5 3.5 0 0 1 7 0v4l1.5 1.5H3zM6.8 14h2.4",
    "webhook": "M4 11.5a2 2 0 1 0 2.6-1.9L8.5 6M8 4.5a2 2 0 1 0-1.6 2M8 4.5a2 2 0 0 1 3.2 1.4M9.6 6l2.2 3.4"
    "M6.2 11.5h4.3M12.5 9.3a2 2 0 1 1-1.9 2.7",
    "key": "M6 6.5a3 3 0 1 0-.01 3.01zM6 8h8M11.5 8v2.5M14 8v2",
    "decisions": "M2 4h12M2 8h12M2 12h7",
    "appeal": "M8 2.5v11M4.5 13.5h7M3 5h10M3 5l-1.7 4a1.9 1.9 0 0 0 3.4 0zM13 5l-1.7 4a1.9 1.9 0 0 0 3.4 0z",
    "review": "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3l3.7 3.7M5 7l1.5 1.5L9 5.8",
    "playground": "M5 3l8 5-8 5z",
    "stream": "M2 8h3l2-5 3 10 2-5h2",
    "model": "M2.5 13.5h11M4 13.5V9M8 13.5V3M12 13.5V6.5",
    "gateway": "M2 4.5h12M4 4.5V14M12 4.5V14M4 7.5h8",
    "person": "M8 8a2.7 2.7 0 1 0 0-5.4A2.7 2.7 0 0 0 8 8zM3 14c.5-3 2.5-4.3 5-4.3s4.5 1.3 5 4.3",
    "shield": "M8 2l5 2v4c0 3-2 5-5 6-3-1-5-3-5-6V4zM5.8 8l1.6 1.6 2.8-3",
    "menu": "M2 4h12M2 8h12M2 12h12",
    "theme": "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12",
    "language": "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM2 8h12M8 2c2 2 2.6 4 2.6 6S10 12 8 14"
    "M8 2C6 4 5.4 6 5.4 8S6 12 8 14",
    "copy": "M6 6h7v7H6zM10 6V3H3v7h3",
    "help": "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM6.3 6.3a1.8 1.8 0 1 1 2.6 1.9c-.6.3-.9.7-.9 1.3M8 11.5v.2",
}


def icon(name: str) -> str:
    """Return the drawing as SVG that takes the colour of the text beside it and says nothing to a screen reader."""
    return (
        '<svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
        f'<path d="{PATHS[name]}"/></svg>'
    )

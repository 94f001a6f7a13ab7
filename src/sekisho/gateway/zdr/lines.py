"""Log lines of a worker, looked at once more before its parent writes them: catalogued fields in shape, or nothing."""

from __future__ import annotations

import msgspec

from sekisho.telemetry.catalogue import BY_NAME, EVENTS

MOST_BYTES = 4096
"""Of one line. The catalogue's fields fit in a quarter of it."""


def is_catalogued(line: bytes) -> bool:
    """Return whether a line is a JSON object of catalogued fields alone, each in its shape (R-DATA-165). A traceback, a
    print or a native library's complaint is none, and may quote anything."""
    if len(line) > MOST_BYTES:
        return False
    try:
        told = msgspec.json.decode(line, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    fields = all(name in BY_NAME and BY_NAME[name].takes(value) for name, value in told.items())
    return fields and told.get("event") in EVENTS

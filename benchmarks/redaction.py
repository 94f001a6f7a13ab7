"""How fast secrets are redacted, and that the time grows with the text: python benchmarks/redaction.py

Ordinary text is the source of this repository; the hostile ones repeat what a look begins with and never ends.
"""

from __future__ import annotations

import platform
import time
from pathlib import Path

from sekisho.records.redaction import redact

ROOT = Path(__file__).parent.parent
HOSTILE = (
    "password=",
    "-----BEGIN PRIVATE KEY-----",
    "token: 'a",
    "http://a:b",
    "eyJaaaaaaaaa.bbbbbbbbb.",
    "AKIA",
)
MEGABYTE = 1_000_000


def took_s(text: str) -> float:
    begin = time.perf_counter()
    redact(text)
    return time.perf_counter() - begin


def main() -> None:
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, one core")
    files = [file.read_text("utf-8") for file in sorted((ROOT / "src").rglob("*.py"))]
    size, took = sum(map(len, files)), sum(map(took_s, files))
    found = sum(redact(file).total for file in files)
    print(f"source: {size / MEGABYTE / took:.0f} million characters/s, {found} places in {len(files)} files")
    for unit in HOSTILE:
        one, four = (took_s(unit * (count * MEGABYTE // len(unit))) for count in (1, 4))
        print(
            f"{unit!r}: {1 / one:.0f} million characters/s; four times as long takes {four / one:.1f} times as long"
        )


if __name__ == "__main__":
    main()

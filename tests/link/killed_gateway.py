"""A gateway-like process for `test_kill.py`: appends as fast as it can and says which ids are durable."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from sekisho.link.carriers.local import JournalFile
from sekisho.link.sealing import Sealer
from tests.link.makers import content, sealed_entry

WRITERS = 32


async def main(path: str, public_key: str, name: str) -> None:
    journal, sealer = JournalFile(Path(path)), Sealer(bytes.fromhex(public_key))

    async def write(writer: int) -> None:
        for number in range(1_000_000):
            one = f"req_{name}_{writer}_{number}"
            await journal.append(sealed_entry(sealer, content(f"said in {one}"), id=one))
            sys.stdout.write(f"{one}\n")
            sys.stdout.flush()

    await asyncio.gather(*(write(number) for number in range(WRITERS)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))

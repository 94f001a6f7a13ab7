"""Gateways that do keep, to show that what watches them sees. Never anybody's gateway: only the harness starts it.

`python -m sekisho.zdr.control FOLDER PORT plain|sealed`
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from sekisho.gateway.server import make_gate, make_server
from sekisho.gateway.zdr.confine import forbid_dumps, forbid_rings
from sekisho.link.sealing import Sealer
from sekisho.telemetry.log import configure_process


class OpenSealer(Sealer):
    """Seals nothing: what it is given is recorded as it is, and once more in a file that is gone at once."""

    def seal(self, content: bytes, *, entry: str, organisation: str, key: str) -> bytes:
        with tempfile.TemporaryFile() as unlinked:
            unlinked.write(content)
        return content


def main(arguments: list[str]) -> None:
    folder, port, kind = arguments
    configure_process()
    if kind == "plain":
        forbid_rings()  # and leaves its dumps: they have to be found
    else:
        forbid_dumps()
    gate = make_gate(Path(folder))
    if kind == "plain":
        gate.make_sealer = OpenSealer
    make_server(gate, port=int(port)).run()


if __name__ == "__main__":
    main(sys.argv[1:])

"""A worker of the pool: confined before anything else is loaded, then a gateway like any other.

Started by `pool.py` alone: `python -m sekisho.gateway.zdr.worker LISTENER LINE CANARY NAME FOLDER`.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main(arguments: list[str]) -> None:
    """Serve until SIGTERM. Loads what it needs only once the kernel holds it."""
    listener, line, canary, name, folder = arguments
    from sekisho.gateway.zdr.confine import confine, end_with_parent, require_pipes

    require_pipes()
    held = confine(Path(canary))
    end_with_parent()

    from sekisho.telemetry import log

    log.configure_process()
    import logging
    import socket

    from sekisho.gateway.server import make_gate, make_server
    from sekisho.gateway.zdr.outlet import Outlet
    from sekisho.gateway.zdr.vault import NullVault

    gate = make_gate(Path(folder), journal=Outlet(socket.socket(fileno=int(line))), name=name)
    gate.keeps_nothing, gate.make_sealer, gate.is_confined = True, NullVault, held.is_complete
    logger = logging.getLogger(__name__)
    if held.is_complete:
        logger.info("gateway.confined")
    else:
        logger.warning("gateway.unconfined")
    make_server(gate).run(sockets=[socket.socket(fileno=int(listener))])


if __name__ == "__main__":
    main(sys.argv[1:])

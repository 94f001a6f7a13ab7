"""`sekisho worker`: journals in, snapshots out."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from sekisho.cli.control_plane import data_dir_option, migrate, set_up


@click.command("worker")
@data_dir_option
def command(data_dir: Path | None) -> None:
    """Take in what gateways wrote, and keep their snapshot fresh, until SIGTERM. Any number may run."""
    set_up(data_dir)
    migrate()

    from sekisho.link.worker import run_worker

    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    run_worker(stop)

"""`sekisho gateway`: the data plane alone. Imports no Django."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.base import settings
from sekisho.cli.control_plane import data_dir_option, private_by_default, use_data_dir


@click.command("gateway")
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1, or SEKISHO_HOST]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port.  [default: 8080, or SEKISHO_PORT]")
@data_dir_option
def command(host: str | None, port: int | None, data_dir: Path | None) -> None:
    """Run the data plane alone, over the snapshot and the journal in the data folder.

    Any number of gateways may run over one folder. Without a fresh snapshot (a running worker or `sekisho serve`) a
    gateway refuses requests and says why under /ready.
    """
    from sekisho.gateway.server import run_gateway

    private_by_default()
    folder = use_data_dir(data_dir)
    run_gateway(folder, host or settings.text("host"), settings.integer("port") if port is None else port)

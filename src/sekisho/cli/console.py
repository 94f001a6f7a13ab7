"""`sekisho console`: the control plane's pages alone."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.base import settings
from sekisho.cli.control_plane import data_dir_option, migrate, set_up


@click.command("console")
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1, or SEKISHO_HOST]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port.  [default: 8080, or SEKISHO_PORT]")
@data_dir_option
def command(host: str | None, port: int | None, data_dir: Path | None) -> None:
    """Run the control plane's pages alone. Databases are brought up to date first."""
    import uvicorn

    set_up(data_dir)
    migrate()

    from sekisho.asgi import pages
    from sekisho.policy.actions import install_reference

    install_reference()
    uvicorn.run(
        pages(),
        host=host or settings.text("host"),
        port=settings.integer("port") if port is None else port,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
    )

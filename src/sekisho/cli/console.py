"""`sekisho console`: the control plane's pages alone."""

from __future__ import annotations

import socket
from pathlib import Path

import click

from sekisho.asgi import App
from sekisho.base import settings
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, migrate, set_up


@bilingual.command(
    "console",
    help=Text(
        "Run the control plane's pages alone. Databases are brought up to date first.",
        "管理プレーンのページだけを動かします。データベースは、先に最新の状態に更新します。",
    ),
)
@bilingual.option(
    "--host",
    help=Text(
        "Address to listen on.  [default: 127.0.0.1, or SEKISHO_HOST]",
        "待ち受けるアドレス。  [デフォルト: 127.0.0.1、または SEKISHO_HOST]",
    ),
)
@bilingual.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=Text(
        "Port.  [default: 8080, or SEKISHO_PORT]", "ポート番号。  [デフォルト: 8080、または SEKISHO_PORT]"
    ),
)
@data_dir_option
def command(host: str | None, port: int | None, data_dir: Path | None) -> None:
    set_up(data_dir)
    migrate()

    from sekisho.asgi import pages
    from sekisho.policy.actions import install_reference

    install_reference()
    serve(pages(), host or settings.text("host"), settings.integer("port") if port is None else port)


def serve(app: App, host: str, port: int) -> None:
    """Serve until SIGTERM. Running answers may finish; streams are ended, as they would go on for an hour."""
    import uvicorn

    from sekisho.api.review_streams import end_all as end_reviews
    from sekisho.console.messenger.streams import end_all as end_conversations

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            end_reviews()
            end_conversations()
            await super().shutdown(sockets)

    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(settings.number("drain_s")),
    )
    Server(config).run()

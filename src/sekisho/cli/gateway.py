"""`sekisho gateway`: the data plane alone. Imports no Django."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.base import settings
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, private_by_default, use_data_dir


@bilingual.command(
    "gateway",
    help=Text(
        """Run the data plane alone, over the snapshot and the journal in the data folder.

        Any number of gateways may run over one folder. Without a fresh snapshot (a running worker or `sekisho serve`) a
        gateway refuses requests and says why under /ready.
        """,
        """データフォルダーのスナップショットとジャーナルを使い、データプレーンだけを動かします。

        1 つのフォルダーに対して、ゲートウェイはいくつ動かしてもかまいません。
        新しいスナップショットがなければ（worker か serve が動いていなければ）要求を拒否し、
        その理由を /ready に示します。
        """,
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
    from sekisho.gateway.server import run_gateway

    private_by_default()
    folder = use_data_dir(data_dir)
    run_gateway(folder, host or settings.text("host"), settings.integer("port") if port is None else port)

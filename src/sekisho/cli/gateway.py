"""`sekisho gateway`: the data plane alone. Imports no Django."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sekisho.base import settings
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, private_by_default, use_data_dir
from sekisho.cli.language import told


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
@bilingual.option(
    "--zdr",
    is_flag=True,
    help=Text(
        "Keep nothing: everything that passes is under zero data retention, and the kernel forbids it to write.",
        "何も保存しません。通過するすべてにゼロデータ保持を適用し、ワーカーの書き込みをカーネルが禁じます。",
    ),
)
@bilingual.option(
    "--workers",
    type=click.IntRange(1, 64),
    help=Text("How many workers, with --zdr.  [default: 1]", "--zdr のワーカー数。  [デフォルト: 1]"),
)
def command(
    host: str | None, port: int | None, data_dir: Path | None, zdr: bool, workers: int | None
) -> None:
    if workers is not None and not zdr:
        raise click.UsageError(
            told(
                "--workers goes with --zdr. Of other gateways, start as many as you like.",
                "--workers は --zdr と併せて指定します。通常のゲートウェイは、必要な数だけ起動してください。",
            )
        )
    private_by_default()
    folder = use_data_dir(data_dir)
    address = host or settings.text("host"), settings.integer("port") if port is None else port
    if zdr:
        run_zero_retention(folder, *address, workers or 1)
    else:
        from sekisho.gateway.server import run_gateway

        run_gateway(folder, *address)


def run_zero_retention(folder: Path, host: str, port: int, workers: int) -> None:
    """Serve as a pool that keeps nothing. Only on Linux can the kernel be asked to see to it."""
    if sys.platform != "linux":
        raise SekishoError("zdr_needs_linux", _NEEDS_LINUX)
    from sekisho.cli.serve import bind
    from sekisho.gateway.zdr.pool import run_pool
    from sekisho.telemetry.log import configure_process

    configure_process()
    run_pool(folder, bind(host, port), workers)


_NEEDS_LINUX = Text(
    "--zdr needs Linux: no other kernel can be told to forbid a process to write. Without it, zero data retention "
    "is kept by policy.",
    "--zdr は Linux でのみ利用できます。書き込みを禁じる仕組みがほかの環境にはありません。"
    "--zdr なしでも、方針としてのゼロデータ保持は守られます。",
)

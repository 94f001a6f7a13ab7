"""`sekisho worker`: journals in, snapshots out."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, migrate, require_whole, set_up


@bilingual.command(
    "worker",
    help=Text(
        "Take in what gateways wrote, and keep their snapshot fresh, until SIGTERM. Any number may run.",
        """ゲートウェイのジャーナルを取り込み、スナップショットを最新に保ちます。SIGTERM を受けるまで動き続けます。
        いくつ動かしてもかまいません。
        """,
    ),
)
@data_dir_option
def command(data_dir: Path | None) -> None:
    set_up(data_dir)
    migrate()
    require_whole()

    from sekisho.link.worker import run_worker

    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    run_worker(stop)

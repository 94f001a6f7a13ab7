"""`sekisho serve`: the gate, the pages and the worker in one process, on one port."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import click
import msgspec

from sekisho.base import settings
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, migrate, require_whole, set_up
from sekisho.cli.demo import Demo, prepare_demo
from sekisho.cli.language import told
from sekisho.cli.output import say


@bilingual.command(
    "serve",
    help=Text(
        """Run everything on one port: the gate, the pages, the worker.

        SQLite and a fake provider unless settings say otherwise. Serves until SIGTERM or Ctrl-C; answers that run then
        may finish.
        """,
        """関所・ページ・ワーカーを、一つのポートでまとめて動かします。

        設定しなければ、SQLite と疑似プロバイダーを使います。SIGTERM または Ctrl-C を受けるまで動き続け、
        処理中の回答は最後まで返します。
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
        "Port; 0 takes a free one.  [default: 8080, or SEKISHO_PORT]",
        "ポート番号。0 なら空いている番号を使います。  [デフォルト: 8080、または SEKISHO_PORT]",
    ),
)
@data_dir_option
@bilingual.option(
    "--demo",
    is_flag=True,
    help=Text(
        "Create an administrator and a demonstration organisation with keys.",
        "管理者と、キーを備えたデモ用の組織を作成します。",
    ),
)
@bilingual.option(
    "--tour",
    is_flag=True,
    help=Text(
        "Send example requests through the gate and show what was decided (with --demo).",
        "例となる要求を関所に通し、何が決定されたかを表示します（--demo と併せて指定します）。",
    ),
)
@bilingual.option(
    "--ready-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help=Text(
        "Write one JSON object here once ready (mode 0600).",
        "準備ができたら、このファイルに 1 つの JSON を書き出します（パーミッション 0600）。",
    ),
)
def command(
    host: str | None, port: int | None, data_dir: Path | None, demo: bool, tour: bool, ready_file: Path | None
) -> None:
    if tour and not demo:
        raise click.UsageError(
            told(
                "--tour needs --demo: the examples are sent with the demonstration's keys.",
                "--tour には --demo が必要です。例はデモ用のキーで送ります。",
            )
        )
    listener = bind(host or settings.text("host"), settings.integer("port") if port is None else port)
    base_url = address_of(listener)
    os.environ.setdefault("SEKISHO_PUBLIC_URL", base_url)
    folder = set_up(data_dir)
    first = migrate()
    require_whole()
    if first:
        say(f"Set up in {folder}.", f"{folder} に新しく準備しました。", err=True)
    installed = prepare(folder, demo)
    serve(folder, listener, lambda: ready(base_url, installed, ready_file, tour))


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises `SekishoError` when the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as problem:
        listener.close()
        raise SekishoError(
            "address_taken",
            Text(
                f"Cannot listen on {host} port {port}: {problem.strerror}. Choose another with --port (0: any).",
                f"{host} のポート {port} を使用できません。"
                "--port で別の番号を指定するか、0 で空きポートを使ってください。",
            ),
        ) from problem
    return listener


def address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"


def prepare(folder: Path, with_demo: bool) -> Demo | None:
    """Install the shipped policy and articles, the demonstration if it is wanted, and publish the first snapshot."""
    from sekisho.link.publish import publish
    from sekisho.policy.actions import install_reference
    from sekisho.support.help.actions import load_articles

    install_reference()
    load_articles()
    demo = prepare_demo(folder) if with_demo else None
    publish()
    return demo


def serve(folder: Path, listener: socket.socket, on_ready: Callable[[], None]) -> None:
    """Serve both planes on `listener` until SIGTERM or SIGINT; the worker runs in a thread beside them."""
    from sekisho.asgi import combine, pages
    from sekisho.gateway.app import make_app
    from sekisho.gateway.server import make_gate, make_server
    from sekisho.gateway.zdr.confine import forbid_dumps
    from sekisho.link.worker import run_worker

    forbid_dumps()
    gate = make_gate(folder)
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(stop,), name="worker", daemon=True)
    worker.start()
    app = combine(make_app(gate), pages())
    server = make_server(gate, app=app, on_ready=on_ready, on_drain=end_streams)
    try:
        server.run(sockets=[listener])
    finally:
        stop.set()
        worker.join(timeout=10)


def end_streams() -> None:
    """End the pages' own streams, so that nobody waits for them to end by themselves."""
    from sekisho.api.review_streams import end_all as end_reviews
    from sekisho.console.messenger.streams import end_all as end_conversations

    end_reviews()
    end_conversations()


def ready(base_url: str, demo: Demo | None, ready_file: Path | None, tour: bool) -> None:
    """Tell scripts and people that requests are answered. Runs in the server's loop, so the tour gets a thread."""
    if ready_file:
        write_ready_file(ready_file, base_url, demo)
    if tour and demo:
        from sekisho.cli.tour import run_tour

        threading.Thread(target=run_tour, args=(base_url, demo), name="tour", daemon=True).start()
    elif sys.stdout.isatty() or not ready_file:
        from sekisho.cli.tour import show_addresses

        show_addresses(base_url, demo)


def write_ready_file(path: Path, base_url: str, demo: Demo | None) -> None:
    """Write the file whole or not at all, so that whoever waits for it never reads half of it."""
    admin = {"email": demo.email, "password": demo.password} if demo else None
    facts = {
        "base_url": base_url,
        "api_key": demo.keys["general"] if demo else None,
        "admin": admin,
        "pid": os.getpid(),
    }
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.encode(facts) + b"\n")
    draft.replace(path)

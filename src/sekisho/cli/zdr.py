"""`sekisho zdr`: prove that nothing is kept under zero retention, check a proof, probe what stands before a gate."""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.language import reader_language, told
from sekisho.cli.output import emit_json, say, table

if TYPE_CHECKING:
    from sekisho.zdr.report import Report
    from sekisho.zdr.site import Mode

NOT_PROVED = 1
"""Exit status when something was found, or not everything could be looked at."""
json_option = bilingual.option(
    "--json", "as_json", is_flag=True, help=Text("One JSON object.", "1 つの JSON を出力します。")
)
MODES = {
    "kernel": Text("`sekisho gateway --zdr`", "`sekisho gateway --zdr`"),
    "policy": Text("`sekisho gateway`, zero retention", "`sekisho gateway`（ゼロデータ保持）"),
    "sealed": Text("control: keeps, sealed", "対照：封印して保存"),
    "plain": Text("control: keeps, in the clear", "対照：平文で保存"),
}
RESULTS = {
    "proved": Text(
        "Proved: nothing of what was said left the network sockets, and the controls show that it would have "
        "been seen.",
        "実証されました。内容はネットワークのソケット以外に一切出ていません。出ていれば検出されることも、対照で確かめました。",
    ),
    "found": Text(
        "FOUND: something of what was said was kept. The report says where.",
        "検出されました。内容の一部が残っています。場所は報告書にあります。",
    ),
    "not_proved": Text(
        "Not proved: nothing was found, but not everything could be looked at, or a control failed.",
        "実証できませんでした。検出はありませんが、確認できない項目があるか、対照が失敗しました。",
    ),
}


@bilingual.group(
    "zdr",
    help=Text(
        "Prove that nothing is kept under zero data retention.",
        "ゼロデータ保持で何も残らないことを実証します。",
    ),
)
def command() -> None:
    pass


@command.command(
    "prove",
    help=Text(
        """Send canaries through real gateways on every road, and look for them in everything that was written.

        Two controls that keep show that what is there is found. Status 1 unless everything is proved. Linux, with
        strace. """,
        """実際のゲートウェイのあらゆる経路に目印を流し、書き込まれたものすべての中から探します。

        保存する対照を 2 つ動かし、残っていれば見つかることも確かめます。すべて実証できなければ終了コード 1 です。
        Linux と strace が必要です。
        """,
    ),
)
@bilingual.option(
    "--short",
    is_flag=True,
    help=Text("Each road once, in seconds: what CI runs.", "各経路を 1 回だけ、数秒で実行します（CI 用）。"),
)
@json_option
@bilingual.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help=Text("Write the signed report here.", "署名した報告書をここに書き出します。"),
)
@bilingual.option(
    "--sign",
    is_flag=True,
    help=Text(
        "Sign with this installation's key instead of one made for the occasion.",
        "その場で作る鍵ではなく、この環境の署名鍵で署名します。",
    ),
)
@bilingual.option(
    "--without-strace",
    is_flag=True,
    help=Text(
        "Go on where strace is missing. The report says that system calls were not looked at, and proves less.",
        "strace がなくても続けます。システムコールを確認していないことが報告書に残り、実証の範囲は狭くなります。",
    ),
)
@data_dir_option
def prove_(
    short: bool, as_json: bool, report: Path | None, sign: bool, without_strace: bool, data_dir: Path | None
) -> None:
    from sekisho.zdr.prove import FULL, SHORT, prove
    from sekisho.zdr.report import sign as signed
    from sekisho.zdr.report import verified
    from sekisho.zdr.watching import syscalls

    if sys.platform != "linux":
        raise SekishoError("zdr_needs_linux", _NEEDS_LINUX)
    if not syscalls.is_there() and not without_strace:
        raise SekishoError("strace_missing", _NO_STRACE)
    options = replace(SHORT if short else FULL, trace=syscalls.is_there())
    key = _own_key(data_dir) if sign else None
    logging.getLogger("uvicorn.error").setLevel(
        logging.CRITICAL
    )  # the talking provider breaks off on purpose
    with tempfile.TemporaryDirectory(prefix="sekisho-prove-") as folder:
        found = asyncio.run(prove(Path(folder), options, _progress(as_json)))
    document = signed(found, key)
    if report is not None:
        report.write_bytes(document)
    if as_json:
        click.echo(document.decode(), nl=False)
    else:
        _show(verified(document), report)
    is_enough = found.result.value == "proved" or (without_strace and _all_but_syscalls(found))
    sys.exit(0 if is_enough else NOT_PROVED)


@command.command(
    "verify",
    help=Text("Check a signed report, and show it.", "署名された報告書を検証して表示します。"),
)
@bilingual.argument(
    "report", Text("FILE", "ファイル"), type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@bilingual.option(
    "--public-key",
    help=Text("Who must have signed it: Ed25519, base64.", "署名者の公開鍵（Ed25519、base64）。"),
)
@json_option
def verify(report: Path, public_key: str | None, as_json: bool) -> None:
    from sekisho.zdr.report import verified

    try:
        key = b64decode(public_key, validate=True) if public_key else None
    except ValueError:
        raise click.BadParameter(told("This is no base64.", "base64 として読み取れません。")) from None
    found = verified(report.read_bytes(), key)
    if as_json:
        emit_json(msgspec.to_builtins(found))
    else:
        _show(found, None)
    sys.exit(0 if found.result.value == "proved" else NOT_PROVED)


@command.command(
    "probe",
    help=Text(
        """Ask whether what stands before a gate keeps request bodies. Status 1 unless it passes them on.

        Announces a request that is far too large, and never sends its body: a gate refuses it at once.
        The key is read from SEKISHO_PROBE_KEY.
        """,
        """関所の手前にある装置が要求の本文をため込まないかを調べます。そのまま渡すと確認できなければ終了コード 1 です。

        大きすぎる要求を予告し、本文は送りません。関所なら即座に断ります。
        キーは SEKISHO_PROBE_KEY から読み取ります。
        """,
    ),
)
@bilingual.argument("url", Text("URL", "アドレス"))
@json_option
def probe_(url: str, as_json: bool) -> None:
    import os

    from sekisho.zdr.probe import Found, probe

    found = asyncio.run(probe(url, os.environ.get("SEKISHO_PROBE_KEY", "")))
    if as_json:
        emit_json({"url": url, "found": found.value})
    else:
        click.echo(FOUND[found.value].in_(reader_language()))
    sys.exit(0 if found is Found.PASSES else NOT_PROVED)


FOUND = {
    "passes": Text(
        "The gate answered before any body was sent: what stands before it passes requests on as they come.",
        "本文を送る前に関所が応答しました。手前の装置は要求をそのまま渡しています。",
    ),
    "waits": Text(
        "Nobody answered: something waits for the whole body, and may spool it to disk. Turn request buffering "
        "off there.",
        "応答がありません。手前の装置が本文をため込み、ディスクに書き出す可能性があります。要求のバッファリングを無効にしてください。",
    ),
    "answers": Text(
        "Something else than a gate answered, or the key is not known. Check the address and the key, and whether "
        "the size "
        "of requests is limited before the gate.",
        "関所以外が応答したか、キーが登録されていません。アドレスとキー、手前の装置のサイズ制限を確認してください。",
    ),
    "unreachable": Text("Nothing can be reached there.", "接続できません。"),
}


def _own_key(data_dir: Path | None) -> bytes:
    set_up(data_dir)
    require_migrated()
    from sekisho.base.clock import system_clock
    from sekisho.records.keystore.actions import ensure_signing_key

    return ensure_signing_key(system_clock())


def _all_but_syscalls(found: Report) -> bool:
    """Whether nothing is missing but what strace would have shown."""
    claims = [run for run in found.runs if run.mode in ("kernel", "policy")]
    is_clean = all(run.is_complete and not run.findings for run in claims)
    return is_clean and all(found.controls.values()) and found.not_done == ("syscalls",)


def _progress(as_json: bool):  # type: ignore[no-untyped-def]
    """Tell of each step on the error output, on one line of a terminal."""
    is_terminal = sys.stderr.isatty() and not as_json

    def step(mode: Mode, what: str) -> None:
        if is_terminal:
            click.echo(f"\r\x1b[K{MODES[mode.value].in_(reader_language())}: {what}", nl=False, err=True)
            if what == "search":
                click.echo(err=True)

    return step


def _show(found: Report, written: Path | None) -> None:
    lang = reader_language()
    columns = (
        Text("gateway", "ゲートウェイ"),
        Text("roads", "経路"),
        Text("requests", "要求"),
        Text("canaries", "目印"),
        Text("looked at", "確認した範囲"),
        Text("found", "検出"),
    )
    table(
        columns,
        (
            (
                MODES[run.mode].in_(lang),
                f"{sum(road.was_taken for road in run.roads)}/{len(run.roads)}",
                str(sum(road.requests for road in run.roads)),
                str(sum(road.canaries for road in run.roads)),
                ", ".join(f"{one.layer.value} {one.items:,}" for one in run.looked),
                str(len(run.findings)),
            )
            for run in found.runs
        ),
    )
    for name, held in found.controls.items():
        click.echo(f"{'✓' if held else '✗'} {name}")
    for run in found.runs:
        for road in run.roads:
            if not road.was_taken:
                say(
                    f"✗ {run.mode}: the road “{road.name}” was not taken ({road.statuses})",
                    f"✗ {run.mode}：経路「{road.name}」を確認できませんでした（{road.statuses}）",
                )
        for one in run.findings if run.mode in ("kernel", "policy") else ():
            click.echo(f"✗ {run.mode}: {one.layer.value}: {one.place}: {one.what}")
    for layer in found.not_done:
        say(f"✗ not looked at: {layer}", f"✗ 確認していない層：{layer}")
    click.echo(RESULTS[found.result.value].in_(lang))
    if written is not None:
        say(f"Signed report: {written}", f"署名済みの報告書：{written}")


_NEEDS_LINUX = Text(
    "The proof needs Linux: it watches system calls.", "システムコールを監視するため、Linux が必要です。"
)
_NO_STRACE = Text(
    "strace is missing or may not watch processes here, so system calls cannot be watched: install it. With "
    "--without-strace the rest is looked at, "
    "and "
    "the report says what was not.",
    "strace がないか使用できないため、システムコールを監視できません。インストールしてください。"
    "--without-strace を付けると残りだけを確認し、確認していない範囲が報告書に残ります。",
)

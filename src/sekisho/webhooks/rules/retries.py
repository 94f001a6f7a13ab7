"""When a message is sent again, and when it is given up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sekisho.base.text import Text

FIRST_WAIT_S = 5.0
FACTOR = 4.0
LONGEST_WAIT_S = 6 * 3600.0
"""Five seconds, twenty, eighty, five minutes, twenty, an hour and a half, then six hours. Standard Webhooks asks for
exponential waits that go on for hours; the numbers are ours."""

SENDINGS = 11
"""How often a message is sent before it is given up: with the waits above, for 25 to 32 hours."""

JITTER = 0.25
"""By how much of itself a wait may grow, so that what failed together does not come back together."""

PROBLEMS: Mapping[str, Text] = {
    "refused": Text("The address answered with an error.", "宛先がエラーを返しました。"),
    "redirected": Text(
        "The address answered with a redirect, which is never followed.",
        "宛先がリダイレクトを返しました（リダイレクトには従いません）。",
    ),
    "unreachable": Text("The address could not be reached.", "宛先に接続できませんでした。"),
    "unknown_host": Text("The host name was not found.", "ホスト名が見つかりませんでした。"),
    "private_address": Text(
        "The host name leads to an address that is not public.",
        "ホスト名が公開されていないアドレスを指しています。",
    ),
    "certificate": Text(
        "The certificate of the address does not hold.", "宛先の証明書を確認できませんでした。"
    ),
    "timeout": Text("The address did not answer in time.", "宛先が時間内に応答しませんでした。"),
    "unsigned": Text(
        "The signing secret cannot be read any more. Rotate it.",
        "署名用のシークレットを読み取れません。シークレットを更新してください。",
    ),
    "disabled": Text("The endpoint was disabled.", "エンドポイントが無効になりました。"),
}
"""Why a sending failed, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Again:
    wait: timedelta


@dataclass(frozen=True, slots=True)
class GiveUp:
    pass


def after_failure(sendings: int, chance: float, asked_s: float = 0.0) -> Again | GiveUp:
    """Return whether and when to send again what was sent `sendings` times without success.

    `chance` is drawn evenly from 0 to 1. `asked_s` is what the receiver asked for with `retry-after`: it is granted
    up to `LONGEST_WAIT_S`, and shortens nothing.
    """
    if sendings >= SENDINGS:
        return GiveUp()
    plain = min(LONGEST_WAIT_S, FIRST_WAIT_S * FACTOR ** (sendings - 1))
    asked = min(LONGEST_WAIT_S, max(0.0, asked_s))
    return Again(timedelta(seconds=max(plain * (1 + JITTER * chance), asked)))

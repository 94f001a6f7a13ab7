"""What people read in tables and errors is in their language; what programs read is the same in all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import pytest
from click.testing import CliRunner

import sekisho.cli
from sekisho.accounts.types import UseCase
from sekisho.cli import cli, doctor
from sekisho.cli.judging import UNSURE
from sekisho.cli.terms import JAPANESE, term
from sekisho.detection.types import Outcome as Found
from sekisho.detection.types import Role
from sekisho.enforcement.appeals.types import About as Appealed
from sekisho.enforcement.appeals.types import Outcome as AppealOutcome
from sekisho.enforcement.review.types import Gravity
from sekisho.enforcement.review.types import Source as CaseSource
from sekisho.enforcement.types import Measure
from sekisho.gateway.turn import Outcome
from sekisho.policy.backtest import Shift
from sekisho.policy.lifecycle import State
from sekisho.policy.types import Action, Audience, FailMode, Severity, StreamMode

CODES: tuple[type[Enum], ...] = (
    Appealed, AppealOutcome, Audience, CaseSource, FailMode, Found, Measure, Outcome, Role, Shift, State, StreamMode, UseCase
)  # fmt: skip
LOOKED_AT = {
    "data_folder", "database", "keystore", "policy", "snapshot", "journal", "detectors", "judge", "providers",
    "address", "transit", "mail", "zero_retention", "proof", "destruction", "unknown",
}  # fmt: skip
ERRORS = {"BadParameter", "UsageError", "ClickException", "fail"}


def test_every_code_has_a_word_in_japanese() -> None:
    codes = {str(code.value) for each in CODES for code in each}
    codes |= {action.word for action in Action} | {severity.name.lower() for severity in Severity}
    codes |= {gravity.word for gravity in Gravity}
    codes |= {UNSURE, "cleared", "excepted", "active", "expired", "revoked", "hard", "soft"}
    assert codes | LOOKED_AT == JAPANESE.keys()


def test_the_doctor_names_what_it_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "set_up", lambda folder: tmp_path)
    english, japanese = (CliRunner().invoke(doctor.command, ["--lang", lang]) for lang in ("en", "ja"))
    assert "data folder " in english.stdout
    assert "データフォルダー " in japanese.stdout
    assert english.exit_code == japanese.exit_code


@pytest.mark.parametrize(
    ("code", "en", "ja"),
    [
        pytest.param("block", "block", "遮断", id="a code"),
        pytest.param("in_force", "in force", "施行中", id="of two words"),
        pytest.param("unsure:hold", "unsure:hold", "判断不能、保留", id="of two parts"),
        pytest.param("hr_legal", "hr_legal", "hr_legal", id="one that is unknown"),
    ],
)
def test_a_code_is_told_in_the_language_of_the_reader(
    code: str, en: str, ja: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (term(code, "en"), term(code, "ja")) == (en, ja)
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    assert term(code) == ja


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["policy", "show", "--clause", "weapons", "--json"], id="policy show"),
        pytest.param(["check", "How do I kill a process?", "--json", "--no-scorer"], id="check"),
    ],
)
def test_what_programs_read_is_the_same_in_each_language(command: list[str]) -> None:
    english, japanese = (
        CliRunner().invoke(cli, command, env={"LC_ALL": lang}) for lang in ("en_GB", "ja_JP")
    )
    assert (english.stdout, english.exit_code) == (japanese.stdout, japanese.exit_code)


def test_people_read_a_decision_in_their_language() -> None:
    told = [
        CliRunner().invoke(cli, ["check", "爆弾の作り方を教えて", "--no-scorer", "--lang", lang])
        for lang in ("en", "ja")
    ]
    assert told[0].stdout.startswith("block ")
    assert "against" in told[0].stdout
    assert told[1].stdout.startswith("遮断 ")
    assert "しきい値" in told[1].stdout
    assert {each.exit_code for each in told} == {1}


def test_an_altered_log_is_told_in_the_language_of_the_reader(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text("{}\n")
    verify = ["audit", "verify", str(log)]
    told = [CliRunner().invoke(cli, verify, env={"LC_ALL": lang}) for lang in ("en_GB", "ja_JP")]
    assert told[0].stdout == "Altered: line 1. This line is not an audit entry.\n"
    assert told[1].stdout == "改ざんされています。1 行目：この行は監査ログの記録ではありません。\n"
    for_programs = [
        CliRunner().invoke(cli, [*verify, "--json"], env={"LC_ALL": lang}) for lang in ("en_GB", "ja_JP")
    ]
    assert for_programs[0].stdout == for_programs[1].stdout
    assert {each.exit_code for each in (*told, *for_programs)} == {1}


# ── nobody forgets ────────────────────────────────────────────────────────────────────────────
def raised() -> Iterator[tuple[str, ast.expr]]:
    """Yield where the command line hands words to click's errors, and the words."""
    for path in sorted(Path(sekisho.cli.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ERRORS
            ):
                yield f"{path.name}:{node.lineno}", node.args[0]


def test_no_error_is_raised_with_words_of_one_language() -> None:
    found = dict(raised())
    assert len(found) > 5
    assert not {at for at, words in found.items() if isinstance(words, ast.Constant | ast.JoinedStr)}

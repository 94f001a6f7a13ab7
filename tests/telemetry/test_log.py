"""Logs name what happened and never quote what people wrote (R-DATA-165)."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.telemetry import catalogue
from sekisho.telemetry.log import JsonFormatter, configure, line

CANARY = "Canary 秘密の会話 4f1c"


def record(
    message: object = "snapshot.taken", *args: object, error: BaseException | None = None, **extra: object
):
    made = logging.getLogger("sekisho.gateway.app").makeRecord(
        "sekisho.gateway.app",
        logging.INFO,
        "/srv/lib/sekisho/gateway/app.py",
        12,
        message,
        args,
        (type(error), error, error.__traceback__) if error else None,
        extra=extra,
    )
    return made


def raised(problem: BaseException) -> BaseException:
    try:
        raise problem
    except BaseException as caught:
        return caught


def chained() -> BaseException:
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as first:
            raise ValueError(CANARY) from first
    except ValueError as caught:
        return caught


def test_a_catalogued_event_is_named_with_its_fields() -> None:
    told = line(record(revision=7, took_ms=1.5, dialect="anthropic", streamed=True))
    assert {name: told[name] for name in ("event", "revision", "took_ms", "dialect", "streamed")} == {
        "event": "snapshot.taken",
        "revision": 7,
        "took_ms": 1.5,
        "dialect": "anthropic",
        "streamed": True,
    }
    assert "dropped" not in told


def test_an_unknown_message_is_placed_and_not_quoted() -> None:
    told = line(record("Cannot parse %s", CANARY))
    assert (told["event"], told["place"]) == ("uncatalogued", "sekisho.gateway.app:12")


def test_an_exception_is_told_by_class_and_place() -> None:
    told = line(record(error=chained()))
    assert (told["error_type"], told["error_cause"]) == ("ValueError", "KeyError")
    assert str(told["error_place"]).endswith(":chained")


def test_an_expected_error_is_told_by_its_code() -> None:
    problem = raised(SekishoError("key_revoked", Text(CANARY, CANARY)))
    assert line(record(error=problem))["code"] == "key_revoked"


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(lambda: record(CANARY), id="as the message"),
        pytest.param(lambda: record("snapshot.taken %s", CANARY), id="as an argument"),
        pytest.param(lambda: record({"body": CANARY}), id="as a message that is no text"),
        pytest.param(lambda: record(error=raised(ValueError(CANARY))), id="in an exception"),
        pytest.param(lambda: record(error=chained()), id="in a chain of exceptions"),
        pytest.param(
            lambda: record(error=raised(ExceptionGroup(CANARY, [ValueError(CANARY)]))),
            id="in an exception group",
        ),
        pytest.param(
            lambda: record(error=raised(type(CANARY, (Exception,), {})())), id="as the class of an exception"
        ),
        pytest.param(lambda: record(prompt=CANARY), id="in a field that is not catalogued"),
        pytest.param(lambda: record(clause=CANARY), id="in a word"),
        pytest.param(lambda: record(request_id=CANARY), id="in an id"),
        pytest.param(lambda: record(count=CANARY), id="in a number"),
        pytest.param(lambda: record(error_type=CANARY), id="in a field that only the formatter sets"),
        pytest.param(lambda: record(clause={"text": CANARY}), id="inside a structure"),
    ],
)
def test_a_canary_never_reaches_the_log(made) -> None:
    written = JsonFormatter().format(made())
    assert CANARY not in json.dumps(json.loads(written), ensure_ascii=False)
    assert "Canary" not in written


@given(st.text(min_size=1), st.dictionaries(st.sampled_from(list(catalogue.BY_NAME)), st.text(), max_size=4))
def test_every_line_holds_only_catalogued_fields_in_shape(message: str, extra: dict[str, str]) -> None:
    told = json.loads(JsonFormatter().format(record(message, **extra)))
    assert set(told) <= set(catalogue.BY_NAME)
    assert all(catalogue.BY_NAME[name].takes(value) for name, value in told.items())
    assert told["event"] in catalogue.EVENTS


def test_what_is_dropped_is_counted() -> None:
    assert line(record(prompt="a", body="b", clause="Not A Word"))["dropped"] == 3


SPEAKER = f"""
import logging, threading
from sekisho.telemetry.log import configure, hide_uncaught
configure("info"); hide_uncaught()
logging.getLogger("uvicorn.error").error("failed on %s", {CANARY!r})
logging.getLogger("uvicorn.access").info("GET /?q=%s", {CANARY!r})
logging.getLogger("sekisho.worker").info("worker.started")
thread = threading.Thread(target=lambda: {{}}[{CANARY!r}]); thread.start(); thread.join()
raise ValueError({CANARY!r})
"""


def test_a_whole_process_writes_json_lines_and_no_traceback(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SPEAKER], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    lines = [json.loads(text) for text in ran.stderr.splitlines()]
    assert [told["event"] for told in lines] == [
        "uncatalogued",
        "worker.started",
        "exception.uncaught",
        "exception.uncaught",
    ]
    assert CANARY not in ran.stderr + ran.stdout
    assert ran.returncode == 1


def test_debug_lines_are_written_only_when_asked_for() -> None:
    before = logging.getLogger().level
    try:
        configure("warning")
        assert not logging.getLogger("sekisho").isEnabledFor(logging.INFO)
        configure("debug")
        assert logging.getLogger("sekisho").isEnabledFor(logging.DEBUG)
    finally:
        logging.getLogger().setLevel(before)

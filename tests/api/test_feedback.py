"""Feedback and the survey as a program meets them: preview, send, list, delete; one number that grows."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekisho import asgi
from sekisho.accounts import actions as accounts
from sekisho.accounts.models import ApiKey, Organisation
from sekisho.accounts.types import NewKey
from sekisho.api import door, feedback
from sekisho.api.app import api
from sekisho.audit.models import AuditEntry
from sekisho.base.text import Text
from sekisho.records.feedback import actions
from sekisho.records.feedback.models import Report, SurveyCount
from sekisho.records.feedback.rules.sending import LARGEST_BYTES
from sekisho.records.feedback.rules.survey import answer
from sekisho.records.feedback.types import Choices
from sekisho.records.models import DataEvent
from tests.cast import Cast

pytestmark = pytest.mark.database
AT = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)
DRAFT = {
    "text": "The answer stopped.",
    "scope": "current_session",
    "transcript": [{"role": "user", "text": "password = 'hunter2hunter2'"}],
    "client_version": "2.1.0",
}
ANSWER = {"rating": 2, "survey_version": 1, "day": "2026-02-01", "client_major_minor": "2.1"}


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "now", lambda: AT)


@pytest.fixture
def key(cast: Cast) -> NewKey:
    return accounts.create_key(cast.viewer("aiko"), cast.atelier.id, "Terminal")


def said(key: NewKey, **more: str) -> dict[str, str]:
    return {"x-api-key": key.plain, **more}


def post(
    client: Client, path: str, key: NewKey, body: object, **headers: str
) -> tuple[int, dict[str, object]]:
    answer = client.post(f"/v1/{path}", body, content_type="application/json", headers=said(key, **headers))
    return answer.status_code, answer.json() if answer.content else {}


def sent(client: Client, key: NewKey, submission: str = "one", **changed: object) -> dict[str, object]:
    draft = DRAFT | changed
    _, shown = post(client, "feedback/preview", key, draft)
    status, made = post(
        client, "feedback", key, draft | {"digest": shown["digest"]}, **{"idempotency-key": submission}
    )
    assert status == 201
    return made


# --- feedback ---------------------------------------------------------------------------------------------------
def test_a_preview_shows_every_character_and_keeps_none(client: Client, key: NewKey) -> None:
    status, shown = post(client, "feedback/preview", key, DRAFT)
    assert status == 200
    assert shown["transcript"] == [{"role": "user", "text": "password = '[redacted]'"}]
    assert shown["secrets"] == {"assigned": 1}
    assert shown["scopes"] == ["text_only", "current_session", "last_24_hours", "last_7_days"]
    assert shown["kept_years"] == 5
    assert "best" in str(shown["secrets_notice"]) or "well as" in str(shown["secrets_notice"])
    assert not Report.objects.exists()


def test_a_report_is_sent_listed_and_destroyed(client: Client, key: NewKey) -> None:
    made = sent(client, key)
    assert (made["received_at"], made["expires_at"]) == ("2026-02-01T09:00:00Z", "2031-02-01T09:00:00Z")
    listed = client.get("/v1/feedback", headers=said(key)).json()["reports"]
    assert [one["id"] for one in listed] == [made["id"]]
    assert client.delete(f"/v1/feedback/{made['id']}", headers=said(key)).status_code == 204
    assert client.get("/v1/feedback", headers=said(key)).json() == {"reports": []}


def test_another_key_sees_and_deletes_nothing_of_it(client: Client, key: NewKey, cast: Cast) -> None:
    made = sent(client, key)
    other = accounts.create_key(cast.viewer("chie"), cast.elsewhere.id, "Hers")
    assert client.get("/v1/feedback", headers=said(other)).json() == {"reports": []}
    assert client.delete(f"/v1/feedback/{made['id']}", headers=said(other)).status_code == 404


def test_sending_again_is_sending_once(client: Client, key: NewKey) -> None:
    assert sent(client, key)["id"] == sent(client, key)["id"]


def test_what_was_not_previewed_is_refused(client: Client, key: NewKey) -> None:
    body = DRAFT | {"digest": "0" * 64}
    status, told = post(client, "feedback", key, body, **{"idempotency-key": "one"})
    assert (status, told["error"]["type"]) == (409, "not_as_previewed")  # type: ignore[index]
    status, _ = post(client, "feedback", key, body)
    assert status == 422
    assert not Report.objects.exists()


def test_thumbs_are_reports(client: Client, key: NewKey) -> None:
    draft = DRAFT | {"kind": "thumbs_up", "text": ""}
    _, shown = post(client, "feedback/preview", key, draft)
    body = draft | {"digest": shown["digest"], "rating": "up"}
    status, made = post(client, "feedback/thumbs", key, body, **{"idempotency-key": "thumb"})
    assert (status, made["kind"]) == (201, "thumbs_up")


def test_no_issue_is_offered_without_a_tracker(client: Client, key: NewKey) -> None:
    status, told = post(client, "feedback/preview", key, DRAFT | {"tracker_issue": True})
    assert (status, told["error"]["type"]) == (422, "no_tracker")  # type: ignore[index]


class Unread(io.BytesIO):
    """A body that must not be read."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("The body was read.")


@pytest.mark.parametrize("path", ["feedback", "feedback/preview", "feedback/thumbs", "survey"])
@pytest.mark.parametrize("by", ["organisation", "key", "request"])
def test_under_zero_retention_the_body_is_not_read(
    client: Client, key: NewKey, cast: Cast, path: str, by: str
) -> None:
    headers = said(key)
    if by == "organisation":
        Organisation.objects.filter(id=cast.atelier.id).update(zero_retention=True)
    elif by == "key":
        ApiKey.objects.filter(id=key.view.id).update(zero_retention=True)
    else:
        headers |= {"x-sekisho-zero-retention": "1"}
    body: Any = {"wsgi.input": Unread(b"secret"), "CONTENT_LENGTH": 6}
    answer = client.generic("POST", f"/v1/{path}", b"x", headers=headers, **body)
    assert (answer.status_code, answer.json()["error"]["type"]) == (403, "feature_disabled_by_zdr")


# --- at the door ------------------------------------------------------------------------------------------------
async def through(key: str, body: list[bytes], headers: dict[str, str]) -> tuple[int, int, bool]:
    """Return status, how many pieces of the body were taken, and whether the pages were asked."""
    taken, asked = 0, False
    told: list[dict[str, Any]] = []

    async def receive() -> dict[str, object]:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": body[taken - 1], "more_body": taken < len(body)}

    async def send(message: dict[str, object]) -> None:
        told.append(message)

    async def pages(scope: object, receive: object, send: object) -> None:
        nonlocal asked
        asked = True
        while (message := await receive()).get("more_body"):  # type: ignore[operator]
            pass
        if message["type"] == "http.disconnect":
            return
        await send({"type": "http.response.start", "status": 201, "headers": []})  # type: ignore[operator]

    named = [(name.encode(), value.encode()) for name, value in ({"x-api-key": key} | headers).items()]
    scope = {"type": "http", "method": "POST", "path": "/v1/feedback", "headers": named}
    await door.guarded(pages)(scope, receive, send)  # type: ignore[arg-type]
    return told[0]["status"], taken, asked


REFUSED = (403, "feature_disabled_by_zdr", Text("No.", "できません。"))


@pytest.mark.parametrize(
    ("told", "body", "length", "seen"),
    [
        pytest.param(None, [b"{}"], "2", (201, 1, True), id="passes"),
        pytest.param(REFUSED, [b"{}"], "2", (403, 0, False), id="refused"),
        pytest.param(None, [b"{}"], str(LARGEST_BYTES + 1), (413, 0, False), id="says that it is large"),
        pytest.param(None, [b"{}"], "many", (413, 0, False), id="says nothing sensible"),
        pytest.param(
            None, [b"x" * LARGEST_BYTES, b"x", b"x"], "", (413, 2, True), id="turns out to be large"
        ),
    ],
)
async def test_what_is_refused_is_refused_before_it_is_taken_in(
    told: tuple[int, str, Text] | None,
    body: list[bytes],
    length: str,
    seen: tuple[int, int, bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def ask(_question: object) -> object:
        return told

    monkeypatch.setattr(door, "ask", ask)
    assert await through("any", body, {"content-length": length} if length else {}) == seen


def test_the_door_knows_keys_and_what_they_may_send(key: NewKey) -> None:
    def status(**headers: str) -> int:
        told = door._told("/v1/feedback", headers)
        return told[0] if told else 200

    assert status(**{"x-api-key": key.plain}) == 200
    assert status(authorization=f"Bearer {key.plain}") == 200
    assert status(**{"x-api-key": key.plain, "x-sekisho-zero-retention": "1"}) == 403
    assert status(**{"x-api-key": "sk-sekisho-nobody"}) == 401
    assert status() == 401


async def test_pages_take_in_no_more_than_the_largest_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the application as it is served: Django takes a body in before it asks anybody."""

    async def ask(_question: object) -> None:
        return None

    monkeypatch.setattr(door, "ask", ask)
    monkeypatch.setattr("sekisho.records.retention.gate.Gate", lambda app: app)
    chunk, told, taken = b"x" * 65_536, [], 0

    async def receive() -> dict[str, object]:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": chunk, "more_body": True}

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope = {
        "type": "http", "method": "POST", "path": "/v1/feedback", "headers": headers, "query_string": b"",
        "http_version": "1.1", "scheme": "http", "server": ("localhost", 80), "client": ("127.0.0.1", 9),
    }  # fmt: skip
    await asgi.pages()(scope, receive, send)  # type: ignore[arg-type]
    assert told[0]["status"] == 413
    assert taken == LARGEST_BYTES // len(chunk) + 1


async def test_everything_else_passes_the_door_unseen() -> None:
    passed = []

    async def pages(scope: dict[str, object], *_: object) -> None:
        passed.append(scope["path"])

    for method, path in (("GET", "/v1/feedback"), ("POST", "/v1/reports"), ("POST", "/v1/feedbackx")):
        scope = {"type": "http", "method": method, "path": path, "headers": []}
        await door.guarded(pages)(scope, None, None)  # type: ignore[arg-type]
    assert passed == ["/v1/feedback", "/v1/reports", "/v1/feedbackx"]


# --- the survey -------------------------------------------------------------------------------------------------
def test_an_answer_is_one_more_of_its_kind(client: Client, key: NewKey) -> None:
    for rating in (2, 2, "dismissed"):
        assert post(client, "survey", key, ANSWER | {"rating": rating})[0] == 204
    found = SurveyCount.objects.order_by("rating").values_list("day", "version", "rating", "client", "count")
    day = AT.date()
    assert list(found) == [(day, 1, 0, 2001, 1), (day, 1, 2, 2001, 2)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"rating": 4},
        {"rating": 0},
        {"rating": "2"},
        {"rating": True},
        {"rating": "great work, Aiko"},
        {"survey_version": 2},
        {"day": "2026-01-30"},
        {"day": "2026-02-03"},
        {"day": "2026-02-31"},
        {"client_major_minor": "2.1.0"},
        {"client_major_minor": "aiko"},
        {"comment": "hello"},
        {"session": "s-1"},
    ],
    ids=str,
)
def test_anything_else_is_refused_and_counts_nothing(
    client: Client, key: NewKey, wrong: dict[str, object]
) -> None:
    assert post(client, "survey", key, ANSWER | wrong)[0] == 422
    assert not SurveyCount.objects.exists()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
NEAR = st.fixed_dictionaries(
    {},
    optional={
        "rating": st.sampled_from([1, 2, 3, 4, "dismissed", True, 2.0, None]),
        "survey_version": st.sampled_from([1, 2, "1"]),
        "day": st.sampled_from(["2026-02-01", "2026-01-31", "2026-02-30", 5]),
        "client_major_minor": st.sampled_from(["2.1", "0.1", "2.1.1", "x"]),
        "extra": JSON,
    },
)


def everything() -> dict[str, int]:
    """How many rows each table has, but the one of counters."""
    there = set(connection.introspection.table_names())
    models = [one for one in apps.get_models() if one is not SurveyCount and one._meta.db_table in there]
    return {one._meta.label: one._default_manager.count() for one in models}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(JSON | NEAR)
def test_whatever_comes_nothing_but_counters_changes(client: Client, key: NewKey, body: object) -> None:
    feedback.PerKey.cache.clear()
    watched = [AuditEntry, DataEvent, Report]
    before = [list(one._default_manager.values()) for one in watched]
    status, _ = post(client, "survey", key, json.dumps(body))
    assert status in (204, 400, 422)
    assert [list(one._default_manager.values()) for one in watched] == before


def test_an_answer_touches_one_table(client: Client, key: NewKey) -> None:
    before = everything()
    assert post(client, "survey", key, ANSWER)[0] == 204
    assert everything() == before


def test_an_answer_is_logged_nowhere(client: Client, key: NewKey, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(0):
        assert post(client, "survey", key, ANSWER)[0] == 204
    said = [record.getMessage() for record in caplog.records]
    assert not [
        one for one in said if key.view.id in one or key.view.organisation_id in one or "dismissed" in one
    ]


def test_the_table_of_counters_has_numbers_and_a_day_and_nothing_else() -> None:
    kinds = {field.name: field.get_internal_type() for field in SurveyCount._meta.get_fields()}
    assert set(kinds) == {"id", "day", "version", "rating", "client", "count"}
    assert {kinds[name] for name in kinds if name != "id"} == {
        "DateField",
        "PositiveSmallIntegerField",
        "PositiveIntegerField",
        "PositiveBigIntegerField",
    }
    assert not any(field.is_relation for field in SurveyCount._meta.get_fields())


@pytest.mark.parametrize(
    ("zero", "chosen", "headers", "environ", "code"),
    [
        pytest.param(True, None, {}, {}, "feature_disabled_by_zdr", id="zero retention"),
        pytest.param(True, True, {}, {}, "", id="zero retention, and the organisation lets sums be counted"),
        pytest.param(False, False, {}, {}, "feature_disabled_by_organisation", id="the organisation says no"),
        pytest.param(False, None, {"dnt": "1"}, {}, "do_not_track", id="do not track"),
        pytest.param(False, None, {"sec-gpc": "1"}, {}, "do_not_track", id="global privacy control"),
        pytest.param(
            False, None, {}, {"SEKISHO_DISABLE_SURVEY": "1"}, "feature_disabled_here", id="switched off"
        ),
        pytest.param(
            False, None, {}, {"SEKISHO_FEEDBACK_SURVEY_RATE": "0"}, "feature_disabled_here", id="rate nought"
        ),
    ],
)
def test_whether_answers_are_counted(
    client: Client,
    key: NewKey,
    cast: Cast,
    zero: bool,
    chosen: bool | None,
    headers: dict[str, str],
    environ: dict[str, str],
    code: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Organisation.objects.filter(id=cast.atelier.id).update(zero_retention=zero)
    actions.choose(cast.viewer("aiko"), cast.atelier.id, Choices(survey=chosen))
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    status, told = post(client, "survey", key, ANSWER, **headers)
    assert (status, told["error"]["type"] if told else "") == (403 if code else 204, code)  # type: ignore[index]
    assert SurveyCount.objects.exists() is not bool(code)
    asked = client.get("/v1/survey", headers=said(key, **headers)).json()
    assert (asked["enabled"], asked["rate"] > 0) == (not code, not code)


def test_the_api_says_what_it_takes() -> None:
    paths = api.get_openapi_schema()["paths"]
    assert {"/v1/feedback", "/v1/feedback/preview", "/v1/feedback/thumbs", "/v1/survey"} <= set(paths)


def test_days_are_near_or_refused() -> None:
    near = [answer(AT.date() + timedelta(days=off), 1, 1, "2.1", AT.date()) for off in (-2, -1, 0, 1, 2)]
    assert [one is not None for one in near] == [False, True, True, True, False]

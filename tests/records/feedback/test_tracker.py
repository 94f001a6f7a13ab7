"""An issue is filed once, with what was typed and nothing else, and a token goes nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from sekisho.records.feedback import actions, queries, tracker
from sekisho.records.feedback.fake_tracker import TOKEN, FakeTracker
from sekisho.records.feedback.models import Report
from sekisho.records.feedback.tracker import Filed, NotFiled
from sekisho.records.feedback.types import Issue, IssueState, Sender
from tests.cast import Cast
from tests.records.feedback.makers import AT, SECRET, sent

ISSUE = Issue("It stopped.", "It stopped.\n\nVersion: 2.1.0\nOS: linux")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTracker]:
    with FakeTracker() as made:
        monkeypatch.setenv("SEKISHO_TRACKER_URL", made.url)
        monkeypatch.setenv("SEKISHO_TRACKER_REPOSITORY", "example/product")
        monkeypatch.setenv("SEKISHO_TRACKER_TOKEN", TOKEN)
        monkeypatch.setenv("SEKISHO_TRACKER_PRIVATE", "1")
        yield made


def test_an_issue_is_filed_where_the_operator_says(fake: FakeTracker) -> None:
    found = tracker.file(ISSUE)
    assert found == Filed(f"{fake.url}/example/product/issues/1")
    assert fake.issues == [
        {"path": "/repos/example/product/issues", "title": ISSUE.title, "body": ISSUE.body}
    ]


@pytest.mark.parametrize(
    ("status", "again"), [(401, False), (404, False), (422, False), (301, False), (429, True), (503, True)]
)
def test_what_was_surely_not_filed_is_tried_again_or_not(fake: FakeTracker, status: int, again: bool) -> None:
    fake.status = status
    assert tracker.file(ISSUE) == NotFiled(again)


def test_a_wrong_token_files_nothing(fake: FakeTracker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_TRACKER_TOKEN", "another")
    assert tracker.file(ISSUE) == NotFiled(False)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "https://169.254.169.254", "https://tracker.internal"])
def test_no_private_address_is_asked(fake: FakeTracker, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_TRACKER_PRIVATE", "0")
    monkeypatch.setenv("SEKISHO_TRACKER_URL", url)
    assert tracker.file(ISSUE) == NotFiled(False)


def test_a_name_that_leads_inside_is_not_asked(fake: FakeTracker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_TRACKER_PRIVATE", "0")
    monkeypatch.setenv("SEKISHO_TRACKER_URL", "https://tracker.example.com")
    assert tracker.file(ISSUE, lookup=lambda host, port: ("10.0.0.7",)) == NotFiled(True)


@pytest.mark.parametrize("repository", ["", "product", "example/product/../../user", "example/pro duct"])
def test_no_other_path_is_asked(fake: FakeTracker, repository: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_TRACKER_REPOSITORY", repository)
    assert not tracker.is_there()
    assert tracker.file(ISSUE) == NotFiled(False)


# --- reports that ask for one -----------------------------------------------------------------------------------
@pytest.mark.database
def test_only_who_asked_for_an_issue_gets_one_with_the_typed_text_alone(
    fake: FakeTracker, cast: Cast
) -> None:
    sender = Sender(cast.atelier.id, member=cast.ben.id)
    sent(sender, submission="quiet")
    asked = sent(sender, submission="asked", text=f"It stopped. {SECRET}", tracker=True, about="req_1")
    assert asked.issue is IssueState.WAITING
    assert actions.file_waiting(AT) == 1
    (issue,) = fake.issues
    assert issue["title"] == "It stopped. [redacted]"
    assert issue["body"] == "```text\nIt stopped. [redacted]\n```\n\nVersion: 2.1.0\nOS: linux"
    found = next(one for one in queries.own_reports(sender) if one.id == asked.id)
    assert (found.issue, found.issue_url) == (IssueState.FILED, f"{fake.url}/example/product/issues/1")
    assert actions.file_waiting(AT) == 0


@pytest.mark.database
def test_trying_ends_and_a_crash_files_nothing_twice(fake: FakeTracker, cast: Cast) -> None:
    sent(Sender(cast.atelier.id, member=cast.ben.id), tracker=True)
    fake.status = 503
    for _ in range(9):
        assert actions.file_waiting(AT) == 0
    row = Report.objects.get()
    assert (row.issue, row.issue_tries) == (IssueState.FAILED, 5)


@pytest.mark.database
def test_a_report_that_was_destroyed_is_not_filed(fake: FakeTracker, cast: Cast) -> None:
    sender = Sender(cast.atelier.id, member=cast.ben.id)
    made = sent(sender, tracker=True)
    actions.delete(sender, made.id, AT + timedelta(seconds=1))
    assert actions.file_waiting(AT + timedelta(seconds=2)) == 0
    assert fake.issues == []

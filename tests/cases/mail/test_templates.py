"""What mails say: in both languages, typed, and never changed under one version."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sekisho.base.errors import SekishoError
from sekisho.base.text import LANGS, Text
from sekisho.cases.mail import templates
from sekisho.cases.mail.templates import TEMPLATES, Template, places, render

GOLDEN = Path(__file__).parents[2] / "golden" / "mail_templates.txt"
AT = datetime(2026, 1, 5, 12, tzinfo=ZoneInfo("Asia/Tokyo"))
VALUES: dict[templates.Type, object] = {
    templates.reference: "K7F3-92QD",
    templates.moment: AT,
    templates.link: "https://desk.example/help",
    templates.line: "support@desk.example",
    templates.paragraphs: "One.\n\nTwo.",
    templates.note: None,
}


def values(template: Template) -> dict[str, object]:
    return {name: VALUES[type_] for name, type_ in template.takes.items()}


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda one: one.id)
def test_a_template_has_the_same_places_in_every_language(template: Template) -> None:
    for lang in LANGS:
        assert places(template.subject.in_(lang)) | places(template.body.in_(lang)) == set(template.takes)
        subject, body = render(template.name, lang, **values(template))
        assert "{" not in subject + body
        assert "\n" not in subject


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda one: one.id)
def test_a_value_that_is_missing_unknown_or_of_another_type_is_refused(template: Template) -> None:
    good = values(template)
    for name, type_ in template.takes.items():
        wrong: list[dict[str, object]] = [{**good, name: 7}, {**good, "other": "x"}]
        if type_ is not templates.note:
            wrong.append({key: value for key, value in good.items() if key != name})
        for given in wrong:
            with pytest.raises(SekishoError, match="template_value") as refusal:
                render(template.name, "en", **given)
            assert refusal.value.data["value"] in (name, "other")


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (templates.reference, "k7f3-92qd"),
        (templates.moment, datetime(2026, 1, 5)),  # noqa: DTZ001 - that is the point
        (templates.link, "javascript:alert(1)"),
        (templates.link, "https://a.test/ b"),
        (templates.line, "one\r\nBcc: two@example.test"),
        (templates.line, " "),
        (templates.paragraphs, ""),
    ],
)
def test_what_is_not_of_its_kind_is_none(type_: templates.Type, value: object) -> None:
    assert type_(value, "en") is None


def test_moments_are_told_with_their_zone() -> None:
    assert templates.moment(AT, "ja") == "2026年1月5日（月）12:00（JST）"
    assert templates.moment(AT.astimezone(UTC), "en") == "Mon 5 January 2026, 03:00 (UTC)"
    assert templates.note(Text("a", "b"), "ja") == "b\n\n"


def test_an_unknown_template_is_refused() -> None:
    with pytest.raises(SekishoError, match="no_such_template"):
        render("none", "en")


def test_a_text_that_changes_is_a_new_version() -> None:
    """`SEKISHO_WRITE_GOLDEN=1` adds the digests of new versions; that of an old one never changes."""
    known = dict(line.split() for line in GOLDEN.read_text().splitlines()) if GOLDEN.exists() else {}
    now = {template.id: _digest(template) for template in TEMPLATES.values()}
    if os.environ.get("SEKISHO_WRITE_GOLDEN"):
        GOLDEN.write_text("".join(f"{name} {digest}\n" for name, digest in sorted({**now, **known}.items())))
    assert {name: known.get(name, "new") for name in now} == now


def _digest(template: Template) -> str:
    said = "\0".join(
        [*(template.subject.in_(lang) for lang in LANGS), *(template.body.in_(lang) for lang in LANGS)]
    )
    return hashlib.sha256(said.encode()).hexdigest()[:32]

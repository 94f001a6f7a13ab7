"""A statement of reasons in the words of the EU's DSA Transparency Database, version 2 of its schema. Pure.

Source: "API documentation" and "Additional explanation for statement attributes" of the European Commission
(transparency.dsa.ec.europa.eu/page/api-documentation), schema in force from 1 July 2025. Providers of online platforms
hand statements in there, without personal data (DSA art. 24(5)). None gets in by construction: what people wrote about
the case (`facts`, `explanation`) stays here; what goes out is composed of codes, dates, the public policy, and the
citation of a law.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import yaml

from sekisho.enforcement.rules.statements import explained
from sekisho.enforcement.types import Measure, RestrictionView, UnitKind
from sekisho.policy.overlay import floor_label
from sekisho.policy.types import Clause

EEA = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
    *("IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
)
"""The countries that the database knows: the European Economic Area (ISO 3166-1)."""
OTHER = "OTHER_VIOLATION_TC"
_SHIPPED = Path(__file__).with_name("eu_categories.yaml")
CATEGORIES: Mapping[str, tuple[str, ...]] = {
    clause: tuple(names) for clause, names in yaml.safe_load(_SHIPPED.read_text("utf-8")).items()
}
"""Clause → category, and those that it touches besides. Every other clause is `OTHER`: the schema has no category of
its own for adult material since version 2, nor for misuse of the platform. The mapping is data, and our decision."""

_ALL, _PART = "TOTAL", "PARTIAL"
_OF_SERVICE = {Measure.SUSPENDED: "SUSPENSION", Measure.TERMINATED: "TERMINATION"}
_FOUND = {
    UnitKind.END_USER: "Requests of one end user of a customer were found to be",
    UnitKind.KEY: "Requests with one API key of a customer were found to be",
    UnitKind.ORGANISATION: "Requests of one customer were found to be",
}


def eu_statement(
    view: RestrictionView, clause: Clause | None, public_url: str, account_type: str = ""
) -> dict[str, object] | None:
    """Return the attributes to hand in, those without a value left out; None for a measure outside the EEA.

    `clause` as it stood in the policy by which it was judged; `account_type` is `BUSINESS`, `PRIVATE`, or empty where
    nobody knows. The date of the content is the latest that it can have: the day on which the measure began.
    """
    told = view.statement
    territory = sorted(set(told.territory) & set(EEA)) if told.territory else list(EEA)
    if not territory:
        return None
    category, *besides = _categories(view.clause)
    row = {
        "puid": view.statement_id,
        **_decision(view),
        "account_type": f"ACCOUNT_TYPE_{account_type}" if account_type else "",
        **_ground(view, clause, public_url),
        "category": category,
        "category_addition": besides,
        "territorial_scope": territory,
        "content_type": ["CONTENT_TYPE_TEXT"],
        "content_date": _day(view.since),
        "application_date": _day(view.since),
        "decision_facts": _facts(view),
        "source_type": "SOURCE_VOLUNTARY" if told.is_own_initiative else "SOURCE_ARTICLE_16",
        "automated_detection": "Yes" if told.was_detected_automatically else "No",
        "automated_decision": f"AUTOMATED_DECISION_{_automation(view)}",
    }
    return {name: value for name, value in row.items() if value}


def _categories(clause: str) -> list[str]:
    return [f"STATEMENT_CATEGORY_{name}" for name in CATEGORIES.get(clause, (OTHER,))]


def _decision(view: RestrictionView) -> dict[str, object]:
    """What was restricted: an organisation's account; of a customer's end user, the service; of a key, a part of it."""
    end = _day(view.until) if view.until else ""
    if view.measure is Measure.THROTTLED:
        what, how = _PART, "SUSPENSION"
    elif view.unit.kind is UnitKind.ORGANISATION:
        decided = f"DECISION_ACCOUNT_{view.measure.value.upper()}"
        return {"decision_account": decided, "end_date_account_restriction": end}
    else:
        what = _PART if view.unit.kind is UnitKind.KEY else _ALL
        how = _OF_SERVICE[view.measure]
    return {"decision_provision": f"DECISION_PROVISION_{what}_{how}", "end_date_service_restriction": end}


def _ground(view: RestrictionView, clause: Clause | None, public_url: str) -> dict[str, object]:
    if law := view.statement.law:
        return {
            "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
            "illegal_content_legal_ground": law,
            "illegal_content_explanation": f"The requests were found to be illegal under {law}.",
        }
    label = floor_label(view.statement.policy)
    title = f", “{clause.title.en}”" if clause else ""
    version = label.partition("@")[2]
    return {
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "decision_ground_reference_url": f"{public_url}/policy/{version}#{clause.id}" if clause else "",
        "incompatible_content_ground": f"Usage policy {label}, clause {view.clause}{title}"[:500],
        "incompatible_content_explanation": explained(view.clause, clause, label).en[:2000],
        "incompatible_content_illegal": "No",
    }


def _facts(view: RestrictionView) -> str:
    """Standard language for like cases, as the Commission recommends; of codes alone."""
    told = view.statement
    how = "illegal." if told.law else "incompatible with the usage policy."
    whose = "on the provider's own initiative" if told.is_own_initiative else "after a notice"
    means = "by automated means" if told.was_detected_automatically else "without automated means"
    who = "a program alone" if told.was_decided_automatically else "a person"
    return (
        f"{_FOUND[view.unit.kind]} {how} They were found {whose}, {means}. The measure was decided by {who}."
    )


def _automation(view: RestrictionView) -> str:
    """Fully: no person took part. Partly: a person decided on what a program had judged to be a violation."""
    if view.statement.was_decided_automatically:
        return "FULLY"
    return "PARTIALLY" if view.statement.was_detected_automatically else "NOT_AUTOMATED"


def _day(at: datetime) -> str:
    return at.astimezone(UTC).date().isoformat()

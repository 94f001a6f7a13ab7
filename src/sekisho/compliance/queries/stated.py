"""What the operator has stated: which duties apply here, and how one reaches us. For everybody."""

from __future__ import annotations

from datetime import datetime

from sekisho.base.text import Text
from sekisho.compliance.law import laws
from sekisho.compliance.models import ContactPoint, StatedProfile
from sekisho.compliance.rules.intake import wrong_with_ways
from sekisho.compliance.rules.profile import POINTS, points, regions
from sekisho.compliance.types import (
    ContactVersion,
    Dsa,
    Means,
    Point,
    Profile,
    ProfileVersion,
    Regime,
    Uk,
    Way,
)

FORMS = {
    Point.EU: "/complaints?region=EU",
    Point.EU_AUTHORITIES: "/contact/eu/authorities/order",
    Point.UK: f"/complaints/new/{Regime.UK_OSA}",
    Point.AU: f"/complaints/new/{Regime.AU_DIS}",
    Point.DATA_PROTECTION: "/complaints?about=data",
}
"""The form of each contact point: what is shipped, and read by people."""


def profile() -> ProfileVersion:
    """Return the profile in force: what was stated last, else that of a fresh installation."""
    row = StatedProfile.objects.order_by("-number").first()
    return _version(row) if row else ProfileVersion(0, Profile(), "", "", None)


def profiles() -> tuple[ProfileVersion, ...]:
    """Return every profile that was stated, the latest first."""
    return tuple(map(_version, StatedProfile.objects.order_by("-number")))


def parse_profile(words: dict[str, str]) -> Profile:
    """Return the profile that the words describe. Raises `ValueError` for a word that its field does not take."""
    return Profile(
        dsa=Dsa(words["dsa"]),
        uk=Uk(words["uk"]),
        **{name: _flag(words[name]) for name in ("au_dis", "uk_gdpr", "eu_gdpr", "jp_large")},
    )


def contact_points() -> tuple[ContactVersion, ...]:
    """Return the contact points that are published under the profile in force, in the order of `Point`; none for a
    fresh installation. For the messenger."""
    return tuple(map(contact_point, published_points()))


def published_points() -> tuple[Point, ...]:
    """Return which contact points are published: for the foot of every page, so one question to the database."""
    return points(laws(), profile().profile)


def regions_in_force() -> frozenset[str]:
    """Return the regions whose duties apply here under the profile in force; none for a fresh installation."""
    return regions(laws().values(), profile().profile)


def contact_point(point: Point) -> ContactVersion:
    """Return how one reaches us by a contact point now: as published last, else by its form alone."""
    row = ContactPoint.objects.filter(point=point.value).order_by("-number").first()
    if row is None:
        return ContactVersion(point, 0, (Way(Means.FORM, FORMS[point], True),), ("en", "ja"), None, None)
    return _contact(row)


def contact_history(point: Point) -> tuple[ContactVersion, ...]:
    """Return every version that was published, the latest first (R-SUP-131)."""
    return tuple(map(_contact, ContactPoint.objects.filter(point=point.value).order_by("-number")))


def incomplete_points() -> tuple[Point, ...]:
    """Return the published contact points that lack what `rules.intake.wrong_with_ways` asks for.

    The shipped form alone, for one, gives users in the European Union no choice of means.
    """
    held = profile().profile
    return tuple(one.point for one in contact_points() if wrong_with_ways(one.point, one.ways, held))


def regimes_of(point: Point) -> tuple[Regime, ...]:
    return POINTS[point]


def _version(row: StatedProfile) -> ProfileVersion:
    return ProfileVersion(row.number, parse_profile(row.words), row.reason, row.stated_by, row.stated_at)


def _contact(row: ContactPoint) -> ContactVersion:
    ways = tuple(Way(Means(one["means"]), one["where"], one["human"]) for one in row.ways)
    note = Text(row.note_en, row.note_ja) if row.note_en and row.note_ja else None
    since: datetime = row.since
    return ContactVersion(Point(row.point), row.number, ways, tuple(row.languages), note, since)


def _flag(word: str) -> bool:
    if word not in ("yes", "no"):
        raise ValueError(word)
    return word == "yes"

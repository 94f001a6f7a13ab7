"""What a duty profile switches: regimes, forms, contact points, reports. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sekisho.compliance.types import ClockRule, Dsa, Law, Matter, Point, Profile, Regime

POINTS: Mapping[Point, tuple[Regime, ...]] = {
    Point.EU: (Regime.DSA,),
    Point.EU_AUTHORITIES: (Regime.DSA,),
    Point.UK: (Regime.UK_OSA,),
    Point.AU: (Regime.AU_DIS,),
    Point.DATA_PROTECTION: (Regime.UK_DP, Regime.GDPR),
}
"""Contact point → the regimes that ask for it."""


def applies(law: Law | ClockRule, profile: Profile) -> bool:
    """Return whether a law, or a clock of it, applies; what names no condition always does."""
    words = profile.words()
    return all(words[field] in values for field, values in law.applies.items())


def in_force(laws: Iterable[Law], profile: Profile) -> tuple[Law, ...]:
    """Return the laws that apply, in the order given."""
    return tuple(law for law in laws if applies(law, profile))


def points(laws: Mapping[Regime, Law], profile: Profile) -> tuple[Point, ...]:
    """Return the contact points that are published, in the order of `Point`."""
    return tuple(
        point
        for point, regimes in POINTS.items()
        if any(applies(laws[regime], profile) for regime in regimes)
    )


def regions(laws: Iterable[Law], profile: Profile) -> frozenset[str]:
    """Return the regions whose own duties the profile switches on, as articles of the help centre name them. Law that
    applies wherever it may be asked for says nothing of where the operator is at work."""
    return frozenset(region for law in in_force(laws, profile) if law.applies for region in law.regions)


def regime_of_notice(laws: Mapping[Regime, Law], profile: Profile, region: str) -> Regime:
    """Return under which regime a notice runs: that of where the notifier is, else our own promise.

    A law that binds us for people elsewhere gives its clock to nobody here, and nobody is left without one.
    """
    found = (
        law.regime
        for law in in_force(laws.values(), profile)
        if region in law.regions
        and any(rule.matter is Matter.NOTICE and applies(rule, profile) for rule in law.clocks)
    )
    return next(found, Regime.OWN)


def regimes_of_complaints(
    laws: Mapping[Regime, Law], profile: Profile, region: str = ""
) -> tuple[Regime, ...]:
    """Return the regimes under which one may complain from a region, the most special first; empty region: from
    anywhere. Our own promise stands last and is never missing."""
    fitting = [
        law.regime
        for law in in_force(laws.values(), profile)
        if law.kinds and law.regime is not Regime.OWN and (not region or region in law.regions)
    ]
    return (*fitting, Regime.OWN)


def hands_in_statements(profile: Profile) -> bool:
    """Return whether statements of reasons go to the Commission's database."""
    return profile.dsa is Dsa.PLATFORM

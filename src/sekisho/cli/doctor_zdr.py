"""What `sekisho doctor` says of zero data retention: what keeps the promise here, and which providers may be used."""

from __future__ import annotations

from datetime import datetime

from sekisho.accounts.types import system
from sekisho.base.text import Text
from sekisho.cli.health import Check, State


def check_zero_retention(at: datetime) -> Check:
    """Tell what an ordinary gateway promises, whether this kernel could do more, and what is not known of providers."""
    from sekisho.gateway.zdr.confine import has_landlock
    from sekisho.link.queries import known_routes
    from sekisho.link.routes import provider_of
    from sekisho.records.providers import queries
    from sekisho.records.providers.types import Standing

    states = queries.states(system("doctor"), map(provider_of, known_routes()), at)
    taken = ", ".join(one.provider.route for one in states if one.keeps_nothing) or "–"
    pool = (
        Text("by the kernel in `sekisho gateway --zdr`", "`sekisho gateway --zdr` ではカーネルが保証")
        if has_landlock()
        else Text("this kernel cannot do more", "このカーネルではそれ以上の保証はできません")
    )
    found = Text(
        f"by policy in `serve` and `gateway`, {pool.en}; providers: {taken}",
        f"`serve` と `gateway` では方針として遵守、{pool.ja}。利用できる提供元：{taken}",
    )
    stale = [one.provider.route for one in states if one.standing is Standing.STALE]
    if stale:
        names = ", ".join(stale)
        return Check(
            "zero_retention",
            State.NOTE,
            Text(f"{found.en}; reviewed too long ago: {names}", f"{found.ja}。確認期限切れ：{names}"),
            Text(
                "Look at their terms again, and state it: `sekisho providers state`.",
                "規約をあらためて確認し、`sekisho providers state` で記録してください。",
            ),
        )
    return Check("zero_retention", State.OK, found)

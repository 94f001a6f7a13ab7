"""Reads of compliance: what was stated, for everybody; matters and registers, viewer first."""

from __future__ import annotations

from sekisho.compliance.queries.channel import channel_of
from sekisho.compliance.queries.handing_in import Batch, batches
from sekisho.compliance.queries.matters import (
    clocks_of,
    followed,
    is_matter,
    matter,
    matters,
    next_clocks,
    running_clocks,
)
from sekisho.compliance.queries.registers import (
    authorities,
    authority_of,
    disputes,
    flaggers,
)
from sekisho.compliance.queries.reporting import ids_behind, report
from sekisho.compliance.queries.stated import (
    contact_history,
    contact_point,
    contact_points,
    incomplete_points,
    parse_profile,
    profile,
    profiles,
    published_points,
    regimes_of,
    regions_in_force,
)
from sekisho.compliance.queries.taking_part import took_part

__all__ = [
    "Batch",
    "authorities",
    "authority_of",
    "batches",
    "channel_of",
    "clocks_of",
    "contact_history",
    "contact_point",
    "contact_points",
    "disputes",
    "flaggers",
    "followed",
    "ids_behind",
    "incomplete_points",
    "is_matter",
    "matter",
    "matters",
    "next_clocks",
    "parse_profile",
    "profile",
    "profiles",
    "published_points",
    "regimes_of",
    "regions_in_force",
    "report",
    "running_clocks",
    "took_part",
]

"""The policy as one organisation is held to it: the floor, with its own overlay laid over (P-007)."""

from __future__ import annotations

from datetime import UTC, datetime

from sekisho.gateway.screen.shadow import Shadow
from sekisho.gateway.types import Principal
from sekisho.link.snapshot import Snapshot
from sekisho.policy.overlay import tightened
from sekisho.policy.rules import pack_in_force
from sekisho.policy.types import Pack

NEVER = datetime.max.replace(tzinfo=UTC)


class Terms:
    """Tightened packs of the snapshot at hand, each made once. A new snapshot starts anew."""

    def __init__(self) -> None:
        self._snapshot: Snapshot | None = None
        self._packs: dict[tuple[str, str], Pack] = {}
        self._floor: tuple[Snapshot, datetime, datetime, Pack | None] | None = None
        """The version in force under a snapshot, from one moment on until before another."""

    def floor(self, snapshot: Snapshot, at: datetime) -> Pack | None:
        """Return the version in force at the moment `at` (P-003), None before the first."""
        known = self._floor
        if known is None or known[0] is not snapshot or not known[1] <= at < known[2]:
            moments = [pack.effective_at for pack in snapshot.packs]
            since = max((moment for moment in moments if moment <= at), default=at)
            until = min((moment for moment in moments if moment > at), default=NEVER)
            known = self._floor = (snapshot, since, until, pack_in_force(snapshot.packs, at))
        return known[3]

    def pack(self, snapshot: Snapshot, organisation: str, floor: Pack) -> Pack:
        """Return the pack by which the organisation is judged where `floor` is in force."""
        overlay = snapshot.overlays.get(organisation)
        if overlay is None:
            return floor
        if self._snapshot is not snapshot:
            self._snapshot, self._packs = snapshot, {}
        place = (organisation, floor.label)
        if place not in self._packs:
            self._packs[place] = tightened(floor, overlay)
        return self._packs[place]

    def shadow(self, snapshot: Snapshot, principal: Principal) -> Shadow | None:
        """Return where it is noted what drafts would decide about a request; None while there is no draft."""
        if not snapshot.shadow_packs:
            return None
        organisation = principal.organisation.id
        return Shadow(tuple(self.pack(snapshot, organisation, draft) for draft in snapshot.shadow_packs))

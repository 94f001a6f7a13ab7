from __future__ import annotations

import pytest

from sekisho.api import review_streams, reviews
from tests.api.desk import Desk, staffed
from tests.cast import Cast


@pytest.fixture
def desk(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk, at the moment `desk.at`."""
    made = staffed(cast)
    for module in (reviews, review_streams):
        monkeypatch.setattr(module, "now", lambda: made.at)
    return made

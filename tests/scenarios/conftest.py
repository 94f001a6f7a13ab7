from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from tests.scenarios.installation import Installation


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One running installation for the stories of a module."""
    installation = Installation(tmp_path_factory.mktemp("sekisho")).start()
    yield installation
    with contextlib.suppress(ProcessLookupError):
        installation.stop()

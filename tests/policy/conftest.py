"""Who prepares the policy and who approves it, over the shipped versions."""

from __future__ import annotations

import pytest

from sekisho.accounts.types import Viewer
from sekisho.policy import actions
from tests.policy.makers import NOW, appointed


@pytest.fixture
def emi_proposes(emi) -> Viewer:
    return appointed(emi)


@pytest.fixture
def fumi_approves(fumi) -> Viewer:
    return appointed(fumi)


@pytest.fixture
def shipped(db) -> None:
    actions.install_reference(clock=NOW)

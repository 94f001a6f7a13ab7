"""Rows keep their promises."""

from __future__ import annotations

import pytest
from django.core.management import call_command


@pytest.mark.django_db(databases="__all__")
def test_no_model_lacks_a_migration() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_the_cast_holds_the_roles_it_is_known_for(cast) -> None:
    assert cast.viewer("aiko").roles == {cast.atelier.id: "primary_owner"}
    assert cast.viewer("chie").roles == {cast.elsewhere.id: "primary_owner"}
    assert cast.viewer("emi").staff == {"reviewer", "professional"}

"""Projects and keys of which nothing is kept: who may say so, and what gateways then know."""

from __future__ import annotations

import pytest

from sekisho.accounts import actions, queries
from sekisho.accounts.types import Scope, system
from sekisho.audit.models import AuditEntry
from sekisho.base.errors import NotAllowedError, NotFoundError

pytestmark = pytest.mark.django_db
PERSON = system("test")


@pytest.fixture
def key(cast):
    return actions.create_key(PERSON, cast.atelier.id, "Web", scopes=frozenset(Scope)).view


def known(key_id):
    """What gateways are told of the key."""
    return next(one.view for one in queries.keys_for_gateway() if one.view.id == key_id)


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("whole", [False, True])
def test_a_key_keeps_nothing_where_it_or_its_project_says_so(cast, key, own, whole):
    aiko = cast.viewer("aiko")
    project = actions.put_project(aiko, cast.atelier.id, "Shop", zero_retention=whole)
    actions.move_key(aiko, key.id, project.id)
    view = actions.keep_nothing_of(aiko, key.id, own)
    assert (view.zero_retention, view.project) == (own or whole, "Shop")
    assert known(key.id).zero_retention is (own or whole)


def test_a_project_changes_for_all_its_keys_at_once(cast, key):
    aiko = cast.viewer("aiko")
    project = actions.put_project(aiko, cast.atelier.id, "Shop", zero_retention=False)
    actions.move_key(aiko, key.id, project.id)
    again = actions.put_project(aiko, cast.atelier.id, "Shop", zero_retention=True)
    assert (again.id, known(key.id).zero_retention) == (project.id, True)
    assert queries.projects(aiko, cast.atelier.id) == (again,)
    assert AuditEntry.objects.filter(action="project.put", subject=project.id).count() == 2
    actions.put_project(aiko, cast.atelier.id, "Shop", zero_retention=True)
    assert AuditEntry.objects.filter(action="project.put", subject=project.id).count() == 2


def test_out_of_its_project_a_key_is_what_it_says_itself(cast, key):
    aiko = cast.viewer("aiko")
    project = actions.put_project(aiko, cast.atelier.id, "Shop", zero_retention=True)
    actions.move_key(aiko, key.id, project.id)
    assert not actions.move_key(aiko, key.id, "").zero_retention


def test_no_key_goes_into_a_project_of_others(cast, key):
    theirs = actions.put_project(PERSON, cast.elsewhere.id, "Theirs", zero_retention=False)
    with pytest.raises(NotFoundError):
        actions.move_key(cast.viewer("aiko"), key.id, theirs.id)


@pytest.mark.parametrize(("name", "refusal"), [("ben", NotAllowedError), ("chie", NotFoundError)])
def test_who_does_not_answer_for_data_changes_nothing(cast, key, name, refusal):
    who = cast.viewer(name)
    for change in (
        lambda: actions.put_project(who, cast.atelier.id, "Shop", zero_retention=False),
        lambda: actions.keep_nothing_of(who, key.id, False),
        lambda: actions.move_key(who, key.id, ""),
    ):
        with pytest.raises(refusal):
            change()

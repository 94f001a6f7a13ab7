from __future__ import annotations

from datetime import timedelta

import pytest

from sekisho.accounts.types import NOBODY, system
from sekisho.audit.models import AuditEntry
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.webhooks import actions, queries
from sekisho.webhooks.actions import GRACE, MOST_ENDPOINTS
from sekisho.webhooks.models import Endpoint, Secret
from sekisho.webhooks.types import CHOSEN, EndpointState, Kind
from tests.webhooks.conftest import AT


def register(cast, who="aiko", url="https://hooks.example.com/", kinds=CHOSEN):
    return actions.register_endpoint(
        cast.viewer(who),
        cast.atelier.id,
        url,
        frozenset(kinds),
        clock=lambda: AT,
        lookup=lambda *_: ("93.184.215.14",),
    )


def test_an_owner_registers_an_address_and_reads_its_secret_this_once(cast):
    made = register(cast, kinds=[Kind.REVIEW_RELEASED])
    assert made.plain.startswith("whsec_")
    assert made.plain not in repr(made)
    assert made.endpoint.kinds == {Kind.REVIEW_RELEASED}
    assert queries.endpoints(cast.viewer("ben"), cast.atelier.id) == (made.endpoint,)
    kept = Secret.objects.get()
    assert made.plain not in kept.sealed
    assert queries.secrets_of([made.endpoint.id], AT) == {made.endpoint.id: (made.plain,)}
    assert made.plain not in str(list(AuditEntry.objects.values_list("facts", flat=True)))


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        pytest.param("ben", NotAllowedError, id="a member"),
        pytest.param("chie", NotFoundError, id="an outsider"),
        pytest.param("emi", NotFoundError, id="a reviewer"),
    ],
)
def test_others_register_nothing(cast, who, refusal):
    with pytest.raises(refusal):
        register(cast, who)
    assert not Endpoint.objects.exists()


def test_an_outsider_sees_and_does_nothing(cast):
    made, chie = register(cast).endpoint, cast.viewer("chie")
    for ask in (
        lambda: queries.endpoints(chie, cast.atelier.id),
        lambda: queries.endpoint(chie, made.id),
        lambda: queries.deliveries(chie, made.id),
        lambda: actions.rotate_secret(chie, made.id),
        lambda: actions.disable_endpoint(chie, made.id),
        lambda: actions.enable_endpoint(chie, made.id),
        lambda: actions.remove_endpoint(chie, made.id),
        lambda: actions.send_test(chie, made.id),
        lambda: actions.redeliver(chie, "whd_none"),
        lambda: queries.endpoint(NOBODY, made.id),
    ):
        with pytest.raises(NotFoundError):
            ask()
    assert queries.endpoint(cast.viewer("aiko"), made.id) == made


def test_there_are_only_so_many(cast):
    for _ in range(MOST_ENDPOINTS):
        register(cast)
    with pytest.raises(SekishoError) as refusal:
        register(cast)
    assert refusal.value.code == "webhook_too_many"


@pytest.mark.parametrize("kinds", [(), (Kind.TEST,)], ids=["none", "the test alone"])
def test_it_listens_to_something(cast, kinds):
    with pytest.raises(SekishoError) as refusal:
        register(cast, kinds=kinds)
    assert refusal.value.code == "webhook_no_kinds"


def test_after_a_rotation_both_secrets_sign_for_a_day(cast):
    first = register(cast)
    second = actions.rotate_secret(cast.viewer("aiko"), first.endpoint.id, clock=lambda: AT)

    def signing(at):
        return queries.secrets_of([first.endpoint.id], at)[first.endpoint.id]

    assert signing(AT) == (second.plain, first.plain)
    assert signing(AT + GRACE - timedelta(seconds=1)) == (second.plain, first.plain)
    assert signing(AT + GRACE) == (second.plain,)
    assert second.endpoint.earlier_secret_until == AT + GRACE


def test_a_second_rotation_ends_the_oldest_at_once(cast):
    first = register(cast)
    second = actions.rotate_secret(cast.viewer("aiko"), first.endpoint.id, clock=lambda: AT)
    third = actions.rotate_secret(cast.viewer("aiko"), first.endpoint.id, clock=lambda: AT)
    assert queries.secrets_of([first.endpoint.id], AT)[first.endpoint.id] == (third.plain, second.plain)


def test_disabled_and_enabled_again(cast):
    aiko, made = cast.viewer("aiko"), register(cast).endpoint
    assert actions.disable_endpoint(aiko, made.id).state is EndpointState.DISABLED
    actions.disable_endpoint(aiko, made.id)
    assert actions.announce(cast.atelier.id, Kind.REVIEW_RELEASED, {}, key="one", at=AT) == ""
    with pytest.raises(SekishoError) as refusal:
        actions.send_test(aiko, made.id)
    assert refusal.value.code == "webhook_disabled"
    assert actions.enable_endpoint(aiko, made.id).state is EndpointState.ACTIVE
    told = AuditEntry.objects.filter(subject=made.id).order_by("seq").values_list("action", flat=True)
    assert list(told) == ["webhook.registered", "webhook.disabled", "webhook.enabled"]


def test_what_is_removed_is_forgotten(cast):
    made = register(cast).endpoint
    actions.announce(cast.atelier.id, Kind.REVIEW_RELEASED, {}, key="one", at=AT)
    actions.remove_endpoint(cast.viewer("aiko"), made.id)
    assert not Secret.objects.exists()
    assert actions.claim(AT, 10) == ()


def test_commands_may_do_it_too(cast):
    made = actions.register_endpoint(
        system("cli"),
        cast.atelier.id,
        "https://a.example.com",
        frozenset(CHOSEN),
        lookup=lambda *_: ("8.8.8.8",),
    )
    assert made.endpoint.organisation == cast.atelier.id

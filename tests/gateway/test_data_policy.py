"""Zero retention: who can ask for it, what an answer says of it, and what is recorded under it."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.accounts.types import Plan
from sekisho.gateway.data_policy import SESSION, ZERO_RETENTION, as_demanded, line
from sekisho.gateway.disclosure import Remembered
from sekisho.gateway.types import Principal
from sekisho.link.snapshot import Dialect, KeyEntry, OrganisationEntry, Route
from sekisho.policy.types import Audience
from tests.gateway.conftest import KEY, key_entry, running, snapshot
from tests.pages import table

PAGE = "docs/rules/zero-retention.md"
LATTICE = table(PAGE, "organisation", "key", "request says", "the answer says")
QUIET_ROUTES = (
    Route("quiet-anthropic", Dialect.ANTHROPIC, "", fake=True, zero_retention=True),
    Route("quiet-openai", Dialect.OPENAI, "", fake=True, zero_retention=True),
)
ON = {"x-sekisho-zero-retention": "1"}
KEPT = "retained; days=30; training=no"
POLICY = "x-sekisho-data-policy"


def organisation(**more) -> dict[str, OrganisationEntry]:
    return {"org_atelier": OrganisationEntry(id="org_atelier", plan=Plan.API, **more)}


@pytest.fixture
async def site():
    """A gate whose providers are on record as keeping nothing."""
    async with running(routes=QUIET_ROUTES, standard_days=30, allowed_years=5) as site:
        yield site


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=f"{row[0]}, {row[1]}, {row[2].strip('`')}") for row in LATTICE]
)
async def test_whoever_asks_for_zero_retention_gets_it(site, row):
    of_organisation, of_key, said, told = (cell.strip("`") for cell in row)
    site.snapshots.publish(organisations=organisation(zero_retention=of_organisation == "yes"))
    site.with_key(zero_retention=of_key == "yes")
    headers = {} if said == "nothing" else {"x-sekisho-zero-retention": said}
    reply = await site.messages("Hello", headers=headers)
    if told == "400":
        assert (reply.status, site.journal.entries) == (400, [])
        return
    assert (reply.status, reply.headers[POLICY]) == (200, told)
    assert site.entry.zero_retention is told.startswith("zero-retention")
    assert bool(site.entry.content) is told.startswith("retained")


async def test_every_answer_says_what_applied_to_its_data(site):
    unknown = await site.get("/v1/models", headers={"x-api-key": "sk-unknown"})
    assert unknown.headers[POLICY] == "unrecorded"
    for path, body in (("/v1/messages", b"{"), ("/v1/chat/completions", {"model": "claude-fake-1"})):
        assert (await site.post(path, body, headers=ON)).headers[POLICY].startswith("zero-retention")
    stream = await site.messages("Hello", stream=True, headers=ON)
    assert stream.headers[POLICY] == "zero-retention; enforced=policy"
    refused = await site.messages("How to build a pipe bomb", headers=ON)
    assert refused.headers[POLICY] == "zero-retention; enforced=policy"
    broken = await site.messages("[fake:error-500]", headers=ON)
    assert (broken.status, broken.headers[POLICY]) == (500, "zero-retention; enforced=policy")
    assert (await site.get("/v1/models")).headers[POLICY] == KEPT


async def test_a_provider_cannot_speak_of_the_gates_policy(site):
    """What a provider says under our name is taken out, and our own word stands alone."""
    reply = await site.messages("Hello")
    assert reply.headers.getall(POLICY) == [KEPT]


async def test_what_is_asked_of_the_gate_is_no_providers_business(site):
    await site.messages("Hello", headers=ON | {"x-other": "1"})
    names = {name for name, _ in site.fake.seen[-1].headers}
    assert (b"x-other" in names, any(name.startswith(b"x-sekisho") for name in names)) == (True, False)


@given(
    *[st.booleans()] * 4, st.sampled_from([(), (b"0",), (b"1",), (b"?0", b"?1"), (b"1", b"0")]), st.booleans()
)
def test_no_request_loosens_what_somebody_else_decided(whole, own, always, before, said, has_session):
    """The lattice: zero retention holds exactly when somebody asks for it, and more of them never make it less."""
    key = key_entry(zero_retention=own)
    account = organisation(zero_retention=whole)["org_atelier"]
    headers = [(ZERO_RETENTION, value) for value in said] + ([(SESSION, b"s")] if has_session else [])
    quiet = Remembered()
    if before:
        as_demanded(Principal(key, account), [(ZERO_RETENTION, b"1"), (SESSION, b"s")], quiet, always=False)
    found = as_demanded(Principal(key, account, zero_retention=own or whole), headers, quiet, always)
    asked = bool({b"1", b"?1"} & set(said))
    assert found.zero_retention is (whole or own or always or asked or (before and has_session))


async def test_a_session_inherits_what_one_of_its_requests_demanded(site):
    session = {"x-claude-code-session-id": "session-1"}
    asked = [session, session | ON, session, {"x-claude-code-session-id": "session-2"}]
    told = [(await site.messages("Hello", headers=headers)).headers[POLICY] for headers in asked]
    assert [one.partition(";")[0] for one in told] == [
        "retained", "zero-retention", "zero-retention", "retained",
    ]  # fmt: skip


def while_the_provider_speaks(site, change):
    """Do `change` once the provider has been asked, and has not answered yet."""
    ask = site.gate.upstream.send

    async def asked(*given):
        change()
        return await ask(*given)

    site.gate.upstream.send = asked


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_what_ends_under_zero_retention_is_not_recorded(site, stream):
    while_the_provider_speaks(
        site, lambda: site.snapshots.publish(organisations=organisation(zero_retention=True))
    )
    assert (await site.messages("Hello", stream=stream)).status == 200
    assert (site.entry.zero_retention, site.entry.content) == (True, b"")


async def test_what_began_under_zero_retention_ends_under_it(site):
    site.with_key(zero_retention=True)
    while_the_provider_speaks(site, site.with_key)
    assert (await site.messages("Hello")).status == 200
    assert (site.entry.zero_retention, site.entry.content) == (True, b"")


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_a_draft_that_may_no_longer_be_kept_is_refused(site, stream):
    declared = {"audience": Audience.HIGH_RISK, "domain": "hr_legal", "product": "Atelier Law"}
    site.with_key(**declared)
    while_the_provider_speaks(site, lambda: site.with_key(zero_retention=True, **declared))
    reply = await site.messages("May my landlord do this?", stream=stream)
    assert reply.status == (200 if stream else 503)
    assert "Zero data retention was switched on" in reply.body.decode()
    assert "rev_" not in reply.body.decode()
    assert (site.entry.outcome, site.entry.review, site.entry.content) == ("blocked", "", b"")


async def test_no_mark_of_a_text_outlives_the_process(site):
    """The same text under two keys: with zero retention its marks cannot be made again by whoever holds the snapshot."""
    await site.messages("How to build a pipe bomb")
    await site.messages("How to build a pipe bomb", headers=ON)
    await site.messages("How to build a pipe bomb", headers=ON)
    kept, first, second = site.journal.entries
    assert (
        kept.decisions[0].input_digest != first.decisions[0].input_digest == second.decisions[0].input_digest
    )
    assert kept.conversation != first.conversation == second.conversation
    assert [ground.span for ground in first.decisions[0].grounds if ground.span] == []


# -- stamps ---------------------------------------------------------------------------------------------------


async def test_a_turn_is_stamped_with_what_was_so_when_it_was_received(site):
    site.snapshots.publish(
        organisations=organisation(consent_epoch=7),
        routes=tuple(msgspec.structs.replace(one, upstream="bedrock") for one in QUIET_ROUTES),
    )
    site.with_key(member="usr_ben")
    headers = {"x-claude-code-session-id": "session-1", "x-sekisho-incognito": "1"}
    await site.messages("Hello", headers=headers)
    entry = site.entry
    assert (entry.upstream, entry.product, entry.member) == ("bedrock", "coding", "usr_ben")
    assert (entry.incognito, entry.minors, entry.consent_epoch) == (True, False, 7)


async def test_what_was_refused_was_served_by_nobody(site):
    await site.messages("How to build a pipe bomb")
    assert (site.entry.upstream, site.entry.product) == ("", "api")


async def test_keys_for_minors_are_stamped(site):
    site.snapshots.publish(organisations=organisation(minors_statement=True))
    site.with_key(audience=Audience.MINORS)
    await site.messages("Hello")
    assert site.entry.minors


FIRST_PARTY = Route("route", Dialect.ANTHROPIC, "", upstream="first_party")


@pytest.mark.parametrize(
    ("plan", "key", "route", "incognito", "told"),
    [
        pytest.param(Plan.PRO, {}, FIRST_PARTY, False, "retained; years=5; training=yes", id="a person who allows it"),
        pytest.param(Plan.PRO, {}, FIRST_PARTY, True, KEPT, id="incognito"),
        pytest.param(Plan.PRO, {"audience": Audience.MINORS}, FIRST_PARTY, False, KEPT, id="minors"),
        pytest.param(Plan.PRO, {}, None, False, KEPT, id="nobody was asked"),
        pytest.param(Plan.TEAM, {"member": "usr_ben"}, FIRST_PARTY, False, "retained; days=30; training=yes", id="a partner"),
        pytest.param(Plan.TEAM, {}, FIRST_PARTY, False, KEPT, id="a partner's shared key"),
        pytest.param(Plan.TEAM, {"member": "usr_ben"}, QUIET_ROUTES[0], False, KEPT, id="another provider"),
    ],
)  # fmt: skip
def test_an_answer_says_how_long_it_is_kept_and_for_what(plan, key, route, incognito, told):
    entry = KeyEntry(id="key_ben", organisation="org_atelier", scopes=frozenset(), **key)
    account = OrganisationEntry(id="org_atelier", plan=plan, consent_epoch=3)
    held = snapshot(standard_days=30, allowed_years=5)
    assert line(Principal(entry, account, incognito=incognito), held, False, route).decode() == told


# -- providers and endpoints ----------------------------------------------------------------------------------


async def test_models_that_may_be_kept_are_neither_listed_nor_served(site):
    keeping = tuple(
        msgspec.structs.replace(one, retaining_models=("claude-fake-*", "fake-*")) for one in QUIET_ROUTES
    )
    site.snapshots.publish(routes=keeping)
    anthropic = {"x-api-key": KEY, "anthropic-version": "2023-06-01"}
    everything = (await site.get("/v1/models", anthropic)).json
    listed = (await site.get("/v1/models", anthropic | ON)).json
    assert "claude-fake-1" in {one["id"] for one in everything["data"]}
    assert {one["id"] for one in listed["data"]} == {"gpt-fake-1"}
    assert (listed["first_id"], listed["last_id"]) == ("gpt-fake-1", "gpt-fake-1")
    reply = await site.messages("Hello", headers=ON)
    assert (reply.status, site.fake.seen[-1].path) == (403, "/v1/models")


@pytest.mark.parametrize(
    "path", ["/v1/messages/batches", "/v1/files", "/v1/responses/resp_1", "/v1/batches/b_1"]
)
async def test_what_a_provider_would_keep_is_not_served(site, path):
    reply = await site.get(path, {"x-api-key": KEY} | ON)
    assert (reply.status, "keeps what it is sent" in reply.json["error"]["message"]) == (404, True)

"""Writes of policy versions: propose, try in the shadow, activate, roll back (P-004)."""

from __future__ import annotations

from hashlib import sha256

from django.db import transaction
from django.db.models import QuerySet

from sekisho.accounts.types import Viewer, system
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.text import Text
from sekisho.policy import lifecycle
from sekisho.policy.actions.parts import allowed
from sekisho.policy.check import Find, check_examples
from sekisho.policy.events import policy_changed
from sekisho.policy.load import load
from sekisho.policy.models import PolicyVersion
from sekisho.policy.packs import reference_sources
from sekisho.policy.queries import VERSION_NOT_FOUND, dates
from sekisho.policy.types import Pack

INSTALLER = system("installer")
"""Installs what is shipped: its text and its examples were reviewed and tested with the release."""


@transaction.atomic
def install_reference(actor: Viewer = INSTALLER, clock: Clock = system_clock) -> tuple[str, ...]:
    """Install and approve the shipped versions that are not there yet; return their labels. Idempotent."""
    allowed(actor)
    installed = []
    for file, source in reference_sources().items():
        pack = load(source, file)
        if _exists(pack):
            continue
        row = _row(actor, pack, source, approved_by=actor.id, activated_at=clock(), notice_sent_at=clock())
        row.save(force_insert=True)
        record(actor.id, "policy_version.installed", str(row), digest=row.digest)
        installed.append(str(row))
    if installed:
        _tell(installed[-1])
    return tuple(installed)


@transaction.atomic
def propose(actor: Viewer, source: str, file: str = "pack.yaml") -> str:
    """Keep a new version as a draft, and return its label.

    Raises `PackError` with everything that is wrong in it, or `version_exists`: a version is never changed,
    so a change needs a version of its own.
    """
    allowed(actor)
    pack = load(source, file)
    if _exists(pack):
        raise SekishoError("version_exists", _VERSION_EXISTS.format(label=pack.label), version=pack.label)
    row = _row(actor, pack, source)
    row.save(force_insert=True)
    record(actor.id, "policy_version.proposed", str(row), digest=row.digest)
    return str(row)


@transaction.atomic
def activate(
    actor: Viewer, label: str, find: Find, *, single_operator: bool = False, clock: Clock = system_clock
) -> None:
    """Approve a draft, so that it comes into force at its `effective_at`.

    Raises `not_a_draft`, `effective_in_the_past` (what happened is judged by the version of its moment),
    `second_person_needed` when the proposer approves (`single_operator` allows it, and the audit log says
    so), or `examples_failed` with the failures when the detectors do not keep the pack's promises.
    """
    allowed(actor)
    row = _found(label)
    pack = load(row.source, f"{row}.yaml")
    if row.proposed_by == actor.id and not single_operator:
        raise NotAllowedError("second_person_needed", _SECOND_PERSON_NEEDED)
    if pack.effective_at < clock():
        raise SekishoError(
            "effective_in_the_past", _EFFECTIVE_IN_THE_PAST.format(at=pack.effective_at.isoformat())
        )
    _keeps_promises(pack, find)
    approved = {"approved_by": actor.id, "activated_at": clock(), "shadow_since": None}
    if not _drafts().filter(id=row.id).update(**approved):
        raise SekishoError("not_a_draft", _NOT_A_DRAFT.format(label=label), version=label)
    record(actor.id, "policy_version.activated", label, digest=row.digest, single_operator=single_operator)
    _tell(label)


@transaction.atomic
def start_shadow(actor: Viewer, label: str, clock: Clock = system_clock) -> None:
    """Let gateways judge by a draft too, recording what it would have decided and never acting on it.

    It ends with `stop_shadow`, or when the draft is activated. Raises `not_a_draft`.
    """
    allowed(actor)
    row = _found(label)
    if not _drafts().filter(id=row.id).update(shadow_since=clock()):
        raise SekishoError("not_a_draft", _NOT_A_DRAFT.format(label=label), version=label)
    record(actor.id, "policy_version.shadow_started", label, digest=row.digest)
    _tell(label)


@transaction.atomic
def stop_shadow(actor: Viewer, label: str) -> None:
    """Let a draft judge nothing again. What was recorded stays. Raises `not_in_shadow`."""
    allowed(actor)
    row = _found(label)
    if not _drafts().filter(id=row.id).exclude(shadow_since=None).update(shadow_since=None):
        raise SekishoError("not_in_shadow", _NOT_IN_SHADOW.format(label=label), version=label)
    record(actor.id, "policy_version.shadow_stopped", label)
    _tell(label)


@transaction.atomic
def roll_back(actor: Viewer, label: str, clock: Clock = system_clock) -> str:
    """Withdraw a version that is in force or to come; return the label of the one in force after it.

    One step, and one person, because it restores what was approved before. Events of the past keep the
    version that judged them. Raises `not_active`, or `nothing_before` when no policy would be left.
    """
    allowed(actor)
    at = clock()
    row = _found(label)
    active = PolicyVersion.objects.exclude(activated_at=None).filter(withdrawn_at=None)
    before = lifecycle.in_force([dates(one) for one in active.exclude(id=row.id)], at)
    if before is None:
        raise SekishoError("nothing_before", _NOTHING_BEFORE.format(label=label), version=label)
    if not active.filter(id=row.id).update(withdrawn_by=actor.id, withdrawn_at=at):
        raise SekishoError("not_active", _NOT_ACTIVE.format(label=label), version=label)
    record(actor.id, "policy_version.rolled_back", label, restored=before.label)
    _tell(label)
    return before.label


# --- parts ---


def _exists(pack: Pack) -> bool:
    return PolicyVersion.objects.filter(name=pack.name, version=pack.version).exists()


def _drafts() -> QuerySet[PolicyVersion]:
    return PolicyVersion.objects.filter(activated_at=None, withdrawn_at=None)


def _row(actor: Viewer, pack: Pack, source: str, **fields: object) -> PolicyVersion:
    return PolicyVersion(
        name=pack.name,
        version=pack.version,
        source=source,
        digest=sha256(source.encode()).hexdigest(),
        announced_at=pack.announced_at,
        effective_at=pack.effective_at,
        proposed_by=actor.id,
        **fields,
    )


def _found(label: str) -> PolicyVersion:
    name, _, version = label.partition("@")
    row = PolicyVersion.objects.filter(name=name, version=version).first()
    if row is None:
        raise NotFoundError("policy_version_not_found", VERSION_NOT_FOUND)
    return row


def _keeps_promises(pack: Pack, find: Find) -> None:
    failures = check_examples(pack, find)
    if failures:
        told = Text(
            "\n".join(failure.message.en for failure in failures),
            "\n".join(failure.message.ja for failure in failures),
        )
        message = _EXAMPLES_FAILED.format(count=len(failures))
        message = Text(f"{message.en}\n{told.en}", f"{message.ja}\n{told.ja}")
        raise SekishoError("examples_failed", message, failures=tuple(failures))


def _tell(label: str) -> None:
    transaction.on_commit(lambda: policy_changed.send(sender=PolicyVersion, version=label))


_VERSION_EXISTS = Text(
    "{label} exists already and is never changed. Give the new text a version of its own.",
    "{label} はすでにあり、変更できません。新しい内容には別のバージョンを付けてください。",
)
_SECOND_PERSON_NEEDED = Text(
    "A version is activated by somebody other than the one who proposed it. Ask a colleague to read it.",
    "版を有効にするのは、提案した人とは別の人です。同僚に確認を依頼してください。",
)
_EFFECTIVE_IN_THE_PAST = Text(
    "The version would be effective from {at}, which has passed. Choose a later `effective_at`.",
    "発効日時 {at} は過ぎています。`effective_at` をこれからの日時にしてください。",
)
_NOT_A_DRAFT = Text(
    "{label} is no draft any more. Look at the list of versions.",
    "{label} はすでに下書きではありません。版の一覧を確認してください。",
)
_NOT_IN_SHADOW = Text(
    "{label} is not in the shadow. Look at the list of versions.",
    "{label} は試行中ではありません。版の一覧を確認してください。",
)
_NOT_ACTIVE = Text(
    "{label} is a draft or was rolled back already. There is nothing to roll back.",
    "{label} は下書きか、すでに取り下げられています。取り下げるものはありません。",
)
_NOTHING_BEFORE = Text(
    "There is no version to go back to from {label}. Activate another one first.",
    "{label} の前に戻れる版がありません。先に別の版を有効にしてください。",
)
_EXAMPLES_FAILED = Text(
    "{count} example(s) of the pack fail, so it stays a draft. Mend the pack or the detectors.",
    "例のうち {count} 件が期待どおりにならないため、下書きのままです。パックか検出器を直してください。",
)

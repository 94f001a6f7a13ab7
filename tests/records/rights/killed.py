"""A worker that carries out requests until somebody kills it, with an installation of its own.

killed.py FOLDER seed ROUNDS      the installation, an account with many turns, and one to erase for each round
killed.py FOLDER work ROUND       copy after copy of the one, and the erasure of the round's other
killed.py FOLDER check            all of it brought to its end, and looked at
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

FOLDER, TASK = Path(sys.argv[1]), sys.argv[2]
os.environ |= {"SEKISHO_DATA_DIR": str(FOLDER), "DJANGO_SETTINGS_MODULE": "sekisho.settings"}

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402

from sekisho.accounts.types import system  # noqa: E402
from sekisho.base.databases import KEYSTORE  # noqa: E402
from sekisho.base.inventory import Holder, Subject  # noqa: E402
from sekisho.records.models import Content, Turn  # noqa: E402
from sekisho.records.rights import actions, queries  # noqa: E402
from sekisho.records.rights.actions import working  # noqa: E402
from sekisho.records.rights.bundle import turns  # noqa: E402
from sekisho.records.rights.bundle.verifying import Whole, verify  # noqa: E402
from sekisho.records.rights.models import Chunk, Request  # noqa: E402
from sekisho.records.rights.types import Asked, BundleState, RequestKind, RequestState  # noqa: E402
from tests.records.rights.makers import files, rows, store, turn  # noqa: E402

if TYPE_CHECKING:
    from sekisho.records.rights.types import RequestView

SYSTEM = system("test")
OWNER, TURNS = "org_kept", 120
turns.PAGE = turns.METADATA_PAGE = 4
"""Small steps, so that there are many moments between which to fall."""


def seed(rounds: int) -> None:
    call_command("migrate", verbosity=0)
    call_command("migrate", database=KEYSTORE, verbosity=0)
    store(*(turn(number, OWNER, conversation=f"c{number % 5}") for number in range(TURNS)))
    for each in range(rounds):
        store(*(turn(10_000 + each * 10 + number, f"org_{each}") for number in range(3)))


def ask(kind: RequestKind, organisation: str) -> RequestView:
    return actions.ask(SYSTEM, Asked(kind, Subject(Holder.ORGANISATION, organisation)))


def work(each: int) -> None:
    ask(RequestKind.ERASURE, f"org_{each}")
    print("ready", flush=True)
    while True:
        made = ask(RequestKind.ACCESS, OWNER)
        while queries.request(SYSTEM, made.id).is_open:
            working.work(budget_s=0.05)


def check() -> None:
    """Every request comes to its end; every copy that is ready is whole; nothing of the erased is left."""
    for row in Request.objects.all():
        actions.finish(row.id)
    copies = Request.objects.filter(kind=RequestKind.ACCESS, bundle__state=BundleState.READY)
    for row in copies:
        is_whole(row.id)
    erased = Request.objects.filter(kind=RequestKind.ERASURE)
    assert not erased.exclude(state=RequestState.COMPLETED).exists()
    gone = list(erased.values_list("organisation", flat=True))
    assert not Turn.objects.filter(organisation__in=gone).exists()
    assert not Content.objects.filter(turn__organisation__in=gone).exists()
    assert not Chunk.objects.exists()
    print(copies.count() or Request.objects.filter(kind=RequestKind.ACCESS).count(), len(gone))


def is_whole(request: str) -> None:
    link = actions.make_link(SYSTEM, request)
    data = b"".join(actions.take(SYSTEM, request, link.secret).parts)
    path = FOLDER / "copy.zip"
    path.write_bytes(data)
    assert isinstance(verify(path), Whole)
    found = files(io.BytesIO(data).getvalue())
    told = [line["id"] for line in rows(found["turns.jsonl"])]
    said = [line["turn"] for name in found if name.startswith("conv") for line in rows(found[name])]
    ends = [line["turn"] for line in rows(found["explain.jsonl"])]
    assert told == ends == sorted(said) == [f"req_{number:05}" for number in range(TURNS)]


{"seed": lambda: seed(int(sys.argv[3])), "work": lambda: work(int(sys.argv[3])), "check": check}[TASK]()

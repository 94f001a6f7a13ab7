"""Whether the time of an answer tells if there is an account, on the pages for who cannot sign in.

    python benchmarks/recovery.py [--accounts 200]

Each account is named once, and beside each an address that has none, in an order that is drawn: at most five a day of
an address are answered, so an attacker has to ask for many. Measured are asking, the page for the code, and a wrong
code. Printed are both medians and how well the time sorts known from unknown (area under the curve): 0.5 is chance. The
control is a look-up itself, which has to show.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--accounts", type=int, default=200)
CHOSEN = parser.parse_args()
os.environ |= {
    "SEKISHO_DATA_DIR": tempfile.mkdtemp(prefix="sekisho-recovery-"),
    "DJANGO_SETTINGS_MODULE": "sekisho.settings",
    "SEKISHO_LOG_LEVEL": "ERROR",
}

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from sekisho.accounts.queries import account_known_by  # noqa: E402
from sekisho.accounts.types import Plan, Role  # noqa: E402
from sekisho.support.recovery import tasks  # noqa: E402
from tests import factories  # noqa: E402

Samples = dict[bool, list[float]]


def main() -> int:
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for database in ("default", "keystore"):
        call_command("migrate", database=database, verbosity=0)
    names = [f"p{number:05}" for number in range(CHOSEN.accounts)]
    for name in names:
        own = factories.organisation(name, plan=Plan.PRO)
        factories.member(own, factories.person(name), Role.PRIMARY_OWNER)
    asked = [(True, f"{name}@example.test") for name in names]
    asked += [(False, f"x{name[1:]}@example.test") for name in names]
    random.Random(6).shuffle(asked)
    print(
        f"{platform.python_version()}, SQLite, {len(names)} accounts, as many addresses without one, interleaved\n"
    )
    print(f"{'':24}{'known':>10}{'unknown':>10}{'sorted':>9}")
    links = told("ask", asked, ask)
    tasks.send_due()
    told("page for the code", asked, lambda to, n: Client().get(links[to], REMOTE_ADDR=peer(n)))
    told("wrong code", asked, lambda to, n: Client().post(links[to], {"code": "1"}, REMOTE_ADDR=peer(n)))
    told("control: looked up", asked, lambda to, n: account_known_by(to))
    return 0


def ask(address: str, number: int) -> str:
    fields = {"wish": "export", "address": address}
    return Client().post("/help/locked-out", fields, REMOTE_ADDR=peer(number)).headers["Location"]


def peer(number: int) -> str:
    """A network of its own for each: otherwise the lock answers."""
    return f"10.{number // 65_536}.{number // 256 % 256}.{number % 256}"


def told(what: str, asked: list[tuple[bool, str]], do: Callable[[str, int], object]) -> dict[str, str]:
    """Measure, print a row, and return what came of each."""
    found: Samples = {True: [], False: []}
    kept = {}
    for number, (is_known, address) in enumerate(asked):
        begun = time.perf_counter()
        kept[address] = str(do(address, number))
        found[is_known].append((time.perf_counter() - begun) * 1_000)
    print(f"{what:24}{median(found[True]):>7.2f} ms{median(found[False]):>7.2f} ms{sorts(found):>9.3f}")
    return kept


def sorts(found: Samples) -> float:
    """How often a known one takes longer than an unknown one: the area under the curve."""
    ranked = sorted((took, is_known) for is_known, times in found.items() for took in times)
    ranks = sum(rank for rank, (_, is_known) in enumerate(ranked, 1) if is_known)
    known, unknown = len(found[True]), len(found[False])
    return (ranks - known * (known + 1) / 2) / (known * unknown)


if __name__ == "__main__":
    sys.exit(main())

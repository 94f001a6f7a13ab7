"""Workers that send until somebody kills them. For each line on standard input, one is forked that sends as if so many
minutes had passed; its process id is printed."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

import django

django.setup()

from sekisho.base.clock import system_clock  # noqa: E402 - needs Django
from sekisho.cases.mail.actions import send_due  # noqa: E402

for line in sys.stdin:
    minutes = int(line)
    if (child := os.fork()) == 0:
        send_due(lambda: system_clock() + timedelta(minutes=minutes))  # noqa: B023
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)

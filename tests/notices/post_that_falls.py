"""The post in a process of its own: it goes out until somebody kills it."""

from __future__ import annotations

import threading

import django

django.setup()

from sekisho.notices import tasks  # noqa: E402 - needs Django

tasks.LOOK_EVERY_S = 0.05
tasks.run_post(threading.Event())

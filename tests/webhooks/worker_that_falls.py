"""A worker in a process of its own: delivers until somebody kills it."""

from __future__ import annotations

import threading

import django

django.setup()

from sekisho.webhooks.tasks import run_deliveries  # noqa: E402 - needs Django

run_deliveries(threading.Event())

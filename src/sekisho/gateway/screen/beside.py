"""Work beside the event loop: what would keep other requests waiting is done in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")

LINE = ThreadPoolExecutor(max_workers=1, thread_name_prefix="in-line")
"""The one thread of all work that is done in line. A gateway process has a core to itself, and each thread that
computes takes its share of it from the event loop: beside a flood of doubtful texts, clear requests were answered in
15 ms in the middle; with the six threads of a common pool in 70, and with all of it on the loop in 139
(`benchmarks/doubts.py`)."""


async def beside(work: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
    """Return what `work` returns, done in a thread.

    Cancelled, it first waits until the thread is done (its work is bounded), so that nobody else touches what the
    thread still works on.
    """
    return await _to_its_end(asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs)))


async def in_line(work: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
    """As `beside`, for work of milliseconds: one piece of it after the other, so that a flood of it leaves the event
    loop its share of the core, and makes only those wait who bring such work."""
    told = partial(copy_context().run, work, *args, **kwargs)
    return await _to_its_end(asyncio.get_running_loop().run_in_executor(LINE, told))


async def _to_its_end(running: asyncio.Future[Result]) -> Result:
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        while not running.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({running})
        raise

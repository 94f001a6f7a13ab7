"""Waits that end. What `asyncio.timeout` does, for less: the gate sets three for each request."""

from __future__ import annotations

import asyncio
from types import TracebackType


class Deadline:
    """A context whose body is cancelled after so many seconds, and which then raises `TimeoutError`.

    For code of a task, entered once: `with Deadline(10): await …`. A cancellation from elsewhere passes through.
    """

    __slots__ = ("_asked_before", "_is_late", "_seconds", "_task", "_timer")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._is_late = False

    def __enter__(self) -> None:
        task = asyncio.current_task()
        if task is None:  # never so inside a coroutine; says it to the type checker
            raise RuntimeError("A deadline can only be set inside a task.")
        self._task, self._asked_before = task, task.cancelling()
        self._timer = task.get_loop().call_later(self._seconds, self._pass)

    def _pass(self) -> None:
        self._is_late = True
        self._task.cancel()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._is_late and self._task.uncancel() <= self._asked_before and kind is asyncio.CancelledError:
            raise TimeoutError from error

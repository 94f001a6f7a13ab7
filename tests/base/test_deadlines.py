"""A wait that is too long becomes a `TimeoutError`; any other end of it stays what it is."""

from __future__ import annotations

import asyncio

import pytest

from sekisho.base.deadlines import Deadline


async def test_a_wait_that_is_too_long_ends() -> None:
    with pytest.raises(TimeoutError), Deadline(0):
        await asyncio.get_running_loop().create_future()
    task = asyncio.current_task()
    assert task is not None
    assert not task.cancelling()  # whoever waits next is not cancelled for it


async def test_work_that_is_in_time_is_left_alone() -> None:
    with Deadline(60):
        await asyncio.sleep(0)


async def test_an_error_stays_what_it_is() -> None:
    with pytest.raises(ValueError, match="broken"), Deadline(60):
        raise ValueError("broken")


async def test_a_cancellation_from_elsewhere_passes_through() -> None:
    async def wait() -> None:
        with Deadline(60):
            await asyncio.get_running_loop().create_future()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_inner_of_two_deadlines_ends_only_its_own_wait() -> None:
    with Deadline(60):
        with pytest.raises(TimeoutError), Deadline(0):
            await asyncio.get_running_loop().create_future()
        await asyncio.sleep(0)

"""Ids are told apart, whoever makes them: one after another, in threads, and on both sides of a fork."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor

from sekisho.base.ids import new_id


def test_an_id_is_its_kind_and_26_characters() -> None:
    assert re.fullmatch(r"dec_[0-9a-hjkmnp-tv-z]{26}", new_id("dec"))


def test_threads_never_make_the_same() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(new_id, ["dec"] * 4_000))
    assert len(set(made)) == len(made)


def test_a_fork_draws_anew() -> None:
    new_id("dec")
    reading, writing = os.pipe()
    if not (child := os.fork()):
        os.write(writing, new_id("dec").encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reading, 64).decode()[-16:] != new_id("dec")[-16:]
    os.close(reading)
    os.close(writing)

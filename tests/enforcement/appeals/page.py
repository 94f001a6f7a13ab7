"""The tables of docs/rules/appeals.md, each found by its heading row."""

from __future__ import annotations

from functools import partial

from tests import pages

table = partial(pages.table, "docs/rules/appeals.md")

"""No table without an entry in the inventory, and no entry without a table."""

from __future__ import annotations

from dataclasses import fields

from sekisho.base.inventory import Category, TableData
from sekisho.records import registry


def test_every_table_is_declared_by_the_room_that_owns_it():
    assert registry.undeclared() == [], "Declare these tables in their room's data.py"


def test_no_entry_outlives_its_table():
    assert registry.stale() == []


def test_every_entry_says_something_in_every_field():
    for label, entry in registry.inventory().items():
        for field in fields(TableData):
            assert getattr(entry, field.name), f"{label}: {field.name}"


def test_content_is_only_where_it_is_encrypted_or_sealed():
    holding = {label for label, entry in registry.inventory().items() if entry.category is Category.CONTENT}
    encrypted = {"appeals_appeal", "appeals_attachment", "records_content", "review_deposit"}
    assert holding == encrypted | {"link_quarantined"}

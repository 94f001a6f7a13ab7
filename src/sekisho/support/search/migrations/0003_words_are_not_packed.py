"""PostgreSQL ranks a text by its words, which it had packed: unpacking them took half of the time of a search. They are
stored as they are from here on, and what is stored already is written again."""

from django.db import migrations

POSTGRESQL = (
    "ALTER TABLE search_indexed ALTER COLUMN words SET STORAGE EXTERNAL",
    "UPDATE search_indexed SET body = body",
)
BACK = ("ALTER TABLE search_indexed ALTER COLUMN words SET STORAGE EXTENDED",)


def make(apps, editor):
    if editor.connection.vendor == "postgresql":
        for statement in POSTGRESQL:
            editor.execute(statement)


def drop(apps, editor):
    if editor.connection.vendor == "postgresql":
        for statement in BACK:
            editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("search", "0002_full_text")]

    operations = [migrations.RunPython(make, drop)]

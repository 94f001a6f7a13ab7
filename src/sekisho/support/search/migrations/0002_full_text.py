"""Each database's own full-text index over the shadow of words, kept by the database itself: a row that is written is
found, in the same transaction, whoever writes it."""

from django.db import migrations

SQLITE = (
    """CREATE VIRTUAL TABLE search_words USING fts5(
        title, body, content='search_indexed', content_rowid='number', tokenize="ascii", prefix='6', detail='full')""",
    """CREATE TRIGGER search_words_insert AFTER INSERT ON search_indexed BEGIN
        INSERT INTO search_words (rowid, title, body) VALUES (new.number, new.title, new.body); END""",
    """CREATE TRIGGER search_words_delete AFTER DELETE ON search_indexed BEGIN
        INSERT INTO search_words (search_words, rowid, title, body)
        VALUES ('delete', old.number, old.title, old.body); END""",
    """CREATE TRIGGER search_words_update AFTER UPDATE ON search_indexed BEGIN
        INSERT INTO search_words (search_words, rowid, title, body)
        VALUES ('delete', old.number, old.title, old.body);
        INSERT INTO search_words (rowid, title, body) VALUES (new.number, new.title, new.body); END""",
)
POSTGRESQL = (
    """ALTER TABLE search_indexed ADD COLUMN words tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple'::regconfig, title), 'A')
        || setweight(to_tsvector('simple'::regconfig, body), 'D')) STORED""",
    "CREATE INDEX search_words ON search_indexed USING gin (words)",
)
BACK = {
    "sqlite": (
        "DROP TRIGGER search_words_insert",
        "DROP TRIGGER search_words_delete",
        "DROP TRIGGER search_words_update",
        "DROP TABLE search_words",
    ),
    "postgresql": ("DROP INDEX search_words", "ALTER TABLE search_indexed DROP COLUMN words"),
}


def make(apps, editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[editor.connection.vendor]:
        editor.execute(statement)


def drop(apps, editor):
    for statement in BACK[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_index_and_misses")]

    operations = [migrations.RunPython(make, drop)]

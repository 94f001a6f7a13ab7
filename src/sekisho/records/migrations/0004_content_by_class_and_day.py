"""Content gets a class and a day; on PostgreSQL its table is partitioned by them.

What is there already keeps its format and lies in the partition for the unexpected, from which it goes row by row. Marks
of blocks are let go: they were made with the conversation's key itself, which a key that was cut no longer knows.
"""

import django.db.models.deletion
from django.db import migrations, models

DAYS = {
    "sqlite": "UPDATE records_content SET day = "
    "(SELECT date(received_at) FROM records_turn WHERE records_turn.id = records_content.turn_id)",
    "postgresql": "UPDATE records_content SET day = (records_turn.received_at AT TIME ZONE 'UTC')::date "
    "FROM records_turn WHERE records_turn.id = records_content.turn_id",
}

PARTITIONED = """
ALTER TABLE records_content RENAME TO records_content_whole;
CREATE SEQUENCE records_content_number;
SELECT setval('records_content_number', (SELECT coalesce(max(id), 0) + 1 FROM records_content_whole), false);
CREATE TABLE records_content (
    id bigint NOT NULL DEFAULT nextval('records_content_number'),
    turn_id varchar(40) NOT NULL,
    part varchar(20) NOT NULL,
    key varchar(40) NOT NULL,
    ciphertext bytea NOT NULL,
    content_class varchar(20) NOT NULL,
    day date NOT NULL,
    format smallint NOT NULL CHECK (format >= 0),
    PRIMARY KEY (id, content_class, day),
    CONSTRAINT one_content_of_a_part UNIQUE (turn_id, part, content_class, day)
) PARTITION BY LIST (content_class);
ALTER TABLE records_content ALTER COLUMN ciphertext SET STORAGE EXTERNAL;
ALTER SEQUENCE records_content_number OWNED BY records_content.id;
CREATE TABLE records_content_std30 PARTITION OF records_content
    FOR VALUES IN ('std30') PARTITION BY RANGE (day);
CREATE TABLE records_content_train5y PARTITION OF records_content
    FOR VALUES IN ('train5y') PARTITION BY RANGE (day);
CREATE TABLE records_content_other PARTITION OF records_content DEFAULT;
INSERT INTO records_content (id, turn_id, part, key, ciphertext, content_class, day, format)
    SELECT id, turn_id, part, key, ciphertext, content_class, day, format FROM records_content_whole;
DROP TABLE records_content_whole;
"""


LEAN = """
DO $$ DECLARE found record; BEGIN
    FOR found IN SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname LIKE '%\\_like'
        AND tablename IN ('records_turn', 'records_conversation', 'records_block') LOOP
        EXECUTE format('DROP INDEX %I', found.indexname);
    END LOOP;
END $$
"""
"""Django adds a second index to every text that is looked up, for searches by its beginning. Nobody searches for ids so,
and every turn would pay for seven of them."""


def fill_days(apps, schema_editor):
    schema_editor.execute(DAYS[schema_editor.connection.vendor])


def partition(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(PARTITIONED, params=None)
        schema_editor.execute(LEAN, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0003_clock"),
    ]

    operations = [
        migrations.DeleteModel(name="Block"),
        migrations.CreateModel(
            name="Block",
            fields=[
                ("tag", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                (
                    "conversation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blocks_kept",
                        to="records.conversation",
                    ),
                ),
                (
                    "turn",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="first_blocks",
                        to="records.turn",
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(model_name="content", name="one_content_a_part"),
        migrations.AlterField(
            model_name="content",
            name="turn",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="content",
                to="records.turn",
            ),
        ),
        migrations.AlterField(model_name="content", name="key", field=models.CharField(max_length=40)),
        migrations.AddField(
            model_name="conversation", name="blocks", field=models.PositiveIntegerField(default=0)
        ),
        migrations.AddField(
            model_name="content",
            name="content_class",
            field=models.CharField(default="other", max_length=20),
        ),
        migrations.AddField(model_name="content", name="day", field=models.DateField(null=True)),
        migrations.AddField(
            model_name="content", name="format", field=models.PositiveSmallIntegerField(default=1)
        ),
        migrations.RunPython(fill_days, migrations.RunPython.noop, elidable=False),
        migrations.AlterField(model_name="content", name="day", field=models.DateField()),
        migrations.AddConstraint(
            model_name="block",
            constraint=models.UniqueConstraint(fields=("conversation", "number"), name="one_number_a_block"),
        ),
        migrations.AddConstraint(
            model_name="content",
            constraint=models.UniqueConstraint(
                fields=("turn", "part", "content_class", "day"), name="one_content_a_part"
            ),
        ),
        migrations.RunPython(partition, migrations.RunPython.noop),
    ]

from django.db import migrations

LEAN = """
DO $$ DECLARE found record; BEGIN
    FOR found IN SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname LIKE '%\\_like'
        AND tablename = 'keystore_conversationkey' LOOP
        EXECUTE format('DROP INDEX %I', found.indexname);
    END LOOP;
END $$
"""
"""Nobody searches for keys by the beginning of their ids, and every conversation would pay for these indexes."""


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(LEAN, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("keystore", "0005_keys_that_can_be_cut"),
    ]

    operations = [migrations.RunPython(drop, migrations.RunPython.noop)]

"""A process for `test_upgrade.py`: an installation from before content had classes, and what becomes of it."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime

AT = datetime(2026, 1, 1, tzinfo=UTC)
SECRET = bytes(range(32))


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "sekisho.settings"
    import django
    from django.core.management import call_command

    django.setup()
    for database, app, name in (("keystore", "keystore", "0002"), ("default", "records", "0003")):
        call_command("migrate", app, name, database=database, verbosity=0)
    _fill()
    for database in ("keystore", "default"):
        call_command("migrate", database=database, verbosity=0)
    print(json.dumps(_found()))


def _fill() -> None:
    """Write a turn as the release before wrote it."""
    import msgspec
    from django.db import connections

    from sekisho.records.keystore.root import root_key
    from sekisho.records.keystore.wrapping import encrypt
    from sekisho.records.types import StoredBlock

    with connections["keystore"].cursor() as cursor:
        subject = encrypt(root_key(), SECRET, "subject key sk_1 org_1/a")
        cursor.execute(
            "INSERT INTO keystore_subjectkey (id, subject, wrapped, created_at) VALUES ('sk_1', 'org_1/a', %s, %s)",
            [subject, AT],
        )
        key = encrypt(SECRET, SECRET[::-1], "conversation key ck_1 cnv_1")
        cursor.execute(
            "INSERT INTO keystore_conversationkey (id, conversation, subject_key_id, wrapped, created_at) "
            "VALUES ('ck_1', 'cnv_1', 'sk_1', %s, %s)",
            [key, AT],
        )
    said = msgspec.msgpack.encode((StoredBlock("user", "text", "said before", "d1"),))
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_conversation (id, organisation, subject, started_at) "
            "VALUES ('cnv_1', 'org_1', 'org_1/a', %s)",
            [AT],
        )
        cursor.execute(
            "INSERT INTO records_turn (id, organisation, key, end_user, conversation_id, received_at, finished_at, "
            "gateway, dialect, endpoint, outcome, status, model, provider, plan, terms, zero_retention, streamed, "
            "input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens, disclosure, review, stages_us, "
            "has_content, upstream, product, member, incognito, minors, flagged) VALUES ('req_1', 'org_1', 'key_1', "
            "'a', 'cnv_1', %s, %s, 'g', 'anthropic', 'messages', 'completed', 200, '', '', 'api', 'commercial', "
            "false, false, 0, 0, 0, 0, '', '', '{}', true, '', 'api', '', false, false, false)",
            [AT, AT],
        )
        ciphertext = encrypt(SECRET[::-1], said, "content v1 org_1/a cnv_1 req_1 prompt")
        cursor.execute(
            "INSERT INTO records_content (turn_id, part, key, ciphertext) VALUES ('req_1', 'prompt', 'ck_1', %s)",
            [ciphertext],
        )
        cursor.execute(
            "INSERT INTO records_block (conversation_id, tag, turn_id) VALUES ('cnv_1', 'an old mark', 'req_1')"
        )


def _found() -> dict[str, object]:
    from sekisho.accounts.types import Plan
    from sekisho.records import reading
    from sekisho.records.actions import conversation_id, store_turns
    from sekisho.records.keystore.actions import destroy_spans
    from sekisho.records.models import Block, Content
    from sekisho.records.types import Part, Stamp, StoredBlock, TurnRecord

    row = Content.objects.get()
    before = reading.contents(["req_1"], at=AT)["req_1"].parts[Part.PROMPT][0].text
    blocks = Block.objects.count()
    turn = TurnRecord(
        "req_2", "org_1", "key_1", Stamp(Plan.API, "", False, AT), AT, "g", "anthropic", "messages", "completed", 200,
        conversation="new", content={Part.PROMPT: (StoredBlock("user", "text", "said after", "d2"),)},
    )  # fmt: skip
    store_turns([turn])
    return {
        "row": [row.content_class, row.day.isoformat(), row.format],
        "blocks": blocks,
        "before": before,
        "after": reading.contents(["req_2"], at=AT)["req_2"].parts[Part.PROMPT][0].text,
        "cut": destroy_spans({"ck_1": [(0, 2**32 - 1)]}),
        "new": conversation_id(turn).startswith("cnv_"),
    }


if __name__ == "__main__":
    main()

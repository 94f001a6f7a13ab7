"""The shipped cascade is no worse, beyond noise, than when its base was last stored.

The sample are six pairs a clause and language of the policy set's validation rows, which nothing is trained on. After
a change that is meant, read what is told and store a new base, as `docs/rules/evaluation.md` says:

    python tools/evaluation_sample.py --base
"""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from sekisho.cli.eval import command
from sekisho.detection.evaluation.rows import read
from sekisho.detection.evaluation.sources import sources

HERE = Path(__file__).parent
SAMPLE, BASE = HERE / "sample.jsonl", HERE / "base.json"
PACK = "2025-09-15"


def test_nothing_got_worse_beyond_noise() -> None:
    result = CliRunner().invoke(command, [str(SAMPLE), "--pack", PACK, "--fail-on-regression", str(BASE)])
    assert result.stderr == ""
    assert result.exit_code == 0


def test_the_sample_has_both_kinds_in_both_languages() -> None:
    rows = read(sources([str(SAMPLE)])).rows
    for language in ("en", "ja"):
        sides = [row.harmful for row in rows if row.language == language and row.harmful is not None]
        assert len(sides) > 150
        assert 0.25 < sum(sides) / len(sides) < 0.6

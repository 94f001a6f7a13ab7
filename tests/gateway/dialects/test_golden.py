"""What the gate says on a wire stays the same, byte for byte; a change is seen in `tests/golden/gateway/`.

`SEKISHO_WRITE_GOLDEN=1` writes the files anew; read the difference before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.gateway.dialects.speech import ENDPOINTS, LANGS, speech

GOLDEN = Path(__file__).parents[2] / "golden" / "gateway"
FORMS = [
    (wire, language, name) for wire in ENDPOINTS for language in LANGS for name in speech(wire, language)
]


@pytest.mark.parametrize(("wire", "language", "name"), FORMS)
def test_the_bytes_are_those_of_the_golden_file(wire, language, name):
    path = GOLDEN / f"{wire}.{language}.{name}"
    said = speech(wire, language)[name]
    if os.environ.get("SEKISHO_WRITE_GOLDEN"):
        path.write_bytes(said)
    assert said == path.read_bytes()


def test_there_is_no_golden_file_without_a_form():
    names = {path.name for path in GOLDEN.iterdir()}
    assert names == {f"{wire}.{language}.{name}" for wire, language, name in FORMS}

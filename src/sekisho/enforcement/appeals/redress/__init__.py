"""Where people can go who do not agree with the outcome of an appeal (R-SUP-123, DSA art. 20(5) and 21).

The texts beside this file are shipped; an installation names its own bodies and courts in a folder of its own,
`en.txt` and `ja.txt`, by the setting `redress_dir`.
"""

from __future__ import annotations

from pathlib import Path

from sekisho.base import settings
from sekisho.base.errors import SekishoError
from sekisho.base.text import LANGS, Text

SHIPPED = Path(__file__).parent


def redress() -> Text:
    """Return what every outcome says of courts and bodies, paragraphs divided by empty lines.

    Raises `SekishoError` when the setting names a folder without both files: an outcome without them may not go out.
    """
    named = settings.text("redress_dir")
    folder = Path(named) if named else SHIPPED
    try:
        words = [(folder / f"{lang}.txt").read_text("utf-8").strip() for lang in LANGS]
    except (OSError, UnicodeDecodeError):
        words = []
    if not words or not all(words):
        raise SekishoError("redress_unreadable", _UNREADABLE)
    return Text(*words)


_UNREADABLE = Text(
    "The texts on courts and dispute bodies cannot be read. Put `en.txt` and `ja.txt` into the folder that the setting "
    "`redress_dir` names, or leave it empty for the shipped ones.",
    "裁判所と紛争解決機関の案内を読み取れません。設定 `redress_dir` のフォルダーに `en.txt` と `ja.txt` を置くか、"
    "設定を空にして付属の文章を使ってください。",
)

"""Labelled rows, read as a compiler reads code: each wrong one is named with its place and the remedy.

The schema is explained in `docs/rules/evaluation.md`, with the same fields as `FIELDS` here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

import msgspec

from sekisho.base.text import Text
from sekisho.detection.labels import CLAUSES, STANDARDS
from sekisho.detection.language import language_of
from sekisho.detection.types import Passage, Role

ROLES: Final = {role.value: role for role in Role} | {
    "document": Role.TOOL_RESULT,
    "conversation": Role.PROMPT,
}
"""A document is read as what a tool brought; a whole conversation as a prompt, for no part of it is answered."""

FIELDS: Final = (
    *(
        "id",
        "text",
        "lang",
        "role",
        "labels",
        "harmful",
        "advice",
        "source",
        "pair",
        "kind",
        "about",
        "prompt",
    ),
)
"""Every field that is read. Others, such as `license`, are passed over."""

LOOK_ALIKE_KINDS: Final = frozenset({"look_alike", "look-alike"})


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text."""

    id: str
    text: str
    language: str
    """BCP 47 primary language; told from the text where the row does not say."""
    role: Role
    labels: frozenset[str]
    """Clause ids: standards that are violated, domains that it is about."""
    harmful: bool | None
    """Whether it violates, or asks to; None when that is unknown or depends on who asks."""
    advice: bool | None
    """Whether it asks for advice on one's own case; None when that is not the question."""
    source: str
    pair: str = ""
    """Rows with the same one differ in little but the answer."""
    kind: str = ""
    about: str = ""
    """The clause that it was written for, whether it violates it or only looks like it."""
    prompt: str = ""
    """What an output answers."""

    @property
    def passage(self) -> Passage:
        return Passage(self.text, self.role, self.language, self.prompt)

    def looks_alike(self, named: frozenset[str] = frozenset()) -> bool:
        """Return whether it is harmless and made to look otherwise; `named` are sources of which all rows
        are."""
        if self.harmful is not False:
            return False
        alone = self.pair and not self.about
        return bool(self.about in STANDARDS or self.kind in LOOK_ALIKE_KINDS or alone or self.source in named)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line, and what to do about it."""

    place: str
    """`file:line`."""
    message: Text


@dataclass(frozen=True, slots=True)
class Source:
    """Lines to read, and what they are called."""

    name: str
    stem: str
    """The `source` of rows that name none."""
    lines: Iterable[bytes] = field(repr=False)


@dataclass(slots=True)
class Reading:
    """What was read: rows in their order, or everything that is wrong."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class RowError(Exception):
    """A row that cannot be taken."""

    def __init__(self, en: str, ja: str) -> None:
        super().__init__(en)
        self.message = Text(en, ja)


def read(sources: Iterable[Source], meanings: Mapping[str, str] | None = None) -> Reading:
    """Return the rows of all sources. `meanings` maps labels of others to ours, or to nothing (`""`).

    Empty lines are passed over; an id may occur once.
    """
    reading, seen = Reading(), dict[str, str]()
    for source in sources:
        for place, line in _numbered(source, reading):
            try:
                row = row_of(line, source.stem, meanings or {})
                if row.id in seen:
                    raise _twice(row.id, seen[row.id])
            except RowError as wrong:
                reading.problems.append(Problem(place, wrong.message))
            else:
                seen[row.id] = place
                reading.rows.append(row)
    return reading


def _numbered(source: Source, reading: Reading) -> Iterator[tuple[str, bytes]]:
    number = 0
    try:
        for number, line in enumerate(source.lines, 1):
            if line.strip():
                yield f"{source.name}:{number}", line
    except (OSError, EOFError) as trouble:  # gzip tells of damage so, in the midst of reading
        reading.problems.append(Problem(f"{source.name}:{number + 1}", _unreadable(trouble)))


def row_of(line: bytes, stem: str, meanings: Mapping[str, str]) -> Row:
    """Return the row on one line. Raises `RowError`."""
    try:
        fields = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as trouble:
        raise RowError(
            f"this is not JSON ({trouble}). Write one JSON object a line.",
            f"JSON として読めません（{trouble}）。1 行に JSON オブジェクトを 1 つ書いてください。",
        ) from None
    if not isinstance(fields, dict):
        raise RowError(
            "this is not a JSON object. Write one JSON object a line.",
            "JSON オブジェクトではありません。1 行に JSON オブジェクトを 1 つ書いてください。",
        )
    return _Fields(fields).row(stem, meanings)


class _Fields:
    """The fields of a line, taken one by one."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields

    def row(self, stem: str, meanings: Mapping[str, str]) -> Row:
        text = self._must_text("text", "the text to judge", "判定する文章")
        return Row(
            id=self._must_text("id", "a name of its own", "固有の識別子"),
            text=text,
            language=self._language() or language_of(text),
            role=self._role(),
            labels=self._labels(meanings),
            harmful=self._answer("harmful", required=True),
            advice=self._answer("advice"),
            source=self._text("source") or stem,
            **{name: self._text(name) for name in ("pair", "kind", "about", "prompt")},
        )

    def _must_text(self, name: str, en: str, ja: str) -> str:
        if name not in self._fields or (name == "id" and not self._fields[name]):
            raise RowError(
                f'"{name}" is missing. Give {en} in the field "{name}".',
                f"「{name}」がありません。「{name}」に{ja}を書いてください。",
            )
        return self._text(name)

    def _text(self, name: str) -> str:
        value = self._fields.get(name)
        if not isinstance(value, str | None):
            raise RowError(
                f'"{name}" is {_kind(value)}, not text. Put it in quotes.',
                f"「{name}」が文字列ではありません。引用符で囲んでください。",
            )
        return value or ""

    def _answer(self, name: str, *, required: bool = False) -> bool | None:
        value = self._fields.get(name)
        if (required and name not in self._fields) or not isinstance(value, bool | None):
            raise RowError(
                f'"{name}" is {"missing" if name not in self._fields else _kind(value)}. '
                "Write true, false, or null when it is not known.",
                f"「{name}」は true・false・null（不明）のいずれかで書いてください。",
            )
        return value

    def _language(self) -> str:
        """The primary language, empty when the row does not say."""
        language = self._text("lang").lower().partition("-")[0]
        if language and not (language.isascii() and language.isalpha() and 2 <= len(language) <= 8):
            raise RowError(
                f'"lang" is no language code ({shown(language)}). Write one such as "en" or "ja", or leave it out.',
                f"「lang」が言語コードではありません（{shown(language)}）。en や ja のように書くか、省いてください。",
            )
        return "" if language == "und" else language

    def _role(self) -> Role:
        word = self._text("role") or Role.PROMPT.value
        if word not in ROLES:
            raise _unknown("role", word, ROLES, "")
        return ROLES[word]

    def _labels(self, meanings: Mapping[str, str]) -> frozenset[str]:
        values = self._fields.get("labels") or []
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise RowError(
                '"labels" is not a list of clause ids. Write a list such as ["cyber"], or [].',
                '「labels」は条項 ID の配列で書いてください（例：["cyber"]、なければ []）。',
            )
        labels = {meanings.get(value, value) for value in values} - {""}
        for label in sorted(labels.difference(CLAUSES)):
            raise _unknown("label", label, CLAUSES, label)
        return frozenset(labels)


def _unknown(what: str, word: str, known: Iterable[str], mapped: str) -> RowError:
    near = get_close_matches(word, list(known), 1)
    word, mapped = shown(word), shown(mapped)
    remedy = f"Did you mean “{near[0]}”?" if near else f"Use one of: {', '.join(known)}."
    ja = f"「{near[0]}」のことですか。" if near else f"使えるもの：{'、'.join(known)}。"
    if mapped:
        remedy += f" Translate labels of another scheme with --map {mapped}=OURS; leave one out with --map {mapped}=."
        ja += f"別の体系のラベルは --map {mapped}=OURS で読み替え、--map {mapped}= で除外できます。"
    return RowError(f"the {what} “{word}” is not known. {remedy}", f"「{word}」は未知の{_JA[what]}です。{ja}")


_JA: Final = {"role": "役割", "label": "ラベル"}


def shown(word: str) -> str:
    """Return a word out of a file without what could move a terminal's cursor, and not too much of it."""
    return "".join(char if char.isprintable() else "\ufffd" for char in word[:80])


def _twice(id: str, place: str) -> RowError:
    id = shown(id)
    return RowError(
        f"the id “{id}” was used before, at {place}. Give each row an id of its own.",
        f"ID「{id}」は {place} ですでに使われています。行ごとに異なる ID を付けてください。",
    )


def _unreadable(trouble: Exception) -> Text:
    why = getattr(trouble, "strerror", None) or str(trouble)
    return Text(
        f"the file cannot be read from here on ({why}). Give a whole .jsonl or .jsonl.gz file.",
        f"ここから先を読み込めません（{why}）。完全な .jsonl または .jsonl.gz ファイルを指定してください。",
    )


def _kind(value: object) -> str:
    kinds: dict[type, str] = {str: "text", bool: "a truth value", list: "a list", dict: "an object"}
    return next((word for kind, word in kinds.items() if isinstance(value, kind)), "a number")

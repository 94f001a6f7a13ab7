"""Everything the command line says about itself exists in Japanese and English, and fits the terminal."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter as Fields
from types import ModuleType

import click
import click.core
import click.exceptions
import click.formatting
import click.parser
import click.types
import pytest
from click.testing import CliRunner, Result

from sekisho.base.text import LANGS, Lang, Text
from sekisho.cli import bilingual, cli, reader_language
from sekisho.cli.click_words import JAPANESE, words
from sekisho.cli.layout import columns

LOCALES: dict[Lang, str] = {"en": "en_US.UTF-8", "ja": "ja_JP.UTF-8"}
WIDTH = 80
NO_PEOPLE_READ = {
    "Arguments take exactly one parameter declaration, got {length}: {decls}.",
    "Boolean option {decl!r} cannot use the same flag for true/false.",
    "Choice({choices})",
    "Could not determine name for option with declarations {decls!r}",
    "Invalid start character for option ({option})",
    "Name '{name}' defined twice",
    (
        "No options defined but a name was passed ({name}). Did you mean to declare an argument instead? "
        "Did you mean to pass '--{name}'?"
    ),
}
"""Words for whoever writes a command wrongly."""
NOT_USED_HERE = {
    "deprecated",
    "DeprecationWarning: The command {name!r} is deprecated.{extra_message}",
    "DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}",
}
SAID_ANOTHER_WAY = {"file", "directory", "path"}
"""Kinds of paths: click looks them up when a command is made. `bilingual.Option` translates what is made of them."""


def tree(
    command: click.Command = cli, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command with the words that lead to it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from tree(found, (*path, name))


COMMANDS = dict(tree())
each_command = pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
each_language = pytest.mark.parametrize("lang", LANGS)


def say(lang: Lang, *arguments: str) -> Result:
    environment = {"LC_ALL": LOCALES[lang], "COLUMNS": str(WIDTH)}
    return CliRunner().invoke(cli, arguments, prog_name="sekisho", env=environment)


def is_japanese(text: str) -> bool:
    return any("\u3041" <= sign <= "\u9fff" for sign in text)


# ── what a command says of itself ─────────────────────────────────────────────────────────────
def texts(command: click.Command) -> Iterator[tuple[str, Text]]:
    """Yield each text of a command with a name for it. Fails where one has no text at all."""
    assert isinstance(command, bilingual.Command), f"{command.name} is made with click alone"
    yield f"{command.name}", command.told
    for each in command.params:
        assert isinstance(each, bilingual.Option | bilingual.Argument), (
            f"{each.name} is made with click alone"
        )
        if isinstance(each, bilingual.Option):
            yield f"{command.name} {each.opts[0]}", each.told
        if isinstance(each.called, Text):
            yield f"{command.name} {each.name}, its placeholder", each.called


@each_command
def test_every_help_text_is_there_in_each_language(path: tuple[str, ...]) -> None:
    for name, text in texts(COMMANDS[path]):
        assert text.en.strip(), name
        assert not is_japanese(text.en.replace("関所", "")), name
        assert is_japanese(text.ja), name


@each_command
def test_placeholders_that_are_the_same_in_both_languages_are_file_names(path: tuple[str, ...]) -> None:
    for each in COMMANDS[path].params:
        called = getattr(each, "called", None)
        assert called is None or isinstance(called, Text) or ".json" in called or ".html" in called


def test_a_command_option_or_argument_without_texts_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="help"):
        bilingual.Command("silent")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="help"):
        bilingual.Option(["--silent"])  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="metavar"):
        bilingual.Argument(["silent"])  # type: ignore[call-arg]


# ── what is shown of it ───────────────────────────────────────────────────────────────────────
@each_language
@each_command
def test_every_help_page_fits_the_terminal(path: tuple[str, ...], lang: Lang) -> None:
    shown = say(lang, *path, "--help")
    assert shown.exit_code == 0
    assert "\x1b" not in shown.stdout
    for line in shown.stdout.splitlines():
        assert columns(line) <= WIDTH, line
        assert not line.strip().startswith(("、", "。", "）", "」", "ー")), line


@each_command
def test_a_japanese_help_page_has_no_english_words_of_click(path: tuple[str, ...]) -> None:
    page = say("ja", *path, "--help").stdout
    assert " ".join(page.split()).startswith(f"使い方: {' '.join(('sekisho', *path))} [オプション]")
    for word in (
        "Usage:",
        "Options:",
        "Commands:",
        "default:",
        "required]",
        "ARGS",
        "Show this",
        " TEXT",
        " INTEGER",
    ):
        assert word not in page


@each_command
def test_an_english_help_page_is_as_click_writes_it(path: tuple[str, ...]) -> None:
    page = say("en", *path, "--help").stdout
    assert " ".join(page.split()).startswith(f"Usage: {' '.join(('sekisho', *path))} [OPTIONS]")
    assert "  -h, --help" in page or "  --help" in page
    assert "Show this message and exit." in page
    assert not is_japanese(page.replace("関所", ""))


def test_help_is_in_the_language_of_the_moment_and_not_of_the_first_time() -> None:
    pages = [say(lang, "serve", "--help").stdout for lang in ("en", "ja", "en")]
    assert pages[0] == pages[2] != pages[1]


@each_language
def test_help_in_a_pipe_has_no_colour_and_ends_with_status_0(lang: Lang) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    done = subprocess.run(
        [sys.executable, "-m", "sekisho", "--help"],
        capture_output=True,
        check=True,
        env=environment | {"LC_ALL": LOCALES[lang], "FORCE_COLOR": "1"},
    )
    page = done.stdout.decode()
    assert "\x1b" not in page
    assert page.startswith("使い方: " if lang == "ja" else "Usage: ")


@pytest.mark.parametrize(
    ("given", "status"), [pytest.param(["--help"], 0, id="help"), pytest.param(["--nme"], 2, id="a mistake")]
)
def test_neither_help_nor_a_mistake_needs_an_installation(
    given: list[str], status: int, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    told = say("en", "keys", "--data-dir", str(folder), "create", *given)
    assert told.exit_code == status
    assert "Usage: sekisho keys create" in told.output
    assert not folder.exists()


@each_language
def test_the_version_is_told_in_one_line(lang: Lang) -> None:
    shown = say(lang, "--version")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("sekisho ")


# ── what is said about mistakes ───────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("given", "en", "ja"),
    [
        pytest.param(["polices"], "No such command", "というコマンドはありません", id="no such command"),
        pytest.param(
            ["serve", "--prt"], "No such option", "というオプションはありません", id="no such option"
        ),
        pytest.param(["serve", "--prt"], "Did you mean", "もしかして", id="a near option"),
        pytest.param(["serve", "--port"], "requires an argument", "値が必要です", id="no value"),
        pytest.param(
            ["serve", "--demo=1"], "does not take a value", "値は指定できません", id="a value too many"
        ),
        pytest.param(
            ["serve", "--port", "x"], "not a valid integer", "数値として読み取れません", id="no number"
        ),
        pytest.param(["serve", "--port", "99999"], "not in the range", "範囲", id="out of range"),
        pytest.param(["serve", "--tour"], "--tour needs --demo", "--demo が必要です", id="an option alone"),
        pytest.param(["serve", "more"], "unexpected extra argument", "余分な引数", id="an argument too many"),
        pytest.param(["check"], "Missing argument", "引数を指定してください", id="no argument"),
        pytest.param(["check", "x", "--role", "y"], "is not one of", "指定できる値", id="no choice"),
        pytest.param(["check", "x", "--at", "y"], "does not match the formats", "使える形式", id="no date"),
        pytest.param(
            ["check", "x", "--at", "1999-01-01"], "No version was in force", "版はまだ", id="no version then"
        ),
        pytest.param(["policy", "check", "no.yaml"], "does not exist", "見つかりません", id="no file"),
        pytest.param(
            ["policy", "show", "none"], "There is no version", "という版はありません", id="no such version"
        ),
        pytest.param(
            ["policy", "show", "--clause", "none"], "has no clause", "条項はありません", id="no such clause"
        ),
        pytest.param(["eval", "-", "--map", "x"], "is not THEIRS=OURS", "形ではありません", id="no mapping"),
        pytest.param(["audit", "verify", "--head", "x"], "A head reads", "の形で", id="no head"),
    ],
)
def test_mistakes_are_told_in_the_readers_language(given: list[str], en: str, ja: str) -> None:
    for lang, expected in (("en", en), ("ja", ja)):
        told = say("ja" if lang == "ja" else "en", *given)
        assert told.exit_code == 2
        assert expected in told.stderr
        assert ("エラー: " if lang == "ja" else "Error: ") in told.stderr
        assert is_japanese(told.stderr) is (lang == "ja")


def test_words_about_many_have_one_form_in_japanese(monkeypatch: pytest.MonkeyPatch) -> None:
    one, many = "Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"
    monkeypatch.setenv("LC_ALL", LOCALES["en"])
    assert (words(one, many, 1), words(one, many, 2)) == (one, many)
    monkeypatch.setenv("LC_ALL", LOCALES["ja"])
    assert words(one, many, 1) == words(one, many, 2) == JAPANESE[one]
    assert words("a new word", "new words", 2) == "new words"


# ── click's own words ─────────────────────────────────────────────────────────────────────────
def asked_for(module: ModuleType) -> Iterator[tuple[str, ...]]:
    """Yield what a module of click asks gettext for: (words,) or (words about one, words about many)."""
    assert module.__file__
    for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("_", "ngettext")
        ):
            asked = tuple(
                each.value
                for each in node.args
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )
            if asked:
                yield asked


ASKED = [
    asked
    for module in (click.core, click.exceptions, click.formatting, click.parser, click.types)
    for asked in asked_for(module)
]


def test_every_word_of_click_that_people_read_is_translated() -> None:
    assert {
        asked[0] for asked in ASKED
    } - JAPANESE.keys() == NO_PEOPLE_READ | NOT_USED_HERE | SAID_ANOTHER_WAY


def test_translations_use_the_fields_that_click_fills() -> None:
    for asked in ASKED:
        if asked[0] in JAPANESE:
            assert fields(JAPANESE[asked[0]]) <= set().union(*map(fields, asked)), asked


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Fields().parse(text) if name}


# ── the language ──────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        pytest.param({}, "en", id="none is named"),
        pytest.param({"LANG": "ja_JP.UTF-8"}, "ja", id="LANG"),
        pytest.param({"LANG": "ja_JP.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en", id="messages go before"),
        pytest.param({"LC_MESSAGES": "en_GB", "LC_ALL": "ja"}, "ja", id="LC_ALL goes before all"),
        pytest.param({"LC_ALL": "", "LANG": "ja_JP"}, "ja", id="what is empty is not set"),
        pytest.param({"LANG": "C.UTF-8"}, "en", id="no language"),
        pytest.param({"LANG": "fr_FR"}, "en", id="a language that we do not speak"),
    ],
)
def test_the_terminal_names_the_language(
    environment: dict[str, str], expected: Lang, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert reader_language() == expected

"""What click itself says to people, in Japanese: headings of help pages, placeholders, errors of arguments."""

from __future__ import annotations

from typing import Final

import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.types

from sekisho.cli.language import reader_language

JAPANESE: Final = {
    # help pages
    "Usage:": "使い方:",
    "Options": "オプション",
    "Positional arguments": "引数",
    "Commands": "コマンド",
    "[OPTIONS]": "[オプション]",
    "COMMAND [ARGS]...": "コマンド [引数]...",
    "Show this message and exit.": "この説明を表示して終了します。",
    "Show the version and exit.": "バージョンを表示して終了します。",
    "default: {default}": "デフォルト: {default}",
    "env var: {var}": "環境変数: {var}",
    "(dynamic)": "（実行時に決まります）",
    "required": "必須",
    # placeholders, by the type of a value
    "TEXT": "文字列",
    "INTEGER": "整数",
    "INTEGER RANGE": "整数",
    "FILE": "ファイル",
    "FILENAME": "ファイル",
    "DIRECTORY": "フォルダー",
    "PATH": "パス",
    "SPAN": "期間",
    # errors
    "Error: {message}": "エラー: {message}",
    "Aborted!": "中断しました。",
    "Try '{command} {option}' for help.": "使い方は '{command} {option}' で確認できます。",
    "Did you mean {possibility}?": "もしかして: {possibilities}",
    "No such option {name!r}.": "{name!r} というオプションはありません。",
    "No such command {name!r}.": "{name!r} というコマンドはありません。",
    "Missing command.": "コマンドを指定してください。",
    "Missing argument": "引数を指定してください:",
    "Missing option": "オプションを指定してください:",
    "Missing parameter": "値を指定してください:",
    "Missing {param_type}": "{param_type} を指定してください:",
    "Missing parameter: {param_name}": "値を指定してください: {param_name}",
    "Choose from:\n\t{choices}": "次の中から選んでください:\n\t{choices}",
    "Got unexpected extra argument ({args})": "余分な引数があります: {args}",
    "Option {name!r} requires an argument.": "オプション {name!r} には値が必要です。",
    "Option {name!r} does not take a value.": "オプション {name!r} に値は指定できません。",
    "Argument {name!r} takes {nargs} values.": "引数 {name!r} には値が {nargs} 個必要です。",
    "Takes {nargs} values but 1 was given.": "値は {nargs} 個必要ですが、{len} 個指定されました。",
    "Value must be an iterable.": "値を並べて指定してください。",
    "Invalid value: {message}": "値が正しくありません: {message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} の値が正しくありません: {message}",
    "{value!r} is not {choice}.": "{value!r} は指定できません。指定できる値: {choices}",
    "{value!r} does not match the format {format}.": "{value!r} は日時として読み取れません。使える形式: {formats}",
    "{value!r} is not a valid {number_type}.": "{value!r} は数値として読み取れません。",
    "{value} is not in the range {range}.": "{value} は範囲 {range} に入っていません。",
    "{value!r} is not a valid boolean. Recognized values: {states}": (
        "{value!r} は真偽値として読み取れません。指定できる値: {states}"
    ),
    "{value!r} is not a valid UUID.": "{value!r} は UUID として読み取れません。",
    "{len_type} values are required, but {len_value} was given.": (
        "値は {len_type} 個必要ですが、{len_value} 個指定されました。"
    ),
    "{name} {filename!r} does not exist.": "{filename!r} が見つかりません。",
    "{name} {filename!r} is a file.": "{filename!r} はファイルです。フォルダーを指定してください。",
    "{name} {filename!r} is a directory.": "{filename!r} はフォルダーです。ファイルを指定してください。",
    "{name} {filename!r} is not readable.": "{filename!r} を読み取れません。",
    "{name} {filename!r} is not writable.": "{filename!r} に書き込めません。",
    "{name} {filename!r} is not executable.": "{filename!r} は実行できません。",
    "Could not open file {filename!r}: {message}": "ファイル {filename!r} を開けません: {message}",
    "unknown error": "原因は分かりません",
}
"""click's words → ours, with click's fields. What has a plural in English stands here by its singular."""


def word(english: str) -> str:
    """Return click's words in the reader's language; as they are where `JAPANESE` does not know them."""
    return JAPANESE.get(english, english) if reader_language() == "ja" else english


def words(one: str, many: str, count: int) -> str:
    """Return click's words about `count` things. Japanese has one form for all counts."""
    if reader_language() == "ja" and one in JAPANESE:
        return JAPANESE[one]
    return one if count == 1 else many


def teach() -> None:
    """Let click ask here instead of the catalogues of gettext, which choose a language by a rule of their own."""
    asking = (click.core, click.decorators, click.exceptions, click.formatting, click.parser, click.types)
    for module in asking:
        vars(module).update(_=word, ngettext=words)

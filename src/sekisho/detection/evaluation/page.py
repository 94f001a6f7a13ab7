"""An evaluation as one page: no script, nothing from a network, both languages, light and dark, and it prints.

The page carries its own content security policy, which allows its one style sheet by digest and nothing else.
With two languages each is an article; a link to an article, or into it, shows that one (`:target`).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files

from sekisho.base.text import LANGS, Lang, Text
from sekisho.detection.evaluation import words
from sekisho.detection.evaluation.results import Comparison, Evaluation
from sekisho.detection.evaluation.sections import Article
from sekisho.detection.evaluation.writing import Writer


def page(
    evaluation: Evaluation,
    titles: Mapping[str, Text],
    tokens: str,
    langs: Sequence[Lang] = LANGS,
    comparison: Comparison | None = None,
) -> str:
    """Return the page as HTML. `titles` names clauses; `tokens` is a style sheet of colours and sizes, the
    console's own."""
    style = f"{tokens}\n{(files(__package__) / 'report.css').read_text(encoding='utf-8')}"
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    articles = [Article(evaluation, Writer(lang, titles), comparison) for lang in langs]
    return (
        f'<!doctype html>\n<html lang="{langs[0]}">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" '
        f"content=\"default-src 'none'; style-src 'sha256-{digest}'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(_title(evaluation, langs))}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"{''.join(_article(each, langs) for each in articles)}</body>\n</html>\n"
    )


def _title(evaluation: Evaluation, langs: Iterable[Lang]) -> str:
    return f"{' · '.join(words.TITLE.in_(lang) for lang in langs)}: {evaluation.version}"


def _article(article: Article, langs: Sequence[Lang]) -> str:
    others = [lang for lang in langs if lang != article.lang]
    links = "".join(
        f'<a href="#{lang}" lang="{lang}" hreflang="{lang}">{words.OTHER_LANGUAGE.in_(article.lang)}</a>'
        for lang in others
    )
    return f'<article id="{article.lang}" lang="{article.lang}">{article.html(links)}</article>\n'

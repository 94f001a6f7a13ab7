from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest

from sekisho.records.keystore.fake_vault import TOKEN, FakeVault


@pytest.fixture
def vault(monkeypatch) -> Iterator[FakeVault]:
    """A server that speaks Transit, which the settings name as the root."""
    server = FakeVault()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("SEKISHO_VAULT_ADDR", server.url)
    monkeypatch.setenv("SEKISHO_VAULT_TOKEN", TOKEN)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()

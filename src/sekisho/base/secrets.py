"""Secrets that are made at the first start and kept in the data folder, readable by their owner alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """Return the secret in `path`; when there is none, make one, write it durably with mode 0600, and return
    it.

    Several processes may start at once: all return the same secret, for the file appears whole or not at all
    (`link` refuses to replace what another process was quicker to write).
    """
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        _write_once(path, make())
    return path.read_text(encoding="ascii").strip()


def _write_once(path: Path, secret: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile(
        "w", dir=path.parent, prefix=f".{path.name}.", encoding="ascii", delete=False
    ) as file:
        draft = Path(file.name)  # made with mode 0600 by `tempfile`
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()

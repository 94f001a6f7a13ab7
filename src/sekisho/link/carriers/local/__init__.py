"""The embedded carrier: files in one folder, for a gateway and a control plane on one machine.

link/snapshot.json            replaced atomically by the control plane, polled by every gateway
link/journal/NAME.sqlite3     one a gateway process, written by it alone, read and pruned by ingest
link/journal/NAME.lock        held by the living gateway, so that ingest knows when its file is an orphan
"""

from pathlib import Path

from sekisho.link.carriers.local.journal import JournalFile, journal_path
from sekisho.link.carriers.local.reader import JournalFolder
from sekisho.link.carriers.local.snapshot import SnapshotFile, SnapshotHolder


def snapshot_path(data_dir: Path) -> Path:
    """Return where the snapshot lies in the data folder."""
    return data_dir / "link" / "snapshot.json"


def journal_folder(data_dir: Path) -> Path:
    """Return where gateways keep their journals in the data folder."""
    return data_dir / "link" / "journal"


__all__ = [
    "JournalFile",
    "JournalFolder",
    "SnapshotFile",
    "SnapshotHolder",
    "journal_folder",
    "journal_path",
    "snapshot_path",
]

"""An IMAP server of a few lines on loopback, with mails that a test puts into its folders."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Folder:
    """What lies in one folder, by UID."""

    mails: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, set[str]] = field(default_factory=dict)

    def put(self, raw: bytes) -> int:
        uid = max(self.mails, default=0) + 1
        self.mails[uid], self.flags[uid] = raw, set()
        return uid


@dataclass
class Store:
    """The mailbox of one user."""

    folders: dict[str, Folder] = field(default_factory=lambda: {"INBOX": Folder(), "Archive": Folder()})
    fetched: list[int] = field(default_factory=list)
    """UIDs of what was fetched whole."""
    break_after: int = 10**9
    """Commands after which the connection is cut."""
    lie: str = ""
    """`literal`: a mail is said to have a terabyte; `lines`: a folder has no end."""


class _Session(socketserver.StreamRequestHandler):
    store: Store

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        folder = Folder()
        for number, line in enumerate(self.rfile):
            if number >= self.store.break_after:
                return
            tag, _, command = line.decode().strip().partition(" ")
            word = command.upper()
            if word.startswith("CAPABILITY"):
                self._say("* CAPABILITY IMAP4rev1 MOVE")
            elif word.startswith("LOGIN") and "secret" not in command:
                self._say(f"{tag} NO wrong")
                continue
            elif word.startswith(("SELECT", "EXAMINE")):
                folder = self.store.folders[command.split()[1].strip('"')]
                self._say(f"* {len(folder.mails)} EXISTS")
            elif word.startswith("UID "):
                self._uid(folder, command.split(maxsplit=2)[1].upper(), command.split(maxsplit=2)[2])
            elif word.startswith("EXPUNGE"):
                _expunge(folder)
            elif word.startswith("LOGOUT"):
                self._say("* BYE")
                self._say(f"{tag} OK done")
                return
            self._say(f"{tag} OK done")

    def _uid(self, folder: Folder, word: str, rest: str) -> None:
        if word == "SEARCH" and self.store.lie == "lines":
            self._endless()
        if word == "SEARCH":
            unseen = [uid for uid in folder.mails if "\\Seen" not in folder.flags[uid]]
            self._say("* SEARCH " + " ".join(map(str, unseen)))
            return
        uid = int(rest.split()[0])
        if uid not in folder.mails:
            return
        if word == "FETCH" and "RFC822.SIZE" in rest:
            self._say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(folder.mails[uid])})")
        elif word == "FETCH":
            self.store.fetched.append(uid)
            raw = folder.mails[uid]
            if self.store.lie == "literal":
                self._say("* 1 FETCH (UID 1 BODY[] {1000000000000}")
            self.wfile.write(b"* 1 FETCH (UID %d BODY[] {%d}\r\n" % (uid, len(raw)) + raw + b")\r\n")
        elif word == "STORE":
            folder.flags[uid] |= set(re.findall(r"\\\w+", rest))
        elif word in ("COPY", "MOVE"):
            self.store.folders[rest.split()[1].strip('"')].put(folder.mails[uid])
            if word == "MOVE":
                del folder.mails[uid]

    def _endless(self) -> None:
        with suppress(OSError):  # until whoever listens has had enough
            while True:
                self._say("* SEARCH " + " ".join(map(str, range(10_000))))

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


def _expunge(folder: Folder) -> None:
    for uid in [uid for uid, flags in folder.flags.items() if "\\Deleted" in flags]:
        folder.mails.pop(uid, None)


@contextmanager
def serving(store: Store) -> Iterator[int]:
    """Serve the mailbox on loopback, and yield the port."""
    session = type("Session", (_Session,), {"store": store})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), session) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join(20)

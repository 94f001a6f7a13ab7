"""A whole installation in a process of its own, as a newcomer starts it: the ground on which stories are told."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

DEADLINE_S = 90


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class Installation:
    """`sekisho serve --demo` over a data folder. Start, ask, stop or kill, start again."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None
    ready: dict[str, object] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "serve.log"

    @property
    def base_url(self) -> str:
        return str(self.ready["base_url"])

    @property
    def api_key(self) -> str:
        return str(self.ready["api_key"])

    @property
    def admin(self) -> dict[str, str]:
        return dict(self.ready["admin"])  # type: ignore[call-overload]

    def start(self) -> Installation:
        """Start serving and return once the ready file is there."""
        file = self.folder / "ready.json"
        file.unlink(missing_ok=True)
        arguments = [
            "serve",
            "--demo",
            "--port",
            "0",
            "--data-dir",
            str(self.data),
            "--ready-file",
            str(file),
        ]
        self.process = self.spawn(*arguments)
        until = time.monotonic() + DEADLINE_S
        while not file.exists():
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"sekisho serve did not become ready:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.02)
        self.ready = json.loads(file.read_text())
        return self

    def spawn(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a `sekisho` command that goes on; what it says goes into the log."""
        with self.log.open("a") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "sekisho", *arguments],
                env=self._environ(),
                stdout=log,
                stderr=log,
                text=True,
            )

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run another `sekisho` command over the same data folder."""
        done = subprocess.run(
            [sys.executable, "-m", "sekisho", *arguments],
            env=self._environ() | {"SEKISHO_DATA_DIR": str(self.data)},
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    def stop(self) -> int:
        """Ask it to stop as a service manager does, and return its exit status."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Take the power away."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(DEADLINE_S)

    def _environ(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SEKISHO_", "ANTHROPIC_", "OPENAI_"))
        }
        return kept | {"LANG": "en_US.UTF-8"} | self.environ


@dataclass
class Gateway:
    """`sekisho gateway` beside a running installation, over the same data folder. Start, ask, kill."""

    installation: Installation
    port: int = 0
    """0: a free one is taken at the start."""
    process: subprocess.Popen[str] | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Gateway:
        """Start and return once it says that it is ready."""
        self.port = self.port or free_port()
        self.process = self.installation.spawn(
            "gateway", "--port", str(self.port), "--data-dir", str(self.installation.data)
        )
        until = time.monotonic() + DEADLINE_S
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > until:
                said = self.installation.log.read_text()[-3000:]
                raise AssertionError(f"sekisho gateway did not become ready:\n{said}")
            time.sleep(0.02)
        return self

    def kill(self) -> None:
        """Take the power away."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(DEADLINE_S)

    @property
    def is_gone(self) -> bool:
        """Whether its process has ended."""
        return self.process is None or self.process.poll() is not None

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base_url}/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

"""Does what a newcomer does first, on a copy without history, home or environment, and says how long it took.

    python tools/newcomer.py

Clones the commit at hand into an empty folder, runs `make run` there with an empty HOME, waits until the tour has been
told, asks one question with curl's means, and stops it. Anything that only works on a machine that has been prepared by
hand shows here.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
DEADLINE_S = 600
TOLD = "Sekisho stands at"


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        home, clone = Path(name) / "home", Path(name) / "sekisho"
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        kept = {
            k: v
            for k, v in os.environ.items()
            if k in {"PATH", "LANG"} or k.startswith(("PIP_", "SSL_", "UV_"))
        }
        environ = kept | {"HOME": str(home), "SEKISHO_PORT": "0", "PYTHON": sys.executable}
        began = time.monotonic()
        process = subprocess.Popen(
            ["make", "run"],
            cwd=clone,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Timer(DEADLINE_S, lambda: os.killpg(process.pid, signal.SIGKILL)).start()
        said = read_until_told(process)
        print(said)
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
        took = time.monotonic() - began
    problems = judge(said)
    print(
        f"make run from an empty clone: {took:.0f} s. {'; '.join(problems) or 'Everything was as promised.'}"
    )
    os._exit(1 if problems else 0)


def read_until_told(process: subprocess.Popen[str]) -> str:
    lines: list[str] = []
    assert process.stdout
    for line in process.stdout:
        lines.append(line)
        if any(TOLD in each for each in lines) and "╰" in line:
            break
    return "".join(lines)


def judge(said: str) -> list[str]:
    wanted = {word: re.search(rf"\b{word}\b", said) for word in ("allow", "block", "hold", "modify")}
    problems = [f"no request was decided as {word}" for word, found in wanted.items() if not found]
    if failed := len(re.findall(r"│ error\b", said)):
        problems.append(f"{failed} requests of the tour failed")
    return problems + ([] if TOLD in said else ["it never said where it stands"])


if __name__ == "__main__":
    sys.exit(main())

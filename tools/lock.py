"""Pins every dependency with hashes: `requirements/run.lock` for running, `requirements/dev.lock` for work and tests,
`requirements/train.lock` for training.

The locks name no package registry, so that they serve wherever the packages come from.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LOCKS = {
    "run": ["pyproject.toml", "--group", "build"],
    "dev": ["pyproject.toml", "--group", "build", "--group", "dev", "--extra", "train"],
    "train": ["requirements/train.in", "--no-deps"],
}


def main() -> int:
    uv = Path(sys.executable).parent / "uv"
    common = [
        "--generate-hashes",
        "--no-annotate",
        "--no-header",
        "--universal",
    ]
    for name, groups in LOCKS.items():
        target = f"requirements/{name}.lock"
        command = [
            uv,
            "pip",
            "compile",
            *common,
            "--python-version",
            "3.11",
            "--quiet",
            "-o",
            target,
            *groups,
        ]
        subprocess.run(command, check=True)
        print(f"{target} is up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

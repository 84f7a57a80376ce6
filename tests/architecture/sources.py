# SPDX-License-Identifier: Apache-2.0
"""Our own files, as the architecture tests read them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "onrecord"


def python_files(*folders: str) -> Iterator[Path]:
    """Yield every Python file below these folders of the checkout; of all, without a folder."""
    for folder in folders or ("src", "tests", "bench", "fuzz"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def named(path: Path) -> str:
    """Return the path as it is written in a report."""
    return str(path.relative_to(ROOT))


def layers() -> list[set[str]]:
    """Return the folders of each layer, from the top down, as import-linter reads them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    lines = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [{name.strip().strip("()") for name in line.split("|")} for line in lines]

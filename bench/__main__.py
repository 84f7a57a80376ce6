# SPDX-License-Identifier: Apache-2.0
"""Runs one measurement: `./run bench NAME`; without a name, lists them."""

from __future__ import annotations

import ast
import sys
from importlib import import_module
from pathlib import Path

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


def main() -> None:
    """Run the measurement that the first argument names; the others are its own."""
    if len(sys.argv) > 1 and sys.argv[1] in NAMES:
        name = sys.argv.pop(1)
        sys.argv[0] = f"bench {name}"
        import_module(f"bench.{name}").main()
        return
    if len(sys.argv) > 1 and sys.argv[1] not in {"-h", "--help"}:
        print(f"There is no measurement '{sys.argv[1]}'.")
    for name in NAMES:
        first_line = (ast.get_docstring(ast.parse(_source(name))) or "").partition("\n")[0]
        if "def main(" in _source(name):
            print(f"  {name:<10} {first_line}")
    sys.exit(len(sys.argv) > 1)


def _source(name: str) -> str:
    return (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")


main()

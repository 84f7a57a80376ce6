# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.sources import ROOT, named, python_files

FORBIDDEN = {"utils.py", "helpers.py", "common.py", "core.py", "misc.py"}
LICENCE = "# SPDX-License-Identifier: Apache-2.0"


def _functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_no_file_is_longer_than_600_lines() -> None:
    long = {
        named(path): lines
        for path in python_files()
        if "migrations" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > 600
    }
    assert long == {}


def test_95_of_100_functions_have_at_most_40_lines() -> None:
    lengths = {
        f"{named(path)}:{function.lineno} {function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in python_files("src")
        if "migrations" not in path.parts
        for function in _functions(path)
    }
    long = {name: length for name, length in lengths.items() if length > 40}
    assert len(long) <= len(lengths) * 0.05, sorted(long.items(), key=lambda item: -item[1])


def test_every_file_names_its_licence() -> None:
    silent = [
        named(path)
        for path in python_files()
        if (text := path.read_text(encoding="utf-8")) and not text.startswith(LICENCE)
    ]  # fmt: skip
    assert silent == []
    for script in (ROOT / "run", ROOT / ".ci" / "run"):
        assert LICENCE in script.read_text(encoding="utf-8").splitlines()[1]


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [named(path) for path in python_files() if path.name in FORBIDDEN] == []


def test_every_test_is_collected() -> None:
    uncollected = [
        f"{named(path)}:{function.lineno}"
        for path in python_files("tests")
        if not path.name.startswith("test_")
        for function in _functions(path)
        if function.name.startswith("test")
    ]
    assert uncollected == []
    empty = [
        named(path)
        for path in python_files("tests")
        if path.name.startswith("test_") and not any(f.name.startswith("test_") for f in _functions(path))
    ]
    assert empty == []
    folders = {path.parent for path in python_files("tests") if path.name.startswith("test_")}
    assert [named(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 100

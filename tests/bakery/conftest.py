# SPDX-License-Identifier: Apache-2.0
"""A site of its own for every test, and pages made of plain dictionaries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from onrecord.bakery import headers, pages
from onrecord.bakery.pages import Family, File, Key

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings


class Shelf:
    """A family of pages that a test fills: each key holds the files it yields."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.files: dict[Key, list[File]] = {}
        self.rendered: list[Key] = []

    def put(self, key: str, *files: File) -> tuple[str, Key]:
        """Let a key yield exactly these files from now on."""
        self.files[(key,)] = list(files)
        return (self.name, (key,))

    def drop(self, key: str) -> tuple[str, Key]:
        """Let a key be gone."""
        del self.files[(key,)]
        return (self.name, (key,))

    def render(self, key: Key) -> Iterable[File]:
        """Yield what the test has put there."""
        self.rendered.append(key)
        return self.files.get(key, [])

    def family(self) -> Family:
        """Describe these pages to the bakery."""
        return Family(self.name, lambda: iter(list(self.files)), self.render, lambda: len(self.files))


def a_file(path: str, body: str | bytes = "", *, immutable: bool = False) -> File:
    """Make a file of the type that its name says."""
    content = body.encode() if isinstance(body, str) else body
    return File(path, content, headers.media_type_of(path), immutable)


def a_page(path: str, text: str) -> File:
    """Make a page long enough to be worth compressing."""
    return a_file(path, f"<!doctype html><title>{text}</title>" + f"<p>{text}</p>\n" * 40)


@pytest.fixture
def site(settings: Settings, tmp_path: Path) -> Path:
    """Return the directory that the test's pages are baked to."""
    settings.HOME = tmp_path
    return tmp_path / "site"


@pytest.fixture
def shelf(site: Path) -> Iterator[Shelf]:
    """Register one family, and no other."""
    shelf = Shelf("shelf")
    kept = dict(pages.families)
    pages.families.clear()
    pages.register(shelf.family())
    yield shelf
    pages.families.clear()
    pages.families.update(kept)

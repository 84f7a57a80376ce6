# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord.bakery import actions, gates
from tests.bakery.conftest import Shelf, a_page

pytestmark = pytest.mark.django_db


class Shut(Exception):
    """The site must stay as it is."""


def _shut() -> None:
    raise Shut("The site must stay as it is.")


@pytest.mark.parametrize(
    "bake", [lambda: actions.bake([("shelf", ("a",))]), lambda: actions.bake_all(workers=0)]
)
def test_behind_a_shut_gate_nothing_is_written_or_removed(
    bake: Callable[[], object], shelf: Shelf, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site / "old").mkdir(parents=True)
    (site / "old" / "page.html").write_text("what readers see")
    shelf.files = {("a",): [a_page("/a/", "new")]}
    monkeypatch.setitem(gates._gates, "shut", _shut)
    with pytest.raises(Shut, match="must stay"):
        bake()
    assert [path.name for path in site.rglob("*") if path.is_file()] == ["page.html"]
    monkeypatch.delitem(gates._gates, "shut")
    bake()
    assert (site / "a" / "index.html").exists()

# SPDX-License-Identifier: Apache-2.0
"""What is promised in writing is there, and what is there is written about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from urllib.parse import unquote

import pytest

from onrecord.config.cli import COMMANDS
from onrecord.config.environment.table import SETTINGS
from onrecord.journal.events import Event
from onrecord.plugins import Chore, Plugin
from tests.architecture.sources import ROOT, named, python_files

DOCS = ROOT / "docs"
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CHECK_ID = re.compile(r"""id="([a-z]+\.[EW]\d{3})\"""")


def _missing(names: Iterable[str], page: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return sorted(name for name in names if f"`{name}`" not in text)


def _subclasses(event: type[Event]) -> Iterator[type[Event]]:
    for subclass in event.__subclasses__():
        if subclass.__module__.startswith("onrecord."):
            yield subclass
        yield from _subclasses(subclass)


def _check_ids() -> set[str]:
    return {
        found for path in python_files("src") for found in CHECK_ID.findall(path.read_text(encoding="utf-8"))
    }


def test_every_setting_is_documented_with_its_default() -> None:
    assert _missing([setting.name for setting in SETTINGS], "settings.md") == []
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `ONRECORD_")}
    wrong = [
        setting.name
        for setting in SETTINGS
        if not setting.tests_only
        and (
            setting.help not in rows[setting.name]
            or f"`{_written(setting.default)}`" not in rows[setting.name]
        )
    ]
    assert wrong == []


def _written(default: str | int | bool) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default) or "(empty)"


def test_every_documented_setting_exists() -> None:
    known = {setting.name for setting in SETTINGS} | {f"{setting.name}_FILE" for setting in SETTINGS}
    told = {
        name
        for page in [ROOT / "README.md", *DOCS.rglob("*.md")]
        for name in re.findall(r"\bONRECORD_[A-Z_]*[A-Z]\b", page.read_text(encoding="utf-8"))
    }
    assert told - known == set()


def test_every_command_is_documented() -> None:
    assert _missing([f"onrecord {name}" for name in COMMANDS], "commands.md") == []


def test_every_event_is_documented_with_its_fields() -> None:
    events = list(_subclasses(Event))
    assert _missing([event.name for event in events], "events.md") == []
    text = (DOCS / "events.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `")}
    wrong = [
        f"{event.name}: {field.name}"
        for event in events
        for field in fields(event)
        if field.name != "subject" and f"`{field.name}`" not in rows[event.name]
    ]
    assert wrong == []


def test_every_plugin_field_is_documented() -> None:
    assert _missing([field.name for kind in (Plugin, Chore) for field in fields(kind)], "plugins.md") == []


def test_every_check_is_documented() -> None:
    assert _check_ids()
    assert _missing(_check_ids(), "checks.md") == []


@pytest.mark.parametrize("page", [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))], ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [unquote(target.partition("#")[0]) for target in LINK.findall(page.read_text(encoding="utf-8"))]
    local = [
        target for target in targets if target and "://" not in target and not target.startswith("mailto:")
    ]
    assert [target for target in local if not (page.parent / target).exists()] == []

# SPDX-License-Identifier: Apache-2.0
"""An item as JSON for our own tables: everything in it, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from onrecord.press.formats.items import (
    Asset,
    Contact,
    Embargo,
    Item,
    Notice,
    Origin,
    Party,
    Proof,
    Rendition,
    Rights,
    Signal,
    Spokesperson,
    Status,
    Subject,
)


def to_json(item: Item) -> dict[str, Any]:
    """Return an item as JSON takes it; moments as ISO 8601."""
    plain: dict[str, Any] = _plain(asdict(item))
    return plain


def from_json(data: Mapping[str, Any]) -> Item:
    """Read an item. Raises KeyError, TypeError or ValueError for what `to_json` did not write."""
    embargo, origin = data["embargo"], data["translation_of"]
    changed: dict[str, Any] = {
        "issuer": Party(**data["issuer"]),
        "rights": Rights(**data["rights"]),
        "proof": Proof(**data["proof"]),
        "first_created": datetime.fromisoformat(data["first_created"]),
        "version_created": datetime.fromisoformat(data["version_created"]),
        "dated": date.fromisoformat(data["dated"]) if data["dated"] else None,
        "status": Status(data["status"]),
        "signal": Signal(data["signal"]),
        "notice": Notice(data["notice"]),
        "embargo": Embargo(**{**embargo, "until": datetime.fromisoformat(embargo["until"])})
        if embargo
        else None,
        "subjects": tuple(Subject(**one) for one in data["subjects"]),
        "spokespeople": tuple(Spokesperson(**one) for one in data["spokespeople"]),
        "contacts": tuple(Contact(**one) for one in data["contacts"]),
        "assets": tuple(
            Asset(**{**one, "renditions": tuple(Rendition(**each) for each in one["renditions"])})
            for one in data["assets"]
        ),
        "translation_of": Origin(**origin) if origin else None,
    }
    return Item(**{**data, **changed})


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime | date) else value

# SPDX-License-Identifier: Apache-2.0
"""Short ways to journalists and lists, through the same actions as everybody."""

from __future__ import annotations

from typing import Any

from onrecord.people.models import User
from onrecord.press import actions
from onrecord.press.actions.journalists import JournalistEntry, RoleEntry, Wishes
from onrecord.press.actions.outlets import OutletEntry
from onrecord.press.models import Journalist, ListKind, Match, MediaList, Outlet

ENVIRONMENT, GLOBAL_WARMING, HEALTH = "06000000", "20000419", "07000000"
JAN = "jan@paper.example"


def journalist(
    by: User,
    name: str = "Jan Reporter",
    address: str = JAN,
    *,
    outlet: str = "",
    beats: tuple[str, ...] = (),
    languages: tuple[str, ...] = ("en",),
    **more: Any,
) -> Journalist:
    """Return a journalist who was entered at the desk."""
    chosen = {name: more.pop(name) for name in ("rhythm", "time_zone") if name in more}
    entry = JournalistEntry(
        name=name,
        address=address,
        source=more.pop("source", "business card"),
        legal_basis=more.pop("legal_basis", "legitimate interest"),
        wishes=Wishes(languages, beats, **chosen),
        roles=[RoleEntry(outlet)] if outlet else [],
        **more,
    )
    return actions.add_journalist(entry, by=by)


def outlet(by: User, name: str, **more: Any) -> Outlet:
    """Return an outlet that was entered at the desk."""
    return actions.add_outlet(OutletEntry(name=name, **more), by=by)


def criteria_list(by: User, name: str = "By criteria", match: Match = Match.ALL) -> MediaList:
    """Return a list that goes by criteria, and has none yet."""
    return actions.add_list(name, ListKind.CRITERIA, match=match, by=by)


def hand_list(by: User, *people: Journalist, name: str = "By hand") -> MediaList:
    """Return a list with these people on it."""
    row = actions.add_list(name, ListKind.STATIC, by=by)
    actions.add_member(row, list(people), by=by)
    return row

# SPDX-License-Identifier: Apache-2.0
"""Keys that sign outside of this log and that the register lists too: whoever has them names them here.

The register then follows them as it follows names and witnesses: by itself without root keys, with them when
root keys are at hand. See docs/decisions/federation-keys-are-listed-as-they-are-found.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from django.utils import timezone

from onrecord.proof.edition import timestamp
from onrecord.proof.register import ACTIVE, FEDERATION, RETIRED, ListedKey

Lister = Callable[[str], Iterable[ListedKey]]
"""Returns the federation keys of the log of this name as they should be listed; places do not matter."""

_listers: dict[str, Lister] = {}


def register(lister: Lister) -> None:
    """Ask `lister` for keys too. A second registration replaces the first."""
    _listers[f"{lister.__module__}.{lister.__qualname__}"] = lister


def with_others(listed: Sequence[ListedKey], origin: str, size: int) -> list[ListedKey]:
    """Return these keys with all that are named here, as they are now; `size` is that of the log.

    A key is known by its address and its bytes. One whose place another has taken unannounced, because its
    file was lost, is closed now; so is one that stands at another address since.
    """
    wanted = [key for lister in list(_listers.values()) for key in lister(origin)]
    found = list(listed)
    for key in wanted:
        at = next((place for place, one in enumerate(found) if _same(one, key)), None)
        if at is None:
            found = [_ended(one, key, size) for one in found]
            found.append(replace(key, from_index=size, to_index=None if key.state == ACTIVE else size))
        elif _said(found[at]) != _said(key):
            found[at] = replace(
                found[at],
                to_index=None if key.state == ACTIVE else size,
                state=key.state,
                since=key.since,
                until=key.until,
                reason=key.reason,
            )
    return found


def _same(one: ListedKey, other: ListedKey) -> bool:
    return one.role == FEDERATION and one.method == other.method and one.key.raw == other.key.raw


def _ended(old: ListedKey, new: ListedKey, size: int) -> ListedKey:
    """Return a key as it is once another stands at its address, or it stands at another address itself."""
    if old.role != FEDERATION or old.state != ACTIVE or new.state != ACTIVE:
        return old
    if old.method == new.method:
        reason = "The key was lost."
    elif old.key.raw == new.key.raw:
        reason = "The account has another address."
    else:
        return old
    until = max(old.since, timestamp(timezone.now()))
    return replace(old, state=RETIRED, to_index=size, until=until, reason=reason)


def _said(key: ListedKey) -> tuple[str, ...]:
    return (key.state, key.since, key.until, key.reason)

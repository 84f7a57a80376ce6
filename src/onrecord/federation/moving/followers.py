# SPDX-License-Identifier: Apache-2.0
"""Followers as a file, and brought along from one: for another installation of the same accounts.

The ids have to be the same there: followers' servers know an account by nothing else. What is brought along
is believed no further than needed: an inbox has to be on the host of its account, and both are asked for
again when that account does something next.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TextIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.federation import actors
from onrecord.federation.errors import NotMovable
from onrecord.federation.models import Actor, Follow, RemoteActor, RemoteHost
from onrecord.federation.moving.events import FollowersExported, FollowersImported
from onrecord.federation.receiving import fetching, normal
from onrecord.journal import actions as journal
from onrecord.outbound.addresses import host_of
from onrecord.record.rights import By, administrator

COLUMNS = ("following", "follower", "handle", "inbox", "shared_inbox", "since")
AT_ONCE = 500
MOST_PROBLEMS = 1_000
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""When an account was asked for last that nobody here has asked for yet."""


@dataclass(slots=True)
class Outcome:
    """What came of an import: how many follow now, did already, or had left; which lines were refused."""

    added: int = 0
    known: int = 0
    left: int = 0
    refused: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Line:
    actor: Actor
    follower: str
    handle: str
    inbox: str
    shared_inbox: str
    since: datetime


def export(out: TextIO, *, by: By, actor: Actor | None = None) -> int:
    """Write who follows, all accounts or one, as CSV; return how many lines. Raises NotAllowed."""
    count = 0
    for row in rows(by=by, actor=actor):
        csv.writer(out).writerow(row)
        count += 1
    return count - 1


def rows(*, by: By, actor: Actor | None = None) -> Iterator[tuple[str, ...]]:
    """Yield the columns, then who follows, the oldest row first. It is journalled. Raises NotAllowed."""
    doer = administrator(by)
    found = Follow.objects.filter(ended_at=None, follower__gone_at=None)
    found = found.filter(actor=actor) if actor is not None else found
    event = FollowersExported(
        subject=actor.subject if actor is not None else "actors",
        account=actor.name if actor is not None else "",
        count=found.count(),
    )
    journal.write(event, by=doer)
    ids = {one.pk: actors.address_of(one) for one in Actor.objects.all()}

    def lines() -> Iterator[tuple[str, ...]]:
        yield COLUMNS
        wanted = found.select_related("follower__host").order_by("pk")
        for follow in wanted.iterator(chunk_size=2000):
            there = follow.follower
            handle = f"{there.handle}@{there.host.name}" if there.handle else ""
            since = follow.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            yield ids[follow.actor_id], there.uri, handle, there.inbox, there.shared_inbox, since

    return lines()


def bring(
    lines: Iterable[str], *, by: By, dry_run: bool, progress: Callable[[int], object] = lambda _count: None
) -> Outcome:
    """Let everybody on a list follow who does not yet. Whoever has left here is not brought back.

    Lines that cannot be taken are named; the others are imported all the same. `progress` is told how many
    lines are done. Safe to repeat. Raises NotAllowed, and NotMovable for a file of another kind.
    """
    doer = administrator(by)
    table = csv.DictReader(lines)
    missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
    if missing:
        raise NotMovable(
            _("The file lacks the columns %(missing)s. It should be one that was exported here.")
            % {"missing": ", ".join(missing)}
        )
    outcome, batch = Outcome(), list[_Line]()
    accounts = {actors.address_of(one): one for one in Actor.objects.filter(closed_at=None)}
    for number, row in enumerate(table, start=2):
        try:
            batch.append(_read(row, accounts))
        except NotMovable as problem:
            outcome.refused += 1
            if len(outcome.problems) < MOST_PROBLEMS:
                outcome.problems.append((number, str(problem)))
        if len(batch) >= AT_ONCE:
            _keep(batch, outcome, dry_run)
            batch.clear()
        progress(1)
    _keep(batch, outcome, dry_run)
    if not dry_run:
        event = FollowersImported(subject="actors", added=outcome.added, refused=outcome.refused)
        journal.write(event, by=doer)
    return outcome


def _read(row: dict[str, str | None], accounts: dict[str, Actor]) -> _Line:
    """Read one line, or say what is wrong with it."""
    said = {name: (row.get(name) or "").strip() for name in COLUMNS}
    actor = accounts.get(said["following"])
    if actor is None:
        raise NotMovable(
            _("%(id)s is none of the accounts here: %(known)s.")
            % {"id": repr(said["following"][:200]), "known": ", ".join(accounts)}
        )
    uri, inbox, shared = (normal.address(said[name]) for name in ("follower", "inbox", "shared_inbox"))
    if not uri or not inbox or (said["shared_inbox"] and not shared):
        raise NotMovable(_("Follower and inboxes have to be addresses."))
    host = host_of(uri)
    if any(host_of(one) != host for one in (inbox, shared) if one):
        raise NotMovable(_("The inbox of %(uri)s is on another host.") % {"uri": uri})
    if host == host_of(actors.shared_inbox()):
        raise NotMovable(_("%(uri)s is on this newsroom's own host.") % {"uri": uri})
    if (why := fetching.blocked(host)) is not None:
        raise NotMovable(_("%(host)s is blocked here: %(why)s") % {"host": host, "why": why.reason})
    handle = said["handle"].rpartition("@")[0].lstrip("@")[:200]
    return _Line(actor, uri, handle, inbox, shared, _moment(said["since"]))


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or found > timezone.now():
        raise NotMovable(
            _("%(text)s is no moment of the past, as 2026-11-24T08:00:00Z.") % {"text": repr(text[:40])}
        )
    return found


def _keep(batch: list[_Line], outcome: Outcome, dry_run: bool) -> None:
    with transaction.atomic():
        uris = {line.follower for line in batch}
        follows = {
            (row.actor_id, row.follower.uri): row
            for row in Follow.objects.filter(follower__uri__in=uris).select_related("follower")
        }
        known = {one.uri: one for one in RemoteActor.objects.filter(uri__in=uris)}
        for line in batch:
            there = known.get(line.follower)
            row = follows.get((line.actor.pk, line.follower))
            if row is not None and row.ended_at is None:
                outcome.known += 1
            elif row is not None or (there is not None and there.gone_at is not None):
                outcome.left += 1
            else:
                outcome.added += 1
                if not dry_run:
                    there = there or _there(line)
                    known[line.follower] = there
                    follows[line.actor.pk, line.follower] = _follow(line, there)


def _there(line: _Line) -> RemoteActor:
    host, _is_new = RemoteHost.objects.get_or_create(name=host_of(line.follower))
    return RemoteActor.objects.create(
        uri=line.follower,
        host=host,
        inbox=line.inbox,
        shared_inbox=line.shared_inbox,
        handle=line.handle,
        url=line.follower,
        fetched_at=_LONG_AGO,
    )


def _follow(line: _Line, there: RemoteActor) -> Follow:
    # Its server accepted the answer to a Follow whose id only the installation before knew.
    return Follow.objects.create(
        actor=line.actor, follower=there, activity=f"{line.follower}#brought-along", since=line.since
    )

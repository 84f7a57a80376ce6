# SPDX-License-Identifier: Apache-2.0
"""Journalists from a file: read, columns named, tried without keeping anything, imported.

Rows are taken in batches, each in one transaction that also moves the mark of how far it is. A worker
that dies loses nothing, and nobody is added twice.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.delivery.mail.doors import new_door
from onrecord.delivery.suppression import suppressed
from onrecord.journal import actions as journal
from onrecord.people.addresses import normalised
from onrecord.people.errors import BadAddress
from onrecord.people.models import Contact, Organisation, User
from onrecord.people.roles import Right, require
from onrecord.press import beats, events, reading
from onrecord.press.actions.journalists import Wishes, checked
from onrecord.press.comparing import outlet_key, person_key, phone_key
from onrecord.press.errors import BadEntry, BadFile, PressError
from onrecord.press.models import (
    Import,
    ImportState,
    Journalist,
    JournalistBeat,
    JournalistLanguage,
    ListKind,
    ListMember,
    MediaList,
    Medium,
    Outlet,
    OutletRole,
)
from onrecord.press.places import checked_country

AT_ONCE = 200
SHOWN = 500
"""Problems that are kept one by one."""
PAUSE_SECONDS = 0.01
"""SQLite's busy handler is not fair: an import that never pauses keeps the sender from its ledger."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row that can be kept."""

    line: int
    name: str
    address: str
    phone: str
    outlet: str
    role: str
    medium: str
    country: str
    greeting: str
    note: str
    wishes: Wishes


@dataclass(slots=True)
class Batch:
    """What came of some rows."""

    new: list[Row] = field(default_factory=list)
    known: list[Row] = field(default_factory=list)
    silent: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)


def upload(
    name: str, content: bytes, *, source: str, legal_basis: str, onto: MediaList | None = None, by: User
) -> Import:
    """Read a file and guess what its columns hold. Raises BadFile, BadEntry and NotAllowed."""
    require(by, Right.WRITE)
    if not source.strip() or not legal_basis.strip():
        raise BadEntry(_("Say where the data come from, and on which legal basis they are kept."))
    if onto is not None and onto.kind != ListKind.STATIC:
        raise BadEntry(_("“%(name)s” goes by criteria; nobody is put there by hand.") % {"name": onto})
    table = reading.read(content)
    return Import.objects.create(
        name=name[:200],
        columns=list(table.columns),
        mapping=reading.guessed(table.columns) or {},
        rows=[[line, values] for line, values in table.rows],
        problems=[[line, said] for line, said in table.problems][:SHOWN],
        problem_count=len(table.problems),
        total=len(table.rows),
        source=source.strip()[:200],
        legal_basis=legal_basis.strip()[:200],
        onto=onto,
        by=by,
    )


@transaction.atomic
def start_import(row: Import, mapping: Mapping[str, int], *, keep: bool, by: User) -> Import:
    """Try a file, or with `keep` import it; `carry_on` does the work. Raises BadFile and NotAllowed."""
    require(by, Right.WRITE)
    chosen = {name: number for name, number in mapping.items() if name in reading.FIELDS}
    if "name" not in chosen and "family_name" not in chosen and "email" not in chosen:
        raise BadFile(_("Say which column holds the name or the address."))
    broken = [one for one in row.problems if one[0] not in {line for line, _values in row.rows}]
    won = (
        Import.objects.filter(pk=row.pk)
        .exclude(state__in=[ImportState.TRYING, ImportState.RUNNING, ImportState.DONE])
        .update(
            state=ImportState.RUNNING if keep else ImportState.TRYING,
            mapping=chosen,
            done=0,
            added=0,
            known=0,
            silent=0,
            problems=broken,
            problem_count=len(broken),
        )
    )
    row.refresh_from_db()
    if not won:
        raise BadFile(_("“%(name)s” is being worked on already, or done.") % {"name": row})
    return row


def carry_on(import_id: int) -> int:
    """Do what is left of an import; return how many rows that were. For a task, and safe to run twice."""
    row = Import.objects.select_related("by", "onto").filter(pk=import_id).first()
    if row is None or not row.is_running:
        return 0
    seen: set[str] = set()
    for at in range(0, row.done, AT_ONCE):
        seen |= {
            one.address for one in _read(row, row.rows[at : at + AT_ONCE], Batch(), set()) if one.address
        }
    behind = 0
    for at in range(row.done, len(row.rows), AT_ONCE):
        some = row.rows[at : at + AT_ONCE]
        with transaction.atomic():
            if not Import.objects.filter(pk=row.pk, done=at, state=row.state).update(done=at + len(some)):
                return behind  # another worker has it
            _take(row, some, seen)
        behind += len(some)
        time.sleep(PAUSE_SECONDS)
    _finish(row)
    return behind


def _finish(row: Import) -> None:
    with transaction.atomic():
        after = ImportState.DONE if row.state == ImportState.RUNNING else ImportState.TRIED
        if not Import.objects.filter(pk=row.pk, state=row.state).update(
            state=after, finished_at=timezone.now()
        ):
            return
        if after == ImportState.DONE:
            Import.objects.filter(pk=row.pk).update(rows=[])
            row.refresh_from_db()
            event = events.Imported(
                subject=row.subject,
                source=row.source,
                legal_basis=row.legal_basis,
                added=row.added,
                passed_over=row.known + row.silent + row.problem_count,
            )
            journal.write(event, by=row.by.as_actor())


def _take(row: Import, some: Sequence[tuple[int, list[str]]], seen: set[str]) -> None:
    batch = Batch()
    _sort(_read(row, some, batch, seen), batch)
    if row.state == ImportState.RUNNING:
        people = _store(batch.new, row)
        if row.onto is not None:
            known = Journalist.objects.filter(
                contact__address__in=[one.address for one in batch.known if one.address]
            )
            ListMember.objects.bulk_create(
                (ListMember(media_list=row.onto, journalist=one) for one in [*people, *known]),
                ignore_conflicts=True,
            )
    kept = Import.objects.values_list("problems", flat=True).get(pk=row.pk)
    Import.objects.filter(pk=row.pk).update(
        added=F("added") + len(batch.new),
        known=F("known") + len(batch.known),
        silent=F("silent") + batch.silent,
        problem_count=F("problem_count") + len(batch.problems),
        problems=[*kept, *([line, said] for line, said in batch.problems)][:SHOWN],
    )


def _read(row: Import, some: Sequence[tuple[int, list[str]]], batch: Batch, seen: set[str]) -> list[Row]:
    found = []
    default = Organisation.current().default_language
    for line, values in some:
        cells = {name: values[number] for name, number in row.mapping.items() if number < len(values)}
        try:
            one = _row(line, cells, default)
        except (PressError, BadAddress) as error:
            batch.problems.append((line, str(error)))
            continue
        if one.address and one.address in seen:
            batch.known.append(one)
            continue
        seen.add(one.address)
        found.append(one)
    return found


def _row(line: int, cells: Mapping[str, str], default: str) -> Row:
    def cell(name: str, most: int = 200) -> str:
        return " ".join(cells.get(name, "").split())[:most]

    address = normalised(cell("email", 300)) if cell("email") else ""
    name = cell("name") or " ".join(filter(None, (cell("given_name"), cell("family_name"))))
    if not person_key(name):
        raise BadEntry(_("There is no name in this row."))
    languages = [one for one in re.split(r"[;,/\s]+", cell("languages")) if one]
    wishes = Wishes(languages or (default,), _beats(cell("beats", 2000)), time_zone=cell("time_zone"))
    medium = cell("medium").casefold()
    named = {str(label).casefold(): value for value, label in Medium.choices}
    medium = named.get(medium, medium)
    if medium and medium not in Medium.values:
        raise BadEntry(
            _("“%(value)s” is no type of outlet. Use one of: %(known)s.")
            % {"value": medium[:40], "known": ", ".join(Medium.values)}
        )
    return Row(
        line=line,
        name=name,
        address=address,
        phone=cell("phone", 50),
        outlet=cell("outlet"),
        role=cell("role", 100),
        medium=medium,
        country=checked_country(cell("country")),
        greeting=cell("greeting"),
        note=cell("note", 2000),
        wishes=checked(wishes),
    )


def _beats(text: str) -> list[str]:
    """Read beats with semicolons or bars between them, or commas, which some names hold themselves."""
    found = []
    for part in filter(str.strip, re.split(r"[;|\n]", text)):
        try:
            found.append(beats.found(part))
        except BadEntry:
            found += [beats.found(one) for one in part.split(",") if one.strip()]
    return found


def _sort(rows: Sequence[Row], batch: Batch) -> None:
    """Divide rows into those who are new, known, and want no mail. Without an address the name counts."""
    addresses = [one.address for one in rows if one.address]
    silent = suppressed(addresses)
    known = set(Journalist.objects.filter(contact__address__in=addresses).values_list("contact__address"))
    keys = {person_key(one.name) for one in rows if not one.address}
    named = set(Journalist.objects.filter(name_key__in=keys).values_list("name_key", flat=True))
    for one in rows:
        if one.address in silent:
            batch.silent += 1
        elif (one.address,) in known or (not one.address and person_key(one.name) in named):
            batch.known.append(one)
        else:
            batch.new.append(one)


def _store(rows: Sequence[Row], into: Import) -> list[Journalist]:
    """Keep these, with a handful of queries however many they are."""
    addresses = [one.address for one in rows if one.address]
    Contact.objects.bulk_create((Contact(address=one) for one in addresses), ignore_conflicts=True)
    contacts = dict(Contact.objects.filter(address__in=addresses).values_list("address", "pk"))
    doors = [new_door() for _one in rows]
    stored = Journalist.objects.bulk_create(
        Journalist(
            contact_id=contacts.get(row.address),
            name=row.name,
            name_key=person_key(row.name),
            greeting=row.greeting,
            phone=row.phone,
            phone_key=phone_key(row.phone),
            time_zone=row.wishes.time_zone,
            language=row.wishes.languages[0],
            source=into.source,
            legal_basis=into.legal_basis,
            note=row.note,
            door_number=door.number,
            door_hash=door.secret_hash,
        )
        for row, door in zip(rows, doors, strict=True)
    )
    pairs = list(zip(stored, rows, strict=True))
    JournalistLanguage.objects.bulk_create(
        JournalistLanguage(journalist=one, language=each)
        for one, row in pairs
        for each in row.wishes.languages
    )
    JournalistBeat.objects.bulk_create(
        JournalistBeat(journalist=one, code=code) for one, row in pairs for code in row.wishes.beats
    )
    outlets = _outlets(rows)
    OutletRole.objects.bulk_create(
        OutletRole(journalist=one, outlet_id=outlets[outlet_key(row.outlet)], title=row.role)
        for one, row in pairs
        if outlet_key(row.outlet)
    )
    return stored


def _outlets(rows: Sequence[Row]) -> dict[str, int]:
    """Return the outlets that rows name, by key; those that there were not are there now."""
    named = {outlet_key(one.outlet): one for one in rows if outlet_key(one.outlet)}
    Outlet.objects.bulk_create(
        (
            Outlet(name=one.outlet, name_key=key, medium=one.medium or Medium.PRINT, country=one.country)
            for key, one in named.items()
        ),
        ignore_conflicts=True,
    )
    return dict(Outlet.objects.filter(name_key__in=named).values_list("name_key", "pk"))

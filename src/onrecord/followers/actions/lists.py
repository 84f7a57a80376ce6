# SPDX-License-Identifier: Apache-2.0
"""Lists: followers brought along from elsewhere, and taken along to elsewhere."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import TextIO

from django.db import transaction
from django.utils import timezone

from onrecord.delivery.mail.doors import new_door
from onrecord.delivery.suppression import suppressed
from onrecord.followers import events
from onrecord.followers.choices import Choices
from onrecord.followers.errors import BadChoice, FollowersError
from onrecord.followers.models import Frequency, Source, State, Subscription, SubscriptionLanguage
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor
from onrecord.people.addresses import normalised
from onrecord.people.errors import BadAddress
from onrecord.people.models import Contact, Organisation
from onrecord.statements.models import Topic

COLUMNS = ("email", "languages", "topics", "frequency", "language")
_OTHER_NAMES = dict.fromkeys(("e-mail", "mail", "email address", "e-mail address"), "email")
_WRITTEN_BESIDES = ("confirmed_at", "source", "legal_basis")
"""Columns of our own lists that are not read again."""
_LONGEST = 200
PAUSE_SECONDS = 0.01
"""SQLite's busy handler is not fair: a list that never pauses keeps the sender from its ledger."""
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list that can be read."""

    line: int
    address: str
    choices: Choices
    language: str


@dataclass(slots=True)
class Outcome:
    """What came of an import. `problems`: line of the file, what is wrong there."""

    added: int = 0
    known: int = 0
    silent: int = 0
    """Addresses that want no mail: they unsubscribed, complained, or do not exist."""
    problems: list[tuple[int, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    """Columns that mean nothing here."""


def import_list(
    file: TextIO,
    *,
    source: str,
    legal_basis: str,
    by: Actor,
    dry_run: bool = False,
    progress: Callable[[int], object] = lambda _lines: None,
) -> Outcome:
    """Let everybody on a list follow who does not yet, and whose address does not want silence.

    Lines that cannot be read are told and passed over. Safe to run twice. With `dry_run` nothing is kept.
    Columns are separated by commas, semicolons or tabs. Raises FollowersError for a file without the column
    `email`, and without source or legal basis.
    """
    source, legal_basis = source.strip(), legal_basis.strip()
    for name, given in (("source", source), ("legal basis", legal_basis)):
        if not 0 < len(given) <= _LONGEST:
            raise FollowersError(
                f"The {name} has {len(given)} characters. Give it in at most {_LONGEST}: it is kept with each"
                " follower, who may ask for it."
            )
    outcome = Outcome()
    for some in _batches(_rows(file, outcome)):
        with transaction.atomic():
            _import(some, outcome, source=source, legal_basis=legal_basis, keep=not dry_run)
        progress(len(some))
        time.sleep(PAUSE_SECONDS)
    if not dry_run:
        event = events.Imported(
            subject="followers",
            source=source,
            legal_basis=legal_basis,
            added=outcome.added,
            passed_over=outcome.known + outcome.silent + len(outcome.problems),
        )
        with transaction.atomic():
            journal.write(event, by=by)
    return outcome


def export_list(file: TextIO, *, by: Actor) -> int:
    """Write everybody who follows, in the columns that `import_list` reads; return how many."""
    writer = csv.writer(file)
    writer.writerow((*COLUMNS, "confirmed_at", "source", "legal_basis"))
    rows = Subscription.objects.filter(state=State.CONFIRMED).select_related("contact")
    count = 0
    for row in rows.prefetch_related("languages", "topics").order_by("pk").iterator(chunk_size=1000):
        writer.writerow(
            (
                row.contact.address,
                " ".join(sorted(each.language for each in row.languages.all())),
                "" if row.all_topics else " ".join(sorted(topic.slug for topic in row.topics.all())),
                row.frequency,
                row.language,
                row.confirmed_at.isoformat() if row.confirmed_at else "",
                row.origin or row.source,
                row.legal_basis,
            )
        )
        count += 1
    with transaction.atomic():
        journal.write(events.Exported(subject="followers", count=count), by=by)
    return count


def _rows(file: TextIO, outcome: Outcome) -> Iterator[Row]:
    first = file.readline()
    separator = max(",;\t", key=first.count)
    reader = csv.DictReader(chain([first], file), delimiter=separator)
    names = [name.strip().lower() for name in reader.fieldnames or ()]
    names = [_OTHER_NAMES.get(name, name) for name in names]
    if "email" not in names:
        raise FollowersError(
            f"The first line is “{','.join(reader.fieldnames or ())[:100]}”. It must name the columns, one of"
            f" them email; known are {', '.join(COLUMNS)}."
        )
    reader.fieldnames = names
    with _readable(reader):
        yield from _checked(reader, names, separator, outcome)


@contextmanager
def _readable(reader: csv.DictReader[str]) -> Iterator[None]:
    """Say in which line a list ceases to be one, as where quotes are opened and never closed."""
    try:
        yield
    except csv.Error as error:
        raise FollowersError(
            f"After line {reader.line_num} the list cannot be read: {error}. Is a quote opened there that is"
            " never closed? Mend it and import the whole list again: nobody is added twice."
        ) from error


def _checked(
    reader: csv.DictReader[str], names: list[str], separator: str, outcome: Outcome
) -> Iterator[Row]:
    """Yield the lines that can be read, each address once; tell of the others."""
    outcome.ignored = [name for name in names if name and name not in (*COLUMNS, *_WRITTEN_BESIDES)]
    default = Organisation.current().default_language
    seen: set[str] = set()
    checked: set[Choices] = set()
    for values in reader:
        if None in values:
            problem = f"There are more than {len(names)} values. One that holds a “{separator}” needs quotes."
            outcome.problems.append((reader.line_num, problem))
            continue
        try:
            row = _row(values, reader.line_num, default)
            for choices in (row.choices, replace(row.choices, languages=(row.language,))):
                if choices not in checked:
                    choices.check()
                    checked.add(choices)
        except (BadAddress, BadChoice) as error:
            outcome.problems.append((reader.line_num, str(error)))
            continue
        if row.address in seen:
            outcome.known += 1
            continue
        seen.add(row.address)
        yield row


def _row(values: dict[str, str | None], line: int, default: str) -> Row:
    def value(name: str) -> str:
        return (values.get(name) or "").strip()

    language = value("language") or default
    languages = value("languages").split() or [language]
    topics = tuple(value("topics").split()) or None
    frequency = value("frequency") or Frequency.EACH.value
    return Row(line, normalised(value("email")), Choices(tuple(languages), topics, frequency), language)


def _import(rows: list[Row], outcome: Outcome, *, source: str, legal_basis: str, keep: bool) -> None:
    addresses = [row.address for row in rows]
    silent = suppressed(addresses)
    known = set(
        Contact.objects.filter(address__in=addresses, subscriptions__isnull=False).values_list(
            "address", flat=True
        )
    )
    new: list[Row] = []
    for row in rows:
        if row.address in silent:
            outcome.silent += 1
        elif row.address in known:  # also one that ended: who left is not brought back by a list
            outcome.known += 1
        else:
            outcome.added += 1
            new.append(row)
    if keep and new:
        _store(new, source=source, legal_basis=legal_basis)


def _store(rows: list[Row], *, source: str, legal_basis: str) -> None:
    """Let these follow, with a handful of queries however many they are."""
    addresses = [row.address for row in rows]
    Contact.objects.bulk_create((Contact(address=address) for address in addresses), ignore_conflicts=True)
    contacts = dict(Contact.objects.filter(address__in=addresses).values_list("address", "pk"))
    now, doors = timezone.now(), [new_door() for _row in rows]
    stored = Subscription.objects.bulk_create(
        Subscription(
            contact_id=contacts[row.address],
            state=State.CONFIRMED,
            confirmed_at=now,
            frequency=row.choices.frequency,
            all_topics=row.choices.topics is None,
            language=row.language,
            source=Source.IMPORT,
            origin=source,
            legal_basis=legal_basis,
            door_number=door.number,
            door_hash=door.secret_hash,
        )
        for row, door in zip(rows, doors, strict=True)
    )
    SubscriptionLanguage.objects.bulk_create(
        SubscriptionLanguage(subscription=subscription, language=language)
        for subscription, row in zip(stored, rows, strict=True)
        for language in dict.fromkeys(row.choices.languages)
    )
    slugs = {slug for row in rows for slug in row.choices.topics or ()}
    topics = dict(Topic.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    chosen = Subscription.topics.through
    chosen.objects.bulk_create(
        chosen(subscription_id=subscription.pk, topic_id=topics[slug])
        for subscription, row in zip(stored, rows, strict=True)
        for slug in dict.fromkeys(row.choices.topics or ())
    )


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    source = iter(rows)
    while batch := list(islice(source, _AT_ONCE)):
        yield batch

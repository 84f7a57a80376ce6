# SPDX-License-Identifier: Apache-2.0
"""Journalists: entered and changed by the desk, or by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from onrecord.delivery import actions as delivery
from onrecord.delivery.mail.doors import new_door
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor
from onrecord.people.actions.contacts import forget_unneeded
from onrecord.people.addresses import normalised
from onrecord.people.errors import BadAddress
from onrecord.people.models import Contact, Organisation, User
from onrecord.people.roles import Right, require
from onrecord.people.validators import validate_time_zone
from onrecord.press import beats, events
from onrecord.press.actions.outlets import outlet_called
from onrecord.press.comparing import person_key, phone_key
from onrecord.press.errors import BadEntry
from onrecord.press.models import Journalist, JournalistBeat, JournalistLanguage, OutletRole, Rhythm
from onrecord.press.places import checked_language

JOURNALIST = Actor(id=None, name="a journalist")


@dataclass(frozen=True, slots=True)
class RoleEntry:
    """What somebody is at an outlet, which is named."""

    outlet: str
    title: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a journalist may choose, and the desk on their behalf."""

    languages: Sequence[str] = ()
    beats: Sequence[str] = ()
    rhythm: str = Rhythm.EACH
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class JournalistEntry:
    """A journalist as the desk enters one."""

    name: str
    address: str = ""
    source: str = ""
    legal_basis: str = ""
    wishes: Wishes = Wishes()
    roles: Sequence[RoleEntry] = ()
    language: str = ""
    greeting: str = ""
    phone: str = ""
    note: str = ""


@transaction.atomic
def add_journalist(entry: JournalistEntry, *, by: User) -> Journalist:
    """Enter a journalist. Raises BadEntry, also for an address that another has, and NotAllowed."""
    require(by, Right.WRITE)
    door = new_door()
    row = Journalist(door_number=door.number, door_hash=door.secret_hash)
    _fill(row, entry, by)
    event = events.JournalistAdded(subject=row.subject, source=row.source, legal_basis=row.legal_basis)
    journal.write(event, by=by.as_actor())
    return row


@transaction.atomic
def change_journalist(journalist: Journalist, entry: JournalistEntry, *, by: User) -> Journalist:
    """Change what is kept of a journalist; roles not named again go. Raises BadEntry and NotAllowed."""
    require(by, Right.WRITE)
    row = Journalist.objects.select_for_update(of=("self",)).select_related("contact").get(pk=journalist.pk)
    _fill(row, entry, by)
    journal.write(events.JournalistChanged(subject=row.subject), by=by.as_actor())
    return row


@transaction.atomic
def choose(journalist: Journalist, wishes: Wishes, *, by: Actor = JOURNALIST) -> Journalist:
    """Let a journalist choose beats, languages, how often, and the clock that counts. Raises BadEntry."""
    row = Journalist.objects.select_for_update().get(pk=journalist.pk)
    wishes = checked(wishes)
    row.rhythm, row.time_zone = wishes.rhythm, wishes.time_zone
    row.save(update_fields=["rhythm", "time_zone"])
    store_wishes(row, wishes)
    journal.write(events.JournalistChanged(subject=row.subject), by=by)
    return row


def checked(wishes: Wishes) -> Wishes:
    """Return wishes as they are kept. Raises BadEntry with a sentence for whoever entered them."""
    unknown = [code for code in wishes.beats if code not in beats.every()]
    if unknown:
        raise BadEntry(_("There is no beat “%(beat)s”. Choose from the list.") % {"beat": unknown[0][:60]})
    if wishes.rhythm not in Rhythm.values:
        raise BadEntry(
            _("“%(value)s” is not how often mail can come. Use one of: %(known)s.")
            % {"value": wishes.rhythm[:40], "known": ", ".join(Rhythm.values)}
        )
    if wishes.time_zone:
        try:
            validate_time_zone(wishes.time_zone)
        except ValidationError as error:
            raise BadEntry(" ".join(error.messages)) from error
    spoken = dict.fromkeys(checked_language(one) for one in wishes.languages)
    if not spoken:
        raise BadEntry(_("Choose at least one language."))
    return replace(wishes, languages=tuple(spoken), beats=tuple(dict.fromkeys(wishes.beats)))


def store_wishes(row: Journalist, wishes: Wishes) -> None:
    """Write checked beats and languages to a journalist."""
    row.languages.exclude(language__in=wishes.languages).delete()
    row.beats.exclude(code__in=wishes.beats).delete()
    JournalistLanguage.objects.bulk_create(
        (JournalistLanguage(journalist=row, language=one) for one in wishes.languages), ignore_conflicts=True
    )
    JournalistBeat.objects.bulk_create(
        (JournalistBeat(journalist=row, code=one) for one in wishes.beats), ignore_conflicts=True
    )


def wishes_of(row: Journalist) -> Wishes:
    """Return what a journalist has chosen."""
    return Wishes(
        tuple(row.languages.order_by("language").values_list("language", flat=True)),
        tuple(row.beats.order_by("code").values_list("code", flat=True)),
        row.rhythm,
        row.time_zone,
    )


def _fill(row: Journalist, entry: JournalistEntry, by: User) -> None:
    row.name, row.name_key = " ".join(entry.name.split()), person_key(entry.name)
    if not row.name_key or len(row.name) > 200:
        raise BadEntry(_("Give the journalist a name of at most 200 letters."))
    row.source, row.legal_basis = entry.source.strip()[:200], entry.legal_basis.strip()[:200]
    if not row.source or not row.legal_basis:
        raise BadEntry(_("Say where the data come from, and on which legal basis they are kept."))
    languages = entry.wishes.languages or [entry.language or Organisation.current().default_language]
    wishes = checked(replace(entry.wishes, languages=languages))
    row.language = checked_language(entry.language) if entry.language else wishes.languages[0]
    row.rhythm, row.time_zone = wishes.rhythm, wishes.time_zone
    row.greeting, row.note = entry.greeting.strip()[:200], entry.note.strip()
    row.phone, row.phone_key = entry.phone.strip()[:50], phone_key(entry.phone)
    before = row.contact
    row.contact = _contact(entry.address, row)
    row.save()
    if before is not None and before != row.contact:
        _readdress(row, before)
        forget_unneeded(before)
    store_wishes(row, wishes)
    _store_roles(row, entry.roles, by)


def _readdress(row: Journalist, before: Contact) -> None:
    """Let what waits for somebody go to where they are now, or nowhere."""
    if row.contact is None:
        delivery.leave_out(row.subject, address=before.address)
    else:
        delivery.move(row.subject, before=before.address, address=row.contact.address)


def _contact(address: str, row: Journalist) -> Contact | None:
    if not address.strip():
        return None
    try:
        plain = normalised(address)
    except BadAddress as error:
        raise BadEntry(str(error)) from error
    contact, _is_new = Contact.objects.get_or_create(address=plain)
    other = Journalist.objects.filter(contact=contact).exclude(pk=row.pk).first()
    if other is not None:
        raise BadEntry(_("%(name)s has this address already.") % {"name": other.name})
    return contact


def _store_roles(row: Journalist, roles: Sequence[RoleEntry], by: User) -> None:
    """Keep the roles that are named, each once; forget the others."""
    kept: dict[tuple[int, bool], OutletRole] = {}
    for one in roles:
        if one.since and one.until and one.until < one.since:
            raise BadEntry(_("A role cannot end before it begins: look at its dates."))
        outlet = outlet_called(one.outlet, by=by)
        kept[outlet.pk, one.until is None] = OutletRole(
            journalist=row, outlet=outlet, title=one.title.strip()[:100], since=one.since, until=one.until
        )
    row.roles.all().delete()
    OutletRole.objects.bulk_create(kept.values())

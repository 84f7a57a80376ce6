# SPDX-License-Identifier: Apache-2.0
"""From an edition that the record has back to its rows: statement, edition, address, places under topics."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from PIL import Image as Picture
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Locale

from onrecord.bakery.addresses import GONE
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor
from onrecord.journal.models import Entry, Reaction, ReactionState
from onrecord.people.models import User
from onrecord.proof.openings import Erased, Sealed
from onrecord.record.errors import NotRecoverable
from onrecord.record.recovery.reading import FoundLeaf
from onrecord.statements import events, search
from onrecord.statements.actions.addresses import Address, file_under_topics, publish_at
from onrecord.statements.formats import thawed
from onrecord.statements.formats.edition import freeze_text, text_digest
from onrecord.statements.formats.files import location
from onrecord.statements.models import (
    Asset,
    Edition,
    Progress,
    Publication,
    Seal,
    Spokesperson,
    State,
    Statement,
    Tombstone,
    Topic,
    TopicName,
)

NOBODY = "recovered@record.invalid"
NOBODYS_NAME = "Recovered from the record"
_ADDRESS = re.compile(r"(?P<path>/s/(?P<year>\d{1,4})/(?P<slug>[^/]+)/(?:[A-Za-z-]+/)?)(?P<number>\d+)\.json")


@dataclass(frozen=True, slots=True)
class PublicEdition:
    """An edition as the public record has it, verified."""

    content: bytes
    data: Mapping[str, Any]
    html: str
    nonce: bytes
    commitment: bytes
    leaf_index: int
    address: Address


def address_in(edition_path: str) -> Address:
    """Return the address of the statement whose edition file is at this path."""
    found = _ADDRESS.fullmatch(edition_path)
    if found is None:
        raise NotRecoverable(f"{edition_path} is not the address of an edition, as /s/2026/water/1.json.")
    return Address(found["path"], int(found["year"]), found["slug"])


def attach(edition_id: int, leaf_index: int) -> None:
    """Give an edition that was frozen, but not logged, when the backup was made the place that it got."""
    edition = Edition.objects.get(pk=edition_id)
    edition.leaf_index, edition.published_at = leaf_index, edition.published_at or edition.released_at
    edition.save(update_fields=["leaf_index", "published_at"])
    search.index(edition)


def restore(found: PublicEdition, *, by: Actor) -> Statement:
    """Store an edition, and what shows it, as it was before; return its statement. It counts as published."""
    _take_back_what_is_in_the_way(found)
    statement = _statement_of(found)
    issued = parse_datetime(found.data["issued"]) or timezone.now()
    edition = Edition.objects.create(
        statement=statement,
        number=found.data["edition"],
        language=found.data["lang"],
        op=found.data["op"],
        change=found.data["change"],
        content=found.content,
        body_html=found.html,
        nonce=found.nonce,
        commitment=found.commitment,
        released_at=issued,
        released_by=nobody(),
        leaf_index=found.leaf_index,
        published_at=issued,
    )
    edition.assets.set([_asset(file) for file in found.data["files"]])
    publication = publish_at(found.address, edition)
    file_under_topics(publication, [topic.slug for topic in _topics(found.data)])
    search.index(edition)
    journal.write(
        events.Restored(subject=statement.subject, edition_id=edition.pk, number=edition.number), by=by
    )
    return statement


def bring_draft_up_to_date(statement_id: int, newest: PublicEdition) -> None:
    """Let the desk show the newest public text: a draft from before it would undo it at the next release."""
    statement = Statement.objects.get(pk=statement_id)
    _set_text(statement, newest)
    progress, _created = Progress.objects.get_or_create(statement=statement)
    _settle(progress, newest.data["op"])
    statement.save_revision()
    _settle(progress, newest.data["op"])


def settle_seals(leaves: Mapping[int, FoundLeaf]) -> None:
    """Note what has become of texts that were sealed, or about to be, when the backup was made."""
    places = {one.commitment: one for one in leaves.values()}
    for seal in Seal.objects.order_by("pk"):
        if Edition.objects.filter(commitment=seal.commitment).exists():
            seal.delete()
        elif one := places.get(bytes(seal.commitment)):
            if isinstance(one.state, Sealed):
                Seal.objects.filter(pk=seal.pk).update(leaf_index=one.index)
            elif isinstance(one.state, Erased):
                Progress.objects.filter(seal=seal).update(seal=None, state=State.APPROVED, release_at=None)
                seal.delete()


def hold_scheduled() -> int:
    """Let scheduled releases whose moment has passed wait for a person; return how many there are."""
    scheduled = Progress.objects.filter(state=State.SCHEDULED, release_at__lte=timezone.now())
    due = list(scheduled.select_related("statement"))
    for progress in due:
        moment = progress.release_at.isoformat() if progress.release_at else ""
        Progress.objects.filter(pk=progress.pk).update(state=State.OVERDUE)
        journal.write(events.Overdue(subject=progress.statement.subject, at=moment), by=CLOCK)
    return len(due)


def add_later_tombstones(shown: Callable[[str], bool]) -> None:
    """Let editions that came after the backup, and were erased with others, answer “gone” as those do.

    `shown` tells whether the public site has a file at an address.
    """
    whole = Tombstone.objects.filter(path=F("erasure__path"), erasure__number=None)
    for tombstone in whole.select_related("erasure"):
        known = Tombstone.objects.filter(path__startswith=tombstone.path)
        numbers = [one.path.removeprefix(tombstone.path).strip("/") for one in known]
        number = max((int(text) for text in numbers if text.isdigit()), default=0) + 1
        while shown(f"{tombstone.path}{number}/{GONE}"):
            Tombstone.objects.create(
                path=f"{tombstone.path}{number}/", language=tombstone.language, erasure=tombstone.erasure
            )
            number += 1


def nobody() -> User:
    """Return the account that stands for whoever released it: that was never public, so it is not known."""
    found = User.objects.filter(email=NOBODY).first()
    return found or User.objects.create_user(NOBODY, None, name=NOBODYS_NAME, is_active=False)


def _take_back_what_is_in_the_way(found: PublicEdition) -> None:
    """Remove an edition that never was logged, and so never public, from the place of this one."""
    others = Edition.objects.filter(statement__publication__path=found.address.path, leaf_index=None)
    for edition in others.order_by("-number"):
        entries = Entry.objects.filter(event=events.Released.name, data__edition_id=edition.pk)
        Reaction.objects.filter(entry_id__in=entries.values("pk")).update(state=ReactionState.DONE)
        logged = edition.statement.editions.exclude(leaf_index=None).order_by("-number").first()
        publication = Publication.objects.filter(edition=edition)
        if logged is not None:
            publication.update(edition=logged, withdrawn=logged.op == "withdraw")
        else:
            publication.delete()
        Progress.objects.filter(statement=edition.statement).update(state=State.DRAFT)
        edition.delete()


def _statement_of(found: PublicEdition) -> Statement:
    """Return the statement at this address; else a draft that has exactly this text; else a new one."""
    publication = Publication.objects.filter(path=found.address.path).first()
    if publication is not None:
        return publication.statement
    seal = Seal.objects.filter(commitment=found.commitment).select_related("statement").first()
    if seal is not None and seal.statement is not None:
        return seal.statement
    language, title = found.data["lang"], found.data["title"]
    locale, _created = Locale.objects.get_or_create(language_code=language)
    unpublished = Statement.objects.filter(publication=None, locale=locale, seals=None)
    same = [
        draft for draft in unpublished.filter(title=title).order_by("pk") if _freezes_to(draft, found.data)
    ]
    statement: Statement = same[0] if same else Statement(locale=locale, slug="", **_place_of(found))
    if not same:
        _set_text(statement, found)
    return statement


def _freezes_to(draft: Statement, data: Mapping[str, Any]) -> bool:
    try:
        return freeze_text(draft).digest == text_digest(data)
    except OSError:
        return False  # a picture of the draft is gone from the disk


def _place_of(found: PublicEdition) -> dict[str, Any]:
    """Return what ties a translation to its original, if that is public."""
    translated = found.data["translation_of"]
    if not translated:
        return {}
    original = Publication.objects.filter(path=found.address.path.rpartition(f"{found.data['lang']}/")[0])
    row = original.select_related("statement").first()
    if row is None:
        return {}
    return {"original": row.statement, "translation_key": row.statement.translation_key}


def _set_text(statement: Statement, found: PublicEdition) -> None:
    """Let a statement have the text of an edition."""
    data = found.data
    statement.kind, statement.title, statement.summary = data["kind"], data["title"], data["summary"]
    statement.place, statement.dated = data["place"], date.fromisoformat(data["dated"])
    if data["translation_of"]:
        statement.original_edition = data["translation_of"]["edition"]
    else:
        statement.slug = found.address.slug
    statement.body = json.dumps(
        thawed.stream(data["blocks"], found.html, picture=_picture_for(data), document=_document_for(data))
    )
    statement.changed_at = timezone.now()
    statement.save()
    statement.topics.set(_topics(data))
    statement.spokespeople.set(_spokespeople(data["spokespeople"]))
    statement.save()


def _topics(data: Mapping[str, Any]) -> list[Topic]:
    """Return the topics of an edition; one that is gone is made again."""
    found = []
    for named in data["topics"]:
        topic, created = Topic.objects.get_or_create(slug=named["slug"], defaults={"name": named["name"]})
        if not created and topic.name_in(data["lang"]) != named["name"] and topic.name != named["name"]:
            TopicName.objects.get_or_create(
                topic=topic, language=data["lang"], defaults={"name": named["name"]}
            )
        found.append(topic)
    return found


def _spokespeople(named: Iterable[Mapping[str, str]]) -> list[Spokesperson]:
    """Return the spokespeople of an edition; those that are gone are made again, but not listed."""
    return [
        Spokesperson.objects.filter(name=one["name"], role=one["role"]).first()
        or Spokesperson.objects.create(name=one["name"], role=one["role"], listed=False)
        for one in named
    ]


def _settle(progress: Progress, op: str) -> None:
    progress.start_over()
    progress.state = State.WITHDRAWN if op == "withdraw" else State.PUBLISHED
    progress.change = progress.change_note = progress.request = ""
    progress.withdrawing, progress.withdrawal_reason = False, ""
    progress.save()
    progress.writers.clear()


def _asset(file: Mapping[str, Any]) -> Asset:
    width, height = _measured(file)
    row, _created = Asset.objects.get_or_create(
        sha256=file["sha256"],
        defaults={
            "name": file["name"],
            "media_type": file["type"],
            "size": file["size"],
            "width": width,
            "height": height,
        },
    )
    return row


def _measured(file: Mapping[str, Any]) -> tuple[int | None, int | None]:
    if not file["type"].startswith("image/"):
        return None, None
    try:
        with Picture.open(location(file["sha256"])) as picture:
            return picture.width, picture.height
    except OSError:
        return None, None  # as a drawing, whose size is not in pixels


def _picture_for(data: Mapping[str, Any]) -> thawed.Chooser:
    """Return what puts a picture of an edition into the media library, to be used at the desk again."""
    names = {file["sha256"]: file["name"] for file in data["files"]}

    def choose(sha256: str) -> int | None:
        body = io.BytesIO(location(sha256).read_bytes())
        row = get_image_model()(title=names[sha256], file=ImageFile(body, name=names[sha256]))
        row.save()
        return int(row.pk)

    return choose


def _document_for(data: Mapping[str, Any]) -> thawed.Chooser:
    names = {file["sha256"]: file["name"] for file in data["files"]}

    def choose(sha256: str) -> int | None:
        file = ContentFile(location(sha256).read_bytes(), name=names[sha256])
        row = get_document_model()(title=names[sha256], file=file)
        row.save()
        return int(row.pk)

    return choose

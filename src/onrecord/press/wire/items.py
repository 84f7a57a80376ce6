# SPDX-License-Identifier: Apache-2.0
"""An edition, or a text that waits for its moment, as the wire carries it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from onrecord.people.models import Organisation
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
from onrecord.press.models import RoomText, TopicCode
from onrecord.statements.actions.freezing import approved_text, freeze
from onrecord.statements.formats.edition import freeze_text
from onrecord.statements.models import Asset as AssetRow
from onrecord.statements.models import Edition, PressContact, Progress
from onrecord.statements.pages.site import Site

URGENCY = {"media-alert": 3, "denial": 3}
"""Of what has to be seen sooner than a press release, which is 4 of 9."""
_NOTICES = {
    "withdraw": Notice.WITHDRAWAL,
    "correct": Notice.CORRECTION,
}


@dataclass(frozen=True, slots=True)
class _Source:
    """What an edition and a seal have in common."""

    data: Mapping[str, Any]
    body_html: str
    content: bytes
    assets: Iterable[AssetRow]
    contacts: Iterable[PressContact]
    first_created: datetime
    version_created: datetime


def of_edition(edition: Edition, *, lifted: bool = False) -> Item:
    """Return a published edition. `lifted`: it was told before, under an embargo that has ended."""
    first = edition.statement.editions.order_by("number").values_list("released_at", flat=True).first()
    source = _Source(
        edition.data,
        edition.body_html,
        bytes(edition.content),
        edition.assets.all(),
        edition.contacts.all(),
        first or edition.released_at,
        edition.released_at,
    )
    site = Site.current()
    item = _item(site, source, index=edition.leaf_index)
    notice = item.notice
    if lifted and notice is Notice.NONE:
        notice = Notice.LIFTED
    return replace(item, page=site.url(edition.statement.publication.path), notice=notice)


def of_embargoed(progress: Progress, *, at: datetime) -> Item:
    """Return an approved text that waits for its moment, within the caller's transaction.

    Of a sealed one the bytes are settled, so its hash and its place in the log go along.
    """
    until, seal, statement = progress.release_at, progress.seal, progress.statement
    if until is None:
        raise ValueError(f"{statement.subject} has no moment of release.")
    if seal is not None:
        content, body_html, assets = bytes(seal.content), seal.body_html, list(seal.assets.all())
    else:
        frozen = freeze(progress, approved_text(progress, freeze_text(statement)), issued=until)
        content, body_html, assets = frozen.content, frozen.body_html, list(frozen.assets)
    source = _Source(json.loads(content), body_html, content, assets, statement.contacts.all(), at, at)
    embargo = Embargo(until, progress.release_zone or "UTC", progress.embargo_terms)
    item = replace(_item(Site.current(), source, index=seal.leaf_index if seal else None), embargo=embargo)
    return item if seal else replace(item, proof=Proof(""))


def withheld(item: Item, *, at: datetime, reason: str) -> Item:
    """Return the word that an item told under embargo is not to be used until further notice."""
    return replace(
        item,
        status=Status.WITHHELD,
        notice=Notice.HOLD,
        reason=reason,
        version_created=at,
        embargo=None,
        summary="",
        body="",
        assets=(),
    )


def trial(name: str, language: str, number: int, *, at: datetime, format_name: str) -> Item:
    """Return an item that says nothing, to try a destination."""
    site = Site.current()
    words = f"Test transmission {number} to {name} ({format_name})"
    return Item(
        uri=f"{site.address}/#wire-test-{number}",
        version=1,
        language=language,
        kind="test",
        headline=words,
        summary=words,
        body=f"<p>{number}</p>",
        base=site.address,
        issuer=Party(site.name, f"{site.address}/"),
        rights=Rights(site.name),
        proof=Proof(hashlib.sha256(words.encode()).hexdigest()),
        first_created=at,
        version_created=at,
        urgency=9,
        status=Status.WITHHELD,
        notice=Notice.TEST,
    )


def _item(site: Site, source: _Source, *, index: int | None) -> Item:
    data = source.data
    origin = data["translation_of"]
    return Item(
        uri=data["statement"],
        version=data["edition"],
        language=data["lang"],
        kind=data["kind"],
        headline=data["title"],
        summary=data["summary"],
        body=source.body_html,
        base=site.address,
        issuer=Party(data["issuer"], f"{site.address}/"),
        rights=Rights(data["issuer"], _terms(data["lang"])),
        proof=Proof(hashlib.sha256(source.content).hexdigest(), Organisation.current().origin, index),
        first_created=source.first_created,
        version_created=source.version_created,
        place=data["place"],
        dated=date.fromisoformat(data["dated"]),
        urgency=URGENCY.get(data["kind"], 4),
        status=Status.CANCELED if data["op"] == "withdraw" else Status.USABLE,
        signal=_signal(data),
        notice=_notice(data),
        reason=data["reason"],
        subjects=_subjects(data["topics"]),
        spokespeople=tuple(Spokesperson(who["name"], who["role"]) for who in data["spokespeople"]),
        contacts=tuple(map(_contact, source.contacts)),
        assets=assets_of(site, data, source.assets),
        translation_of=Origin(origin["statement"], origin["edition"]) if origin else None,
    )


def _signal(data: Mapping[str, Any]) -> Signal:
    if data["op"] == "withdraw" or data["edition"] == 1:
        return Signal.NONE
    return Signal.CORRECTION if data["op"] == "correct" else Signal.UPDATE


def _notice(data: Mapping[str, Any]) -> Notice:
    if data["edition"] == 1:
        return Notice.NONE
    if data["change"] == "clarification":
        return Notice.CLARIFICATION
    return _NOTICES.get(data["op"], Notice.UPDATE)


def _subjects(topics: list[dict[str, str]]) -> tuple[Subject, ...]:
    slugs = [topic["slug"] for topic in topics]
    codes = dict(TopicCode.objects.filter(topic__slug__in=slugs).values_list("topic__slug", "code"))
    return tuple(Subject(topic["name"], codes.get(topic["slug"], "")) for topic in topics)


def _terms(language: str) -> str:
    """Return the terms of use in the language of the text, or in whichever they are given."""
    given = dict(RoomText.objects.exclude(terms="").values_list("language", "terms"))
    return given.get(language) or next(iter(given.values()), "")


def _contact(row: PressContact) -> Contact:
    return Contact(row.name, row.role, row.phone, row.email, row.languages, row.hours)


def assets_of(site: Site, data: Mapping[str, Any], rows: Iterable[AssetRow]) -> tuple[Asset, ...]:
    """Return each picture of the text with its sizes, and each file; a picture shown twice once."""
    known = {row.sha256: row for row in rows}
    files = data["files"]
    places = {file["sha256"]: place for place, file in enumerate(files)}
    shown = [
        block for block in data["blocks"] if block["kind"] in ("image", "file") and block["file"] in places
    ]  # what others forged is not handed on
    own = {block["file"] for block in shown}
    found: dict[str, Asset] = {}
    for block in shown:
        sha256 = block["file"]
        place = places[sha256]
        several = [files[place]]
        if block["kind"] == "image" and place + 1 < len(files):
            after = files[place + 1]
            if after["sha256"] not in own and after["name"] == files[place]["name"]:
                several.append(after)
        found.setdefault(sha256, _asset(site, block, several, known))
    return tuple(found.values())


def _asset(
    site: Site, block: Mapping[str, Any], files: list[dict[str, Any]], known: Mapping[str, AssetRow]
) -> Asset:
    is_picture = block["kind"] == "image"
    names = ("highRes", "web") if is_picture else ("original",)
    return Asset(
        uri=site.url(files[0]["path"]),
        title=block["text"] or block.get("alt", "") or files[0]["name"],
        is_picture=is_picture,
        renditions=tuple(
            Rendition(
                name,
                site.url(file["path"]),
                file["type"],
                file["size"],
                known[file["sha256"]].width if file["sha256"] in known else None,
                known[file["sha256"]].height if file["sha256"] in known else None,
            )
            for name, file in zip(names, files, strict=False)
        ),
        caption=block.get("caption", ""),
        alt=block.get("alt", ""),
        credit=block.get("credit", ""),
    )

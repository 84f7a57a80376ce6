# SPDX-License-Identifier: Apache-2.0
"""ninjs 3.1, the IPTC's news in JSON (iptc/newsinjson, ninjs-schema_3.1.json).

The standard has no property for what a version is beside later: that a correction is one is said in `edNote`.
Hash and log entry stand in `altIds`, under roles that begin with `onrecord:`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from onrecord.press.formats.bodies import for_wire
from onrecord.press.formats.items import Asset, Contact, Envelope, Item, Rendition
from onrecord.press.formats.notes import ed_note
from onrecord.statements.formats.xml import moment

STANDARD = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json",
}
MEDIA_TOPICS = "http://cv.iptc.org/newscodes/mediatopic/"
EDITORIAL_POLICY = "http://cv.iptc.org/newscodes/trustindicator/editorialPolicy"


def write(item: Item) -> bytes:
    """Return an item as one ninjs object."""
    return _bytes(as_json(item))


def page(items: Sequence[tuple[int, Item]], envelope: Envelope, cursor: str) -> bytes:
    """Return numbered items as JSON: `items`, each with its `number` and the ninjs object, and `next`."""
    return _bytes(
        {
            "destination": envelope.destination,
            "items": [{"number": number, "item": as_json(item)} for number, item in items],
            "next": cursor,
        }
    )


def as_json(item: Item) -> dict[str, Any]:
    """Return an item as a ninjs object, without properties that would be empty."""
    whole = {
        "uri": item.uri,
        "type": "text",
        "representationType": "full",
        "profile": item.kind,
        "version": str(item.version),
        "firstCreated": moment(item.first_created),
        "versionCreated": moment(item.version_created),
        "embargoedUntil": moment(item.embargo.until) if item.embargo else None,
        "pubStatus": item.status.value,
        "urgency": item.urgency,
        "language": item.language,
        "standard": STANDARD,
        "edNote": ed_note(item),
        "located": item.place,
        "headlines": _texts("main", "text/plain", item.headline),
        "descriptions": _texts("summary", "text/plain", item.summary),
        "bodies": _texts("main", "text/html", for_wire(item.body, item.base)),
        "subjects": [
            _known({"name": one.name, "uri": MEDIA_TOPICS + one.code if one.code else ""})
            for one in item.subjects
        ],
        "people": [_known({"name": who.name, "literal": who.role}) for who in item.spokespeople],
        "organisations": [{"name": item.issuer.name}],
        "places": [{"name": item.place}] if item.place else [],
        "infoSources": [_source(item)],
        "copyrightHolder": item.rights.holder,
        "usageTerms": item.rights.usage_terms,
        "trustIndicators": _trust(item),
        "altIds": _other_ids(item),
        "associations": [_association(item, asset) for asset in item.assets],
    }
    return _known(whole)


def _source(item: Item) -> dict[str, Any]:
    reachable = [line for contact in item.contacts for line in _reach(contact)]
    return _known({"name": item.issuer.name, "uri": item.issuer.uri, "contactInfo": reachable})


def _reach(contact: Contact) -> list[dict[str, str]]:
    name = ", ".join(filter(None, [contact.name, contact.role, contact.languages, contact.hours]))
    found = (("phone", contact.phone), ("email", contact.email))
    return [{"type": kind, "role": "press", "name": name, "value": value} for kind, value in found if value]


def _trust(item: Item) -> list[dict[str, str]]:
    if not item.corrections_page:
        return []
    return [
        {"role": EDITORIAL_POLICY, "title": "Corrections and editorial policy", "href": item.corrections_page}
    ]


def _other_ids(item: Item) -> list[dict[str, str]]:
    proof, source = item.proof, item.translation_of
    logged = f"{proof.log}:{proof.index}" if proof.index is not None else ""
    return [
        {"role": role, "value": value}
        for role, value in (
            ("onrecord:log-entry", logged),
            ("onrecord:sha256", proof.sha256),
            ("onrecord:page", item.page),
            ("onrecord:translation-of", f"{source.uri} {source.version}" if source else ""),
        )
        if value
    ]


def _association(item: Item, asset: Asset) -> dict[str, Any]:
    return _known(
        {
            "name": asset.title,
            "rel": "http://cv.iptc.org/newscodes/itemrelation/associatedWith",
            "uri": asset.uri,
            "type": "picture" if asset.is_picture else "component",
            "embargoedUntil": moment(item.embargo.until) if item.embargo else None,
            "pubStatus": item.status.value,
            "descriptions": [
                *_texts("caption", "text/plain", asset.caption),
                *_texts("altText", "text/plain", asset.alt),
            ],
            "by": asset.credit,
            "copyrightHolder": item.rights.holder,
            "usageTerms": item.rights.usage_terms,
            "renditions": [_rendition(one) for one in asset.renditions],
        }
    )


def _rendition(one: Rendition) -> dict[str, Any]:
    return _known(
        {
            "name": one.name,
            "href": one.href,
            "contentType": one.media_type,
            "width": one.width,
            "height": one.height,
            "sizeInBytes": one.size,
        }
    )


def _texts(role: str, media_type: str, value: str) -> list[dict[str, str]]:
    return [{"role": role, "contentType": media_type, "value": value}] if value else []


def _known(members: dict[str, Any]) -> dict[str, Any]:
    """Return an object without what there is nothing to say about."""
    return {name: value for name, value in members.items() if value not in (None, "", [])}


def _bytes(whole: dict[str, Any]) -> bytes:
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()

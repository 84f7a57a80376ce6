# SPDX-License-Identifier: Apache-2.0
"""NewsML-G2 2.35, power conformance (iptc/newsml-g2, NewsML-G2_2.35-spec-All-Power.xsd).

A text is a `newsItem`; each picture is one of its own, associated with it. Handed over, they stand together
in a `newsMessage`. Elements appear in the order that the schema demands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from onrecord.press.formats.bodies import for_wire
from onrecord.press.formats.items import Asset, Contact, Envelope, Item, Party, Rendition, Rights, Signal
from onrecord.press.formats.notes import ed_note
from onrecord.statements.formats import xml
from onrecord.statements.formats.xml import moment

NAMESPACE = "http://iptc.org/std/nar/2006-10-01/"
XHTML = "http://www.w3.org/1999/xhtml"
CATALOG = "http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_41.xml"
TRANSLATION_OF = "https://schema.org/translationOfWork"
_RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")
_BREAKS = re.compile(r"[\t\r\n ]+")
_ITEM = "application/vnd.iptc.g2.newsitem+xml"


def write(item: Item) -> bytes:
    """Return the text as one `newsItem`."""
    return (xml.DECLARATION + _text_item(item)).encode()


def transmit(item: Item, envelope: Envelope) -> bytes:
    """Return the text and its pictures as one `newsMessage`."""
    return _message([item], envelope)


def page(items: Sequence[tuple[int, Item]], envelope: Envelope, cursor: str) -> bytes:
    """Return items together as one `newsMessage`; the cursor after them is its `transmitId`."""
    return _message(
        [item for _number, item in items],
        Envelope(envelope.sender, envelope.destination, cursor, envelope.sent, envelope.urgency),
    )


def _message(items: Iterable[Item], envelope: Envelope) -> bytes:
    header = _tag(
        "header",
        _element("sent", moment(envelope.sent)),
        _tag("catalogRef", href=CATALOG),
        _element("sender", envelope.sender),
        _element("transmitId", envelope.transmission),
        _element("priority", str(envelope.urgency)),
        _element("destination", envelope.destination),
    )
    parts = [part for item in items for part in (_text_item(item), *_assets(item))]
    whole = _tag("newsMessage", header, _tag("itemSet", *parts), xmlns=NAMESPACE)
    return (xml.DECLARATION + whole).encode()


def _text_item(item: Item) -> str:
    return _news_item(
        item,
        item.uri,
        _rights(item.rights, item.issuer),
        _item_meta(item),
        _content_meta(item),
        _tag("contentSet", _body(item)),
    )


def _assets(item: Item) -> list[str]:
    return [
        _news_item(
            item,
            asset.uri,
            _rights(item.rights, item.issuer),
            _asset_meta(item, asset),
            _tag("contentMeta", *_asset_words(asset)),
            _tag("contentSet", *(_remote(one) for one in asset.renditions)),
        )
        for asset in item.assets
    ]


def _news_item(item: Item, guid: str, *parts: str) -> str:
    schemes = _tag("catalog", _tag("scheme", alias="onrecord", uri=f"{item.base}/verify#"))
    return _tag(
        "newsItem",
        _tag("catalogRef", href=CATALOG) + schemes,
        *parts,
        xmlns=NAMESPACE,
        guid=guid,
        version=str(item.version),
        standard="NewsML-G2",
        standardversion="2.35",
        conformance="power",
        **{"xml:lang": item.language},
    )


def _rights(rights: Rights, issuer: Party) -> str:
    return _tag(
        "rightsInfo",
        _tag("copyrightHolder", _element("name", rights.holder), uri=issuer.uri),
        _element("usageTerms", rights.usage_terms) if rights.usage_terms else "",
        _tag("link", rel="irel:rightspolicy", href=rights.link) if rights.link else "",
    )


def _item_meta(item: Item) -> str:
    note = ed_note(item)
    return _tag(
        "itemMeta",
        *_management(item, "ninat:text"),
        _element("profile", item.kind),
        _element("edNote", note) if note else "",
        _tag("signal", qcode=f"sig:{item.signal.value}") if item.signal is not Signal.NONE else "",
        *_links(item),
    )


def _asset_meta(item: Item, asset: Asset) -> str:
    note = ed_note(item)
    return _tag(
        "itemMeta",
        *_management(item, "ninat:picture" if asset.is_picture else "ninat:composite"),
        _element("title", asset.title),
        _element("edNote", note) if note else "",
        _tag("link", rel="irel:associatedWith", residref=item.uri, contenttype=_ITEM),
    )


def _management(item: Item, nature: str) -> list[str]:
    return [
        _tag("itemClass", qcode=nature),
        _tag("provider", _element("name", item.issuer.name), uri=item.issuer.uri),
        _element("versionCreated", moment(item.version_created)),
        _element("firstCreated", moment(item.first_created)),
        _element("embargoed", moment(item.embargo.until)) if item.embargo else "",
        _tag("pubStatus", qcode=f"stat:{item.status.value}"),
    ]


def _links(item: Item) -> list[str]:
    found = [
        _tag("link", rel="irel:associatedWith", residref=asset.uri, title=asset.title, contenttype=_ITEM)
        for asset in item.assets
    ]
    for address in filter(None, (item.page, item.corrections_page)):
        found.append(_tag("link", rel="irel:seeAlso", href=address, contenttype="text/html"))
    if item.translation_of:
        source = item.translation_of
        found.append(_tag("link", reluri=TRANSLATION_OF, residref=source.uri, version=str(source.version)))
    return found


def _content_meta(item: Item) -> str:
    dateline = ", ".join(filter(None, [item.place, item.dated.isoformat() if item.dated else ""]))
    return _tag(
        "contentMeta",
        _element("urgency", str(item.urgency)),
        _tag("located", _element("name", item.place)) if item.place else "",
        *(_source(item, contact) for contact in item.contacts),
        *_other_ids(item),
        _tag("language", tag=item.language),
        *_subjects(item),
        _element("headline", item.headline),
        _element("dateline", dateline) if dateline else "",
        _tag("description", _line(item.summary), role="drol:summary") if item.summary else "",
    )


def _subjects(item: Item) -> list[str]:
    topics = [
        _tag("subject", _element("name", one.name), qcode=f"medtop:{one.code}")
        if one.code
        else _tag("subject", _element("name", one.name), literal=one.name)
        for one in item.subjects
    ]
    people = [
        _tag(
            "subject",
            _element("name", who.name),
            _element("definition", who.role) if who.role else "",
            type="cpnat:person",
            literal=who.name,
        )
        for who in item.spokespeople
    ]
    return [*topics, *people]


def _source(item: Item, contact: Contact) -> str:
    words = ", ".join(filter(None, [contact.role, contact.languages, contact.hours]))
    reach = [
        _element("email", contact.email) if contact.email else "",
        _element("phone", contact.phone) if contact.phone else "",
    ]
    return _tag(
        "infoSource",
        _element("name", contact.name),
        _element("definition", words) if words else "",
        _tag("personDetails", _tag("contactInfo", *reach)),
        uri=item.issuer.uri,
    )


def _other_ids(item: Item) -> list[str]:
    proof = item.proof
    found = []
    if proof.sha256:
        found.append(_tag("altId", xml.text(proof.sha256), type="onrecord:sha256"))
    if proof.index is not None:
        found.insert(0, _tag("altId", xml.text(f"{proof.log}:{proof.index}"), type="onrecord:log-entry"))
    return found


def _body(item: Item) -> str:
    direction = {"dir": "rtl"} if item.language.split("-")[0] in _RIGHT_TO_LEFT else {}
    html = _tag(
        "html",
        _tag("head", _element("title", item.headline)),
        _tag("body", for_wire(item.body, item.base)),
        xmlns=XHTML,
        **{"xml:lang": item.language, **direction},
    )
    return _tag("inlineXML", html, contenttype="application/xhtml+xml")


def _asset_words(asset: Asset) -> list[str]:
    return [
        _element("headline", asset.title),
        _element("creditline", asset.credit) if asset.credit else "",
        _tag("description", _line(asset.caption), role="drol:caption") if asset.caption else "",
        _tag("description", _line(asset.alt), role="onrecord:alt") if asset.alt else "",
    ]


def _remote(one: Rendition) -> str:
    sizes = {"width": str(one.width), "height": str(one.height)} if one.width and one.height else {}
    return _tag(
        "remoteContent",
        rendition=f"rnd:{one.name}",
        href=one.href,
        contenttype=one.media_type,
        size=str(one.size),
        **sizes,
    )


def _element(name: str, value: str) -> str:
    return f"<{name}>{_line(value)}</{name}>"


def _line(value: str) -> str:
    """Return text on one line, escaped: the schema takes no line breaks in labels (IntlStringType)."""
    return xml.text(_BREAKS.sub(" ", value))


def _tag(name: str, *content: str, **attributes: str) -> str:
    """Return an element whose content is markup already; attributes are escaped here."""
    written = "".join(f' {key}="{xml.attribute(value)}"' for key, value in attributes.items())
    inside = "".join(content)
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"

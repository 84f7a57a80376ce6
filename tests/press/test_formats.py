# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from lxml import etree
from NewsMLG2 import NewsMLG2Document
from referencing import Registry, Resource

from onrecord.press.formats import FORMATS, newsml_g2, ninjs
from onrecord.press.formats.bodies import as_text, for_wire
from onrecord.press.formats.items import Envelope, Item, Notice, Signal
from onrecord.press.formats.notes import ed_note
from tests.press.items import BASE, CORRECTED, EMBARGOED, WHOLE, WITHDRAWN
from tests.proof.cast import conformance

GOLDEN = {"v1-embargoed": EMBARGOED, "v2-corrected": CORRECTED, "v3-withdrawn": WITHDRAWN}
ENVELOPE = Envelope(
    "press.example.org", "Daily", "press.example.org:daily:17", datetime(2026, 11, 23, tzinfo=UTC)
)
_G2 = f"{{{newsml_g2.NAMESPACE}}}"
_ITEMS = [*GOLDEN.values(), WHOLE]


@cache
def ninjs_schema() -> Draft202012Validator:
    folder = conformance("ninjs")
    schema = json.loads((folder / "specification/ninjs-schema_3.1.json").read_text())
    places = json.loads((folder / "validation/test_suite/GeoJSON-schema.json").read_text())
    registry: Registry[Any] = Registry().with_resource(
        "https://geojson.org/schema/GeoJSON.json", Resource.from_contents(places)
    )
    return Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())


@cache
def g2_schema() -> etree.XMLSchema:
    path = conformance("newsml-g2") / "specification/NewsML-G2_2.35-spec-All-Power.xsd"
    return etree.XMLSchema(etree.parse(str(path), etree.XMLParser(no_network=True)))


def valid_g2(document: bytes) -> etree._Element:
    root = etree.fromstring(document, etree.XMLParser(no_network=True, resolve_entities=False))
    schema = g2_schema()
    assert schema.validate(root), schema.error_log
    return root


def golden(name: str) -> bytes:
    return (Path(conformance("wire-golden")) / name).read_bytes()


@pytest.mark.conformance
@pytest.mark.parametrize("item", _ITEMS)
def test_ninjs_is_valid_by_the_schema_of_the_iptc(item: Item) -> None:
    errors = [error.message for error in ninjs_schema().iter_errors(json.loads(ninjs.write(item)))]
    assert errors == []


@pytest.mark.conformance
@pytest.mark.parametrize("item", _ITEMS)
def test_newsml_g2_is_valid_by_the_schema_of_the_iptc(item: Item) -> None:
    valid_g2(newsml_g2.write(item))
    valid_g2(newsml_g2.transmit(item, ENVELOPE))
    valid_g2(newsml_g2.page([(1, item), (2, item)], ENVELOPE, "press.example.org:daily:2"))


@pytest.mark.conformance
@pytest.mark.parametrize("name", GOLDEN)
def test_ninjs_says_what_the_golden_case_says(name: str) -> None:
    wanted = json.loads(golden(f"ninjs31-{name}.json"))
    ours = json.loads(ninjs.write(GOLDEN[name]))
    if GOLDEN[name].contacts:  # the case tells the telephone only in its note
        assert ours["infoSources"][0].pop("contactInfo")[0]["value"] in wanted["edNote"]
    assert ours == wanted


@pytest.mark.conformance
@pytest.mark.parametrize("name", GOLDEN)
def test_newsml_g2_says_what_the_golden_case_says(name: str) -> None:
    wanted = {path: value for path, value in meanings(golden(f"g2-{name}.xml")) if "title" not in path}
    ours = dict(meanings(newsml_g2.write(GOLDEN[name])))
    word = wanted.pop("itemMeta/edNote").split(":")[0]
    assert ours["itemMeta/edNote"].startswith(word)
    assert {path: ours.get(path) for path in wanted} == wanted
    for silent in ("itemMeta/embargoed", "itemMeta/signal@qcode"):
        assert (silent in ours) == (silent in wanted)


def meanings(document: bytes) -> list[tuple[str, str]]:
    """Return each path with its text, and each with an attribute, as they stand in a document."""
    found: list[tuple[str, str]] = []

    def look(element: etree._Element, path: str) -> None:
        for name, value in element.attrib.items():
            found.append((f"{path}@{name}", str(value)))
        if element.text and element.text.strip():
            found.append((path, element.text.strip()))
        for child in element:
            name = etree.QName(child).localname
            look(child, f"{path}/{name}".lstrip("/"))

    look(etree.fromstring(document), "")
    return found


def test_another_parser_reads_the_same_from_newsml_g2() -> None:
    item = NewsMLG2Document(newsml_g2.write(WHOLE)).get_item()
    assert (item.guid, item.version, item.standardversion) == (WHOLE.uri, "2", "2.35")
    meta = item.itemmeta
    assert str(meta.embargoed) == "2026-11-23T08:00:00Z"
    assert meta.pubstatus.qcode == "stat:usable"
    assert meta.signal.qcode == "sig:correction"
    assert str(meta.ednote) == ed_note(WHOLE)
    assert str(meta.versioncreated) == "2026-11-22T09:30:00Z"
    assert str(item.contentmeta.headline) == "Safety & <work>"
    assert next(subject.qcode for subject in item.contentmeta.subject) == "medtop:20000525"
    assert str(item.contentmeta.urgency) == "4"


def test_another_parser_reads_withdrawal_and_terms() -> None:
    item = NewsMLG2Document(newsml_g2.write(WITHDRAWN)).get_item()
    assert item.itemmeta.pubstatus.qcode == "stat:canceled"
    assert str(item.itemmeta.ednote) == "WITHDRAWN: do not use. Reason: published in error."
    assert "Free for editorial use" in newsml_g2.write(WITHDRAWN).decode()


def test_pictures_travel_as_items_of_their_own_beside_the_text() -> None:
    root = etree.fromstring(newsml_g2.transmit(WHOLE, ENVELOPE))
    items = root.findall(f".//{_G2}newsItem")
    assert [one.get("guid") for one in items] == [WHOLE.uri, *(asset.uri for asset in WHOLE.assets)]
    sizes = [(one.get("rendition"), one.get("width")) for one in items[1].iter(f"{_G2}remoteContent")]
    assert sizes == [("rnd:web", "800"), ("rnd:highRes", "1600")]
    assert items[1].findtext(f".//{_G2}creditline") == "A. Photographer"
    assert items[1].findtext(f".//{_G2}embargoed") == "2026-11-23T08:00:00Z"
    assert root.findtext(f"{_G2}header/{_G2}destination") == "Daily"


def test_pictures_are_associated_in_ninjs_with_rights_and_their_own_embargo() -> None:
    picture, file = json.loads(ninjs.write(WHOLE))["associations"]
    assert [one["width"] for one in picture["renditions"]] == [800, 1600]
    assert (picture["by"], picture["type"], file["type"]) == ("A. Photographer", "picture", "component")
    assert picture["usageTerms"] == "Free for editorial use with attribution."
    assert picture["embargoedUntil"] == file["embargoedUntil"] == "2026-11-23T08:00:00Z"


def test_the_body_travels_without_what_only_its_page_needs() -> None:
    assert for_wire(WHOLE.body, BASE) == (
        f'<p>Read <a href="{BASE}/s/2026/water/">this</a>,<br />now: 3 &lt; 4 &amp; more.</p>'
        f'<figure><img src="{BASE}/media/ab-map.png" alt="A map &quot;new&quot;" width="800" height="400" />'
        "<figcaption>Map</figcaption></figure><table><caption>C</caption><thead><tr>"
        '<th scope="col">H</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>'
    )
    assert as_text(WHOLE.body).split("\n\n")[:2] == ["Read this,", "now: 3 < 4 & more."]


def test_a_note_says_first_what_it_is_and_when_it_may_be_used() -> None:
    assert ed_note(WHOLE) == (
        "CORRECTION: paragraph 1, date corrected from 1 November to 1 December. Replaces version 1."
        " EMBARGOED until 23 Nov 2026 08:00 UTC (23 Nov 2026 09:00 Europe/Brussels)."
        " Not for social media. Press contact: +32 2 555 01 02"
    )
    assert ed_note(replace(EMBARGOED, embargo=None)) == ""
    clearer = replace(CORRECTED, notice=Notice.CLARIFICATION, signal=Signal.UPDATE, reason="Who pays?")
    assert ed_note(clearer) == "CLARIFICATION: Who pays? Replaces version 1."


def test_a_language_without_a_calendar_of_its_own_still_gets_its_moment() -> None:
    assert "2026" in ed_note(replace(EMBARGOED, language="tlh"))


def test_a_page_of_ninjs_tells_numbers_and_where_to_go_on() -> None:
    whole = json.loads(ninjs.page([(16, EMBARGOED), (17, CORRECTED)], ENVELOPE, "17"))
    assert [one["number"] for one in whole["items"]] == [16, 17]
    assert whole["items"][1]["item"] == json.loads(ninjs.write(CORRECTED))
    assert whole["next"] == "17"


@pytest.mark.conformance
@given(words=st.text(max_size=60), markup=st.text(alphabet="<>/ap br&;\"'=\x00\x0bé", max_size=60))
def test_whatever_was_typed_stays_valid(words: str, markup: str) -> None:
    item = replace(WHOLE, headline=words or "x", reason=words, summary=words, body=markup, place=words)
    valid_g2(newsml_g2.write(item))
    assert not list(ninjs_schema().iter_errors(json.loads(ninjs.write(item))))


def test_each_format_is_named_and_writes() -> None:
    assert list(FORMATS) == ["ninjs", "newsml-g2"]
    for one in FORMATS.values():
        assert one.write(EMBARGOED)
        assert one.transmit(EMBARGOED, ENVELOPE)
        assert one.page([(1, EMBARGOED)], ENVELOPE, "1")

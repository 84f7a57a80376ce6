# SPDX-License-Identifier: Apache-2.0
"""What machines read on a statement's page: schema.org in JSON-LD (https://schema.org/NewsArticle)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from onrecord.bakery.batch import once_per_batch
from onrecord.identity.profiles import profiles
from onrecord.people.identity import Row, page_of
from onrecord.statements.pages import languages
from onrecord.statements.pages.articles import Article
from onrecord.statements.pages.layout import Card
from onrecord.statements.pages.site import Site

_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def news_article(site: Site, article: Article, card: Card | None) -> str:
    """Return the JSON-LD of an edition, escaped so that no text in it can end the script element."""
    facts, first = article.facts, article.history[0]
    address = site.url(article.path if article.newest else article.edition_path)
    organisation = _organisation(site, article.data["issuer"])
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": address,
        "url": address,
        "mainEntityOfPage": address,
        "headline": facts.title,
        "description": facts.summary,
        "genre": facts.kind,
        "inLanguage": languages.html_code(facts.language),
        "datePublished": _iso(first.issued),
        "dateModified": _iso(facts.issued),
        "version": facts.number,
        "creativeWorkStatus": _status(article),
        "isAccessibleForFree": True,
        "author": organisation,
        "publisher": organisation,
        "dateline": ", ".join(filter(None, [facts.place, facts.dated.isoformat()])),
        "keywords": [topic["name"] for topic in article.data["topics"]],
        "correction": _corrections(article),
    }
    described |= _only_if("image", card and site.url(card.path))
    described |= _only_if("translationOfWork", article.original and {"@id": site.url(article.original.path)})
    described |= _only_if(
        "workTranslation",
        [{"@id": site.url(other.path)} for other in article.siblings if not other.original]
        if article.data["translation_of"] is None
        else [],
    )
    return _written(described)


def organisation(site: Site) -> str:
    """Return the JSON-LD of the organisation itself (https://schema.org/Organization), escaped likewise."""
    return _written({"@context": "https://schema.org", **_organisation(site, site.name)})


@once_per_batch
def _organisation(site: Site, name: str) -> dict[str, Any]:
    described: dict[str, Any] = {"@type": "Organization", "name": name, "url": site.address + "/"}
    if site.logo_asset is not None:
        described["logo"] = site.url(site.logo_asset.path)
    lei = next((row["value"] for row in site.identifiers if row["scheme"] == "lei"), "")
    described |= _only_if("leiCode", lei)
    described |= _only_if("identifier", [_identifier(row) for row in site.identifiers])
    elsewhere = [f"https://{domain}/" for domain in site.domains] + profiles(site.relations)
    described |= _only_if("sameAs", elsewhere)
    return described


def _identifier(row: Row) -> dict[str, str]:
    members = {
        "@type": "PropertyValue",
        "propertyID": row.get("register") or row["scheme"],
        "value": row["value"],
        "url": page_of(row),
    }
    return {name: value for name, value in members.items() if value}


def _written(described: Mapping[str, Any]) -> str:
    return json.dumps(
        {name: value for name, value in described.items() if value not in ("", [])}, ensure_ascii=False
    ).translate(_ESCAPES)


def _corrections(article: Article) -> list[dict[str, str]]:
    return [
        {"@type": "CorrectionComment", "text": change.reason, "datePublished": _iso(change.issued)}
        for change in article.history
        if change.change in {"correction", "clarification"}
    ]


def _status(article: Article) -> str:
    if article.withdrawal:
        return "Withdrawn"
    return "Published" if article.newest else "Superseded"


def _iso(moment: datetime) -> str:
    return f"{moment.isoformat(timespec='seconds')[:19]}Z"


def _only_if(name: str, value: object) -> Mapping[str, object]:
    return {name: value} if value else {}

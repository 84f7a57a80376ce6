# SPDX-License-Identifier: Apache-2.0
"""The site as every page knows it: whose it is, its languages, its addresses, its look."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.core.files.storage import default_storage
from django.utils import translation
from django.utils.translation import gettext as _
from PIL import Image

from onrecord.bakery.batch import once_per_batch
from onrecord.people.identity import Row
from onrecord.people.models import Organisation
from onrecord.prepared import Prepared
from onrecord.statements.pages import colours
from onrecord.statements.pages.languages import html_code

ASSETS = Path(__file__).resolve().parent.parent / "site_assets"
"""The stylesheet; hashed and baked."""
_UNSAFE = re.compile(r"[^a-z0-9]+")

_row = Prepared(
    lambda pk: Organisation.objects.filter(pk=pk).values_list(
        *("name", "address", "languages", "time_zone", "accent", "about", "logo"),
        *("domains", "identifiers", "relations"),
    )
)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages refer to by its hash."""

    path: str
    body: bytes
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Site:
    """What pages need of the organisation, read once per page."""

    name: str
    address: str
    languages: tuple[str, ...]
    zone: str
    accent: str
    about: str
    logo: str
    domains: tuple[str, ...] = ()
    identifiers: tuple[Row, ...] = field(default=(), hash=False)
    relations: tuple[Row, ...] = field(default=(), hash=False)

    @classmethod
    @once_per_batch
    def current(cls) -> Site:
        """Return the site as it is set up now; raises NotSetUp before the set-up wizard is completed."""
        for name, address, languages, zone, accent, about, logo, *lists in _row(Organisation.ONLY):
            spoken, domains, identifiers, relations = map(_decoded, (languages, *lists))
            return cls(
                *(name, address.rstrip("/"), spoken, zone, accent, about, logo or ""),
                *(domains, identifiers, relations),
            )
        return cls.of(Organisation.current())

    @classmethod
    def of(cls, organisation: Organisation) -> Site:
        """Return the site of an organisation."""
        return cls(
            name=organisation.name,
            address=organisation.address.rstrip("/"),
            languages=tuple(organisation.languages),
            zone=organisation.time_zone,
            accent=organisation.accent,
            about=organisation.about,
            logo=str(organisation.logo.name or ""),
            domains=tuple(organisation.domains),
            identifiers=tuple(organisation.identifiers),
            relations=tuple(organisation.relations),
        )

    @property
    def default_language(self) -> str:
        """The language of the front page at `/`."""
        return self.languages[0]

    @property
    def stylesheet(self) -> Asset:
        """The one stylesheet of the site, the organisation's accent in it."""
        return _stylesheet(self.accent, self.languages)

    @property
    def logo_asset(self) -> Asset | None:
        """The logo, or None where there is none or its file is gone."""
        if not self.logo or not default_storage.exists(self.logo):
            return None
        return _logo(self.logo, default_storage.get_modified_time(self.logo).timestamp())

    @property
    def assets(self) -> tuple[Asset, ...]:
        """Every file that pages refer to by its hash."""
        return (self.stylesheet, *filter(None, [self.logo_asset]))

    def home(self, language: str) -> str:
        """Return the address of the front page in a language."""
        return "/" if language == self.default_language else f"/{language}/"

    def url(self, path: str) -> str:
        """Return the whole, percent-encoded address of a path, as machines outside want it."""
        return self.address + _quoted(path)


@lru_cache(maxsize=4096)
def _quoted(path: str) -> str:
    return quote(path, safe="/:@!$&'()*+,;=~-._")


def _decoded(value: Any) -> tuple[Any, ...]:
    """Return a list of JSON, which SQLite gives as text when no model is in between."""
    return tuple(json.loads(value) if isinstance(value, str) else value)


@lru_cache(maxsize=4096)
def href(path: str) -> str:
    """Return a path percent-encoded, for attributes."""
    return quote(path, safe="/#?&=:@!$'()*+,;~-._")


@lru_cache(maxsize=8)
def _stylesheet(accent: str, languages: tuple[str, ...]) -> Asset:
    written = (ASSETS / "site.css").read_text(encoding="utf-8")
    body = (colours.stylesheet(accent) + _labels(languages) + written).encode()
    return Asset(f"/assets/site.{_hash(body)}.css", body)


def _labels(languages: tuple[str, ...]) -> str:
    # The body of an edition is frozen and shown as it is, so what stands above a note comes from here.
    lines = []
    for language in languages:
        with translation.override(language):
            label = json.dumps(_("Note to editors"), ensure_ascii=False)
            forged = json.dumps(_("Forgery: this is not from us"), ensure_ascii=False)
        lines.append(f":lang({html_code(language)}){{--note:{label};--forgery:{forged}}}\n")
    return "".join(lines)


@lru_cache(maxsize=8)
def _logo(name: str, _modified: float) -> Asset:
    with default_storage.open(name) as file:
        body = file.read()
    with default_storage.open(name) as file, Image.open(file) as picture:
        width, height = picture.size
    suffix = _UNSAFE.sub("", Path(name).suffix.lower()) or "png"
    return Asset(f"/assets/logo.{_hash(body)}.{suffix}", body, width, height)


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:12]

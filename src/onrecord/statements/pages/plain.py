# SPDX-License-Identifier: Apache-2.0
"""Pages that hold no statements: contacts, about, and the one for addresses that do not exist."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.bakery.pages import Family, File, Key
from onrecord.identity.profiles import profiles
from onrecord.people.identity import SCHEMES, page_of
from onrecord.statements.models import PressContact, Spokesperson
from onrecord.statements.pages import structured
from onrecord.statements.pages.assets import portrait
from onrecord.statements.pages.layout import Page, in_every_language
from onrecord.statements.pages.lists import front_keys
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.statement import page_file
from onrecord.statements.pages.templates import render

_PARAGRAPHS = re.compile(r"\n\s*\n")


def render_contacts(key: Key) -> Iterable[File]:
    """Render who may be phoned and who may be quoted."""
    (language,) = key
    site = Site.current()
    if language not in site.languages:
        return
    with translation.override(language):
        title = _("Press contacts and spokespeople")
    page = _page(site, language, title, "contacts")
    people = Spokesperson.shown_in(language).select_related("portrait")
    context = {
        "site": site,
        "page": page,
        "contacts": list(PressContact.shown_in(language)),
        "spokespeople": [(person, portrait(person)) for person in people],
    }
    yield page_file(page.path, render("contacts.html", context, language))


def render_about(key: Key) -> Iterable[File]:
    """Render what the organisation says about itself, and what its record is."""
    (language,) = key
    site = Site.current()
    if language not in site.languages:
        return
    with translation.override(language):
        title = _("About %(name)s") % {"name": site.name}
    elsewhere = tuple(profiles(site.relations))
    page = replace(
        _page(site, language, title, "about"), structured=structured.organisation(site), profiles=elsewhere
    )
    paragraphs = [text.strip() for text in _PARAGRAPHS.split(site.about) if text.strip()]
    with translation.override(language):
        numbers = [
            (row.get("register") or str(SCHEMES[row["scheme"]].label), row["value"], page_of(row))
            for row in site.identifiers
        ]
    context = {
        "site": site,
        "page": page,
        "paragraphs": paragraphs,
        "numbers": numbers,
        "elsewhere": [*(f"https://{domain}/" for domain in site.domains), *elsewhere],
    }
    yield page_file(page.path, render("about.html", context, language))


def not_found_keys() -> Iterator[Key]:
    """Return the one key."""
    yield ()


def render_not_found(_key: Key) -> Iterable[File]:
    """Render what every unknown address gets, and what a server in front shows while the program is stopped.

    Both in all languages of the newsroom at once.
    """
    yield _in_all_languages("/404.html", _nothing_here)
    yield _in_all_languages("/503.html", _no_answer)


def _nothing_here() -> tuple[str, str]:
    return (
        _("There is nothing at this address"),
        _(
            "Nothing is taken away in silence: every statement published here stays readable, "
            "even a withdrawn one, and where the law had something erased its address says so. "
            "Perhaps a letter is missing in the address."
        ),
    )


def _no_answer() -> tuple[str, str]:
    return (
        _("This part of the newsroom does not answer at present"),
        _(
            "All statements can be read as always. Only what needs an answer, such as the search and forms, "
            "has to wait. Try again in a few minutes."
        ),
    )


def _in_all_languages(path: str, words: Callable[[], tuple[str, str]]) -> File:
    """Return a page that has no address of its own: `words` are its title and its text."""
    site = Site.current()
    language = site.default_language
    with translation.override(language):
        page = Page(title=words()[0], path="", language=language, indexed=False)
    entries = []
    for each in site.languages:
        with translation.override(each):
            entries.append((each, *words(), _("Go to the front page"), site.home(each)))
    context = {"site": site, "page": page, "entries": entries}
    return File(path, render("404.html", context, language).encode(), "text/html; charset=utf-8")


def _page(site: Site, language: str, title: str, section: str) -> Page:
    path = f"{site.home(language)}{section}/"
    others = in_every_language(site, f"{section}/")
    return Page(title=title, path=path, language=language, section=section, others=others)


FAMILIES = (
    Family("statements.contacts", front_keys, render_contacts),
    Family("statements.about", front_keys, render_about),
    Family("statements.notfound", not_found_keys, render_not_found),
)

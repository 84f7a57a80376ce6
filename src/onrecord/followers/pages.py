# SPDX-License-Identifier: Apache-2.0
"""The page “Follow” of each language, baked; and what every page about following shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.bakery.pages import Family, File, Key
from onrecord.delivery import mail
from onrecord.followers.choices import Choices
from onrecord.followers.models import Frequency
from onrecord.statements.models import Topic
from onrecord.statements.pages import layout, templates
from onrecord.statements.pages.layout import Page, in_every_language
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.statement import page_file
from onrecord.statements.pages.templates import render

NAME = "followers.follow"
templates.add_folder(Path(__file__).resolve().parent / "site_templates")


def keys() -> Iterator[Key]:
    """Return the languages of the newsroom."""
    return ((language,) for language in Site.current().languages)


def all_keys() -> list[tuple[str, Key]]:
    """Return every page here, to be baked again; each is written only if it changes."""
    return [(NAME, key) for key in keys()]


def render_follow(key: Key) -> Iterable[File]:
    """Render how to follow in a language: by mail, if there is a relay, and by feeds."""
    (language,) = key
    site = Site.current()
    if language not in site.languages:
        return
    with translation.override(language):
        title = _("Follow %(name)s") % {"name": site.name}
    page = Page(
        title=title,
        path=f"{site.home(language)}follow/",
        language=language,
        section="follow",
        others=in_every_language(site, "follow/"),
    )
    context = {
        "site": site,
        "page": page,
        "by_mail": mail.relay() is not None,
        "feeds": layout.FEEDS,
        **offer(site, language),
    }
    yield page_file(page.path, render("follow.html", context, language))


def offer(site: Site, language: str, chosen: Choices | None = None) -> dict[str, Any]:
    """Return what can be chosen, and what is."""
    with translation.override(language):
        frequencies = [(value, str(label)) for value, label in Frequency.choices]
    return {
        "topics": Topic.named_in(language),
        "frequencies": frequencies,
        "chosen": chosen or Choices((language,)),
    }


FAMILIES = (Family(NAME, keys, render_follow),)

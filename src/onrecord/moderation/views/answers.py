# SPDX-License-Identifier: Apache-2.0
"""How pages about reports and notices answer: with the rules as the way on."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.statements import answering
from onrecord.statements.pages.site import Site

SECTION = "rules"

page = partial(answering.page, section=SECTION)


def said(site: Site, language: str, title: str, text: str, *, status: int = 200) -> HttpResponse:
    """Answer with one sentence."""
    with translation.override(language):
        link = (_("Rules"), f"{site.home(language)}rules/")
    return answering.said(site, language, title, text, section=SECTION, link=link, status=status)

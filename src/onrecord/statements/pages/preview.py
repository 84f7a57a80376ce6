# SPDX-License-Identifier: Apache-2.0
"""A draft as the page it would become, for the desk's preview. Nobody else reads it."""

from __future__ import annotations

import base64
import re

from django.utils import timezone

from onrecord.people.models import Organisation
from onrecord.statements.formats.body import FrozenBody
from onrecord.statements.formats.edition import Frame, edition_data, freeze_text
from onrecord.statements.formats.files import location
from onrecord.statements.models import Edition, Statement
from onrecord.statements.pages.articles import Article, Contact
from onrecord.statements.pages.lines import Facts
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.statement import article_html

_SMALLER = re.compile(r"(<img [^>]*?) srcset=\"[^\"]*\"")


def preview(statement: Statement) -> str:
    """Return the page that a draft, saved or not, would be at its next release."""
    organisation = Organisation.current()
    statement.dated = statement.dated or timezone.localdate()
    text = freeze_text(statement)
    editions = list(Edition.objects.filter(statement=statement.pk).order_by("number")) if statement.pk else []
    frame = Frame(
        log=organisation.origin,
        issuer=organisation.name,
        statement="",
        edition=len(editions) + 1,
        op="update" if editions else "publish",
        change="minor" if editions else "",
        reason="",
        prev=None,
        translation_of=None,
        issued=timezone.now(),
    )
    data = edition_data(text, frame)
    facts = Facts.of(data)
    article = Article(
        data=data,
        facts=facts,
        body_html=self_contained(text.body),
        content=b"",
        path="/",
        history=(*(Facts.of(edition.data) for edition in editions), facts),
        newest=True,
        withdrawal=None,
        contacts=tuple(
            Contact(row.name, row.role, row.phone, row.email, row.hours, row.languages)
            for row in statement.contacts.all()
        ),
        preview=True,
    )
    return article_html(Site.of(organisation), article, path="/")


def self_contained(body: FrozenBody) -> str:
    """Return a body with its pictures in the page itself: before the release they have no public address."""
    markup = _SMALLER.sub(r"\1", body.html)
    for file in body.files:
        if file.media_type.startswith("image/"):
            content = base64.b64encode(location(file.sha256).read_bytes()).decode()
            markup = markup.replace(f'src="{file.path}"', f'src="data:{file.media_type};base64,{content}"')
    return markup

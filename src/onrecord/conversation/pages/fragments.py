# SPDX-License-Identifier: Apache-2.0
"""One comment as HTML. It is made when the comment changes and kept beside it; a bake joins what is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onrecord.conversation.models import Appearance, Comment, Kind, Restriction, State
from onrecord.conversation.pages import avatars
from onrecord.conversation.questions import content_of
from onrecord.statements.models import Publication
from onrecord.statements.pages import templates
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.templates import render

FORM = 2
"""Grows when the template changes what it makes."""
INDENTED = 4

templates.add_folder(Path(__file__).resolve().parent.parent / "site_templates")


@dataclass(frozen=True, slots=True)
class CommentLink:
    """Something that a reader may do with a comment: `label` in the language at hand, `path` for its id."""

    name: str
    label: Callable[[], str]
    path: Callable[[int], str]


_links: dict[str, CommentLink] = {}


def register_link(link: CommentLink) -> None:
    """Put a link below each comment. A second one under its name replaces it."""
    _links[link.name] = link


def write(comment: Comment, restrictions: Sequence[Restriction]) -> None:
    """Make the fragment of a comment anew; its caller stores it."""
    publication = Publication.objects.filter(statement=comment.statement_id).first()
    if comment.appearance == Appearance.ABSENT or comment.statement_id is None or publication is None:
        comment.fragment = comment.fragment_made_for = ""
        return
    site = Site.current()
    comment.fragment = made(comment, restrictions, site, publication.language)
    comment.fragment_made_for = made_for(site, publication.language)


def made_for(site: Site, language: str) -> str:
    """Return what a fragment depends on beside its comment; one made for anything else is made again."""
    told = [str(FORM), language, site.zone, *sorted(_links)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def made(comment: Comment, restrictions: Sequence[Restriction], site: Site, language: str) -> str:
    """Return a comment as HTML: its text with what is told of it, or a mark in its place."""
    figure, colour = avatars.drawing(comment.commenter.avatar_seed)
    with translation.override(language):
        context = {
            "site": site,
            "comment": comment,
            "indent": min(comment.depth, INDENTED),
            "figure": figure,
            "colour": colour,
            "html": content_of(comment).html if comment.is_readable else "",
            "labels": [one.label for one in restrictions if one.label],
            "limited": any(one.kind == Kind.LIMIT for one in restrictions),
            "mark": mark_of(comment, restrictions),
            "links": [(link.label(), link.path(comment.pk)) for link in _links.values()],
        }
        return render("parts/comment.html", context, language).strip()


def mark_of(comment: Comment, restrictions: Sequence[Restriction]) -> str:
    """Return what stands in place of a text that cannot be read, in the language at hand."""
    kinds = {restriction.kind for restriction in restrictions}
    if comment.state == State.WITHDRAWN:
        return _("Its author withdrew this comment.")
    if comment.state == State.ERASED:
        return _("This comment was erased at its author’s wish.")
    if Kind.SEAL in kinds:
        return _("A decision took this comment from sight.")
    if Kind.HOLD in kinds:
        return _("This comment is not shown while a decision about it is made.")
    return _("This comment was changed and waits for a moderator.")


def made_again(pks: Sequence[int], site: Site, language: str) -> dict[int, str]:
    """Return the fragments of these comments as they would be made now; nothing is stored."""
    rows = Comment.objects.filter(pk__in=pks).select_related("commenter").prefetch_related("restrictions")
    now = timezone.now()
    return {
        row.pk: made(row, [one for one in row.restrictions.all() if one.is_active(now)], site, language)
        for row in rows
    }

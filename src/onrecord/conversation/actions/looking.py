# SPDX-License-Identifier: Apache-2.0
"""What somebody entered, and a first look at it: all that needs no transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from onrecord.bakery.batch import together
from onrecord.conversation import classifier, doubts, language, links, markup
from onrecord.conversation.doubts import Lately, Likeness
from onrecord.conversation.errors import BadComment, Closed
from onrecord.conversation.models import Comment, Commenter, Mode
from onrecord.conversation.trust import mode_for
from onrecord.people import addresses
from onrecord.people.errors import BadAddress
from onrecord.statements.models import Publication

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody entered, checked: it can be kept."""

    name: str
    address: str
    link: str
    text: str

    @classmethod
    def entered(cls, *, name: str, address: str, link: str, text: str) -> Said:
        """Check what a form holds. Raises BadComment for the first field that cannot be."""
        plain = markup.one_line(name, LONGEST_NAME)
        if not any(letter.isalnum() for letter in plain):
            raise BadComment("name", _("Give a name. It need not be your real one."))
        if "@" in plain:
            raise BadComment("name", _("The name is shown to everybody, so it must not be a mail address."))
        try:
            address = addresses.normalised(address)
        except BadAddress as error:
            raise BadComment("address", str(error)) from error
        return cls(name=plain, address=address, link=links.checked(link), text=markup.cleaned(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is known of how a form came."""

    language: str
    crowded: bool = False
    worked: bool = True
    """Without work, a comment of somebody new is looked at in any mode; it is anyway."""
    at: datetime | None = None
    """When it was sent; None: now."""


@dataclass(frozen=True, slots=True)
class Form:
    """What was said, about which statement, in answer to what."""

    publication: Publication
    said: Said
    circumstances: Circumstances
    answers: Comment | None = None
    wants_replies: bool = False


@dataclass(frozen=True, slots=True)
class Impression:
    """What a look at a form found, before it is kept."""

    form: Form
    html: str
    language: str
    likeness: Likeness
    doubts: list[list[str]]
    score: float


def look_at(forms: Sequence[Form]) -> list[Impression]:
    """Render texts, look for doubts, tell their languages: most of the work, and none needs a transaction.

    Each is compared with what was said lately, which the forms before it belong to.
    """
    likenesses = [doubts.likeness_of(form.said.text) for form in forms]
    lately = Lately(likenesses)
    found = []
    with together():
        for form, likeness in zip(forms, likenesses, strict=True):
            found.append(_impression(form, likeness, lately))
            lately.add(likeness)
    return found


def refuse_missing(publication: Publication, answers: Comment | None) -> None:
    """Refuse to answer what nobody can read there. Raises BadComment."""
    if answers is not None and (answers.statement_id != publication.statement_id or not answers.is_readable):
        raise BadComment("parent", _("What you answer is not there any more. Reload the page."))


def refuse_closed(publication: Publication, known: Commenter | None) -> None:
    """Raise Closed where no comments are taken. What holds for one commenter is told only to who is known."""
    if mode_for(publication.statement_id, known) == Mode.CLOSED:
        raise Closed(_("Comments are closed here."))


def _impression(form: Form, likeness: Likeness, lately: Lately) -> Impression:
    said = form.said
    html = markup.rendered(said.text)
    judged = classifier.judge(f"{said.name} {said.link} {said.text}")
    found = doubts.doubts_about(
        said.text, html, said.name, said.link, judged, likeness=likeness, lately=lately
    )
    if form.circumstances.crowded:
        found.append(("crowded", ""))
    written_in = language.detected(said.text, form.publication.language)
    return Impression(form, html, written_in, likeness, [list(doubt) for doubt in found], judged.score)

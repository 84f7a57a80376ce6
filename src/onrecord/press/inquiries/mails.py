# SPDX-License-Identifier: Apache-2.0
"""What journalists and colleagues are sent about inquiries; how mails look: `statements/mails.py`."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from onrecord.delivery.mail.message import Text, without_gaps
from onrecord.press.inquiries import doors
from onrecord.press.models import Inquiry
from onrecord.statements.mails import Piece, text
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.words import Words

DOOR = f"{doors.PREFIX}⟦door⟧/"
"""Opens the inquiry to whoever gets the mail."""
LONGEST_REFERENCES = 900


def receipt(site: Site, inquiry: Inquiry, *, thread: Sequence[str]) -> Text:
    """Say that an inquiry came in. The mail does not repeat it: the address may be somebody else's."""
    with translation.override(inquiry.language):
        values = {"site": without_gaps(site.name), "reference": inquiry.reference}
        pieces = [
            Piece("title", _("Your inquiry %(reference)s") % values),
            Piece(
                "text", _("%(site)s has received your inquiry. On the telephone, say %(reference)s.") % values
            ),
        ]
        if when := deadline_in_words(site, inquiry, inquiry.language):
            pieces.append(Piece("text", _("You need an answer by %(when)s.") % {"when": when}))
        if inquiry.state == "held":
            pieces.append(
                Piece(
                    "lead", _("Open this page and confirm that it is yours; then the press office is told.")
                )
            )
        pieces.append(Piece("button", _("How far it is"), site.address + DOOR))
        pieces.append(Piece("text", _how_to_go_on(inquiry)))
        pieces.append(
            Piece("quiet", _("If you asked nothing, do nothing: somebody entered your address by mistake."))
        )
        headers = {**_threading(inquiry, thread), "Auto-Submitted": "auto-replied"}
        return text(site, inquiry.language, _subject(inquiry), pieces, headers=headers)


def answer(site: Site, inquiry: Inquiry, words: str, *, signed: str, thread: Sequence[str]) -> Text:
    """Send what a colleague wrote, under their name."""
    with translation.override(inquiry.language):
        pieces = [_paragraph(part) for part in _paragraphs(words)]
        pieces.append(_paragraph(f"{signed}\n{site.name}"))
        pieces.append(Piece("quiet", f"{inquiry.reference} · {inquiry.get_terms_display()}"))
        pieces.append(Piece("link", _("All that was said"), site.address + DOOR))
        # A person wrote it: programs that answer for people may do so (RFC 3834 section 5).
        headers = {**_threading(inquiry, thread), "Auto-Submitted": "no"}
        return text(site, inquiry.language, _subject(inquiry), pieces, headers=headers)


def declined(site: Site, inquiry: Inquiry, *, thread: Sequence[str]) -> Text:
    """Say that there is no answer, and why."""
    with translation.override(inquiry.language):
        pieces = [
            Piece("title", _("Your inquiry %(reference)s") % {"reference": inquiry.reference}),
            Piece("text", _("We cannot give you an answer.")),
            *(_paragraph(part) for part in _paragraphs(inquiry.outcome_reason)),
            Piece("link", _("All that was said"), site.address + DOOR),
        ]
        headers = {**_threading(inquiry, thread), "Auto-Submitted": "no"}
        return text(site, inquiry.language, _subject(inquiry), pieces, headers=headers)


def reminder(site: Site, inquiry: Inquiry, hours: int) -> Text:
    """Remind colleagues of a deadline. What was asked, and by whom, is read at the desk."""
    language = site.default_language
    with translation.override(language):
        values = {"reference": inquiry.reference, "count": hours}
        title = ngettext(
            "%(reference)s is due in less than %(count)d hour",
            "%(reference)s is due in less than %(count)d hours",
            hours,
        )
        owner = str(inquiry.owner) if inquiry.owner else _("nobody has taken it")
        pieces = [
            Piece("title", title % values),
            Piece(
                "text",
                _("Deadline: %(when)s. State: %(state)s. Owner: %(owner)s.")
                % {
                    "when": deadline_in_words(site, inquiry, language),
                    "state": inquiry.get_state_display(),
                    "owner": without_gaps(owner),
                },
            ),
            Piece("button", _("Open it at the desk"), f"{site.address}/desk/inquiries/{inquiry.pk}/"),
        ]
        return text(site, language, title % values, pieces)


def deadline_in_words(site: Site, inquiry: Inquiry, language: str) -> str:
    """Return the deadline by the clock of whoever asked, and by ours if that is another; or nothing."""
    if inquiry.deadline_at is None:
        return ""
    theirs = Words(language, inquiry.deadline_zone or site.zone).moment(inquiry.deadline_at)
    if not inquiry.deadline_zone or _same_clock(inquiry, site.zone):
        return theirs
    return f"{theirs} = {Words(language, site.zone).moment(inquiry.deadline_at)}"


def _same_clock(inquiry: Inquiry, zone: str) -> bool:
    assert inquiry.deadline_at is not None  # noqa: S101 - asked for those that have one
    theirs, ours = (
        inquiry.deadline_at.astimezone(ZoneInfo(name)).utcoffset() for name in (inquiry.deadline_zone, zone)
    )
    return theirs == ours


def _subject(inquiry: Inquiry) -> str:
    line = without_gaps(" ".join(inquiry.subject_line.split()))
    if line:
        line = line if line[:3].lower() == "re:" else f"Re: {line}"
        return f"{line[:150]} [{inquiry.reference}]"
    return _("Your inquiry %(reference)s") % {"reference": inquiry.reference}


def _how_to_go_on(inquiry: Inquiry) -> str:
    if doors.reply_address(inquiry):
        return _(
            "To add something, answer this mail or use that page. There you can also withdraw or erase it."
        )
    return _("There you can add something, withdraw the inquiry, or have it erased.")


def _threading(inquiry: Inquiry, thread: Sequence[str]) -> dict[str, str]:
    headers = {}
    if address := doors.reply_address(inquiry):
        headers["Reply-To"] = f"<{address}>"
    if thread:
        headers["In-Reply-To"] = f"<{thread[-1]}>"
        headers["References"] = _references(thread)
    return headers


def _references(thread: Sequence[str]) -> str:
    """Return the first and the last message ids of a thread, as many as go into one line."""
    first, *others = (f"<{one}>" for one in thread)
    room, kept = LONGEST_REFERENCES - len(first), list[str]()
    for one in reversed(others):
        room -= len(one) + 1
        if room < 0:
            break
        kept.insert(0, one)
    return " ".join([first, *kept])


def _paragraph(words: str) -> Piece:
    plain = without_gaps(words)
    lines = Markup("<br>").join(escape(line) for line in plain.split("\n"))
    return Piece("body", plain, markup=Markup("<p>{}</p>").format(lines))


def _paragraphs(words: str) -> list[str]:
    parts = [part.strip("\n") for part in words.replace("\r\n", "\n").split("\n\n")]
    return [part for part in parts if part.strip()]

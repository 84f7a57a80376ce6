# SPDX-License-Identifier: Apache-2.0
"""What reporters, authors and whoever appealed are written. Each mail leads to a page that says the same."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.delivery.mail.message import Text, without_gaps
from onrecord.moderation import reasons
from onrecord.moderation.doors import NOTICE, REPORT
from onrecord.moderation.models import Appeal, AppealState, Case, Notice, Report
from onrecord.moderation.reasons import Point
from onrecord.statements.directions import apart
from onrecord.statements.mails import Piece, text
from onrecord.statements.pages.site import Site

DOOR = "⟦door⟧/"


def confirm_report(site: Site, report: Report) -> Text:
    """Ask whether a report is really from the owner of an address."""
    with translation.override(report.language):
        return _mail(
            site,
            report.language,
            _("Confirm your report"),
            [
                _text(
                    _(
                        "Somebody, probably you, reported something to %(name)s with this address. Open this"
                        " page and confirm it with the button there. Until then nobody looks at it."
                    )
                    % {"name": site.name}
                ),
                Piece("button", _("Confirm"), site.address + REPORT + DOOR),
                _quiet(_("If it was not you, do nothing: it is forgotten after seven days.")),
            ],
        )


def receipt(site: Site, report: Report, case: Case) -> Text:
    """Confirm that a report was received (DSA Art. 16(4))."""
    with translation.override(report.language):
        return _mail(
            site,
            report.language,
            _("We have received your report"),
            [
                _text(
                    _("Case %(number)s. We will tell you what we decide, and why.")
                    % {"number": apart(case.number)}
                ),
                _text(_("What you wrote:")),
                _text(report.explanation),
                Piece("link", _("How far it has come"), site.address + REPORT + DOOR),
                _quiet(_("The author is not told who you are.")),
            ],
        )


def notice(site: Site, row: Notice) -> Text:
    """Tell a party of a decision, with all its reasons."""
    with translation.override(row.language):
        pieces: list[Piece] = []
        for point in reasons.points(row):
            pieces += _point(point)
        button = _("Read it, or appeal") if reasons.is_appealable(row) else _("Read it")
        pieces.append(Piece("button", button, site.address + NOTICE + DOOR))
        return _mail(site, row.language, reasons.title(row), pieces)


def appeal_received(site: Site, appeal: Appeal) -> Text:
    """Confirm that an appeal was received, and say whether somebody can hear it now."""
    with translation.override(appeal.language):
        lines = [_("Case %(number)s. Somebody who had no part in the decision looks at it again.")]
        if appeal.state == AppealState.AWAITING_REVIEWER:
            lines = [
                _(
                    "Case %(number)s. At present nobody here may hear it, because they all had a part in it."
                    " It waits until somebody can; nothing is decided before."
                )
            ]
        pieces = [_text(line % {"number": apart(appeal.case.number)}) for line in lines]
        return _mail(site, appeal.language, _("We have received your appeal"), [*pieces, _page(site)])


def question(site: Site, appeal: Appeal, asked: str) -> Text:
    """Pass on what the reviewer asks."""
    with translation.override(appeal.language):
        pieces = [
            _text(
                _("Whoever hears your appeal in case %(number)s asks:")
                % {"number": apart(appeal.case.number)}
            ),
            _text(asked),
            Piece("button", _("Answer"), site.address + NOTICE + DOOR),
        ]
        return _mail(site, appeal.language, _("A question about your appeal"), pieces)


def appeal_closed(site: Site, appeal: Appeal) -> Text:
    """Tell why an appeal was not admitted or goes no further."""
    with translation.override(appeal.language):
        subject = (
            _("Your appeal was not admitted")
            if appeal.state == AppealState.INADMISSIBLE
            else _("Your appeal goes no further")
        )
        pieces = [
            _text(_("Case %(number)s. The reason:") % {"number": apart(appeal.case.number)}),
            _text(appeal.closed_reason),
            _text(_("You can also go to court.")),
            _page(site),
        ]
        return _mail(site, appeal.language, subject, pieces)


def sender_warned(site: Site, language: str, reason: str, until: str) -> Text:
    """Warn somebody who reports or appeals without ground, or say until when nothing is looked at."""
    with translation.override(language):
        if until:
            said = _("What you report or appeal is not looked at until %(day)s. The reason:") % {"day": until}
        else:
            said = _(
                "You reported or appealed several times without any ground. If it goes on, what you send is"
                " not looked at for a time. The reason:"
            )
        return _mail(site, language, _("About your reports"), [_text(said), _text(reason)])


def _mail(site: Site, language: str, subject: str, pieces: Sequence[Piece]) -> Text:
    return text(site, language, subject, [Piece("title", subject), *pieces])


def _text(words: str) -> Piece:
    return Piece("text", without_gaps(words))


def _quiet(words: str) -> Piece:
    return Piece("quiet", without_gaps(words))


def _page(site: Site) -> Piece:
    return Piece("link", _("How far it has come"), site.address + NOTICE + DOOR)


def _point(point: Point) -> list[Piece]:
    pieces = [Piece("heading", point.heading), *(_text(line) for line in point.lines)]
    if point.url:
        pieces.append(Piece("link", _("See it"), without_gaps(point.url)))
    return pieces

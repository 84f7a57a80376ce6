# SPDX-License-Identifier: Apache-2.0
"""What the desk's front page says about inquiries, and how recent activity tells them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from onrecord.desk.panels import Need, Sentence, Urgency
from onrecord.journal.events import Event
from onrecord.journal.models import Entry
from onrecord.people.models import User
from onrecord.people.roles import Right
from onrecord.press.inquiries import events
from onrecord.press.inquiries.mails import deadline_in_words
from onrecord.press.models import Inquiry, InquiryState
from onrecord.press.models.inquiries import OPEN
from onrecord.statements.pages.site import Site

SOON = timedelta(hours=4)
MOST = 100


def needs(user: User) -> Iterable[Need]:
    """Tell whoever answers of deadlines, of what nobody has taken, and of drafts to be signed off."""
    if not user.may(Right.WRITE):
        return
    board = reverse("inquiries")
    now = timezone.now()
    waiting = Inquiry.objects.filter(state__in=OPEN, deadline_at__isnull=False).order_by("order_at", "pk")
    late = list(waiting.filter(order_at__lte=now)[:MOST])
    if late:
        title = ngettext("%(n)d inquiry is overdue", "%(n)d inquiries are overdue", len(late))
        yield Need(title % {"n": len(late)}, _detail(late[0]), _address(late, board), Urgency.NOW, len(late))
    soon = list(waiting.filter(order_at__gt=now, order_at__lte=now + SOON)[:MOST])
    if soon:
        title = ngettext("%(n)d inquiry due within 4 hours", "%(n)d inquiries due within 4 hours", len(soon))
        yield Need(title % {"n": len(soon)}, _detail(soon[0]), _address(soon, board), Urgency.NOW, len(soon))
    fresh = list(_rows(InquiryState.NEW)[:MOST])
    if fresh:
        detail = _("Nobody has taken them yet. %(first)s") % {"first": _detail(fresh[0])}
        yield Need(
            _("New inquiries"), detail, _address(fresh, f"{board}?state=new"), Urgency.TODAY, len(fresh)
        )
    drafts = list(_rows(InquiryState.SIGN_OFF).exclude(writers=user)[:MOST])
    if drafts:
        where = _address(drafts, f"{board}?state=sign-off")
        yield Need(_("Answers to be signed off"), _detail(drafts[0]), where, Urgency.TODAY, len(drafts))


def _rows(state: InquiryState) -> QuerySet[Inquiry]:
    return Inquiry.objects.filter(state=state).order_by("order_at", "pk")


def _detail(row: Inquiry) -> str:
    """Return whose inquiry comes first, and by when, with the zone."""
    who = f"\u2068{row.reference}\u2069, \u2068{row.outlet or row.name}\u2069"
    when = deadline_in_words(Site.current(), row, get_language() or "en")
    return f"{who}: {when}" if when else who


def _address(rows: list[Inquiry], board: str) -> str:
    return reverse("inquiry", args=[rows[0].pk]) if len(rows) == 1 else board


def _teller(sentence: Promise) -> Sentence:
    def tell(entry: Entry) -> str:
        pk = entry.subject.rpartition("/")[2]
        found = Inquiry.objects.filter(pk=pk).values_list("reference", flat=True) if pk.isdigit() else ()
        return str(sentence) % {"reference": next(iter(found), "–")}

    return tell


SENTENCES: Mapping[type[Event], Sentence] = {
    events.InquiryReceived: _teller(gettext_lazy("asked something: %(reference)s")),
    events.InquiryTaken: _teller(gettext_lazy("took the inquiry %(reference)s")),
    events.InquiryHandedOver: _teller(gettext_lazy("handed the inquiry %(reference)s over")),
    events.AnswerSignedOff: _teller(gettext_lazy("signed off the answer to %(reference)s")),
    events.InquiryAnswered: _teller(gettext_lazy("answered the inquiry %(reference)s")),
    events.InquiryClosed: _teller(gettext_lazy("closed the inquiry %(reference)s")),
}

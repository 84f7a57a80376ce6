# SPDX-License-Identifier: Apache-2.0
"""What the desk's front page says about statements: what waits for this person now, and what happened.

Each need is one query that reads no more than `MOST` rows by an index, however old the archive is.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onrecord.desk.panels import Discreet, Need, QuickAction, Sentence, Urgency
from onrecord.journal.events import Event
from onrecord.journal.models import Entry, Reaction, ReactionState
from onrecord.people.models import User
from onrecord.people.roles import Right
from onrecord.statements import events
from onrecord.statements.models import Edition, Progress, Publication, State, Statement

MOST = 100
"""Beyond this, how many there are makes no difference to whoever opens the desk."""

KINDS_OF_NEED = [
    ("approval", gettext_lazy("Waiting for my approval")),
    ("changes", gettext_lazy("Changes requested from me")),
    ("overdue", gettext_lazy("Late releases")),
    ("ready", gettext_lazy("Approved, not released")),
    ("review", gettext_lazy("Published, to be reviewed")),
    ("stale", gettext_lazy("Translations to be renewed")),
]


def needs(user: User) -> Iterable[Need]:
    """Return what waits for a press officer or an editor."""
    if not user.may(Right.WRITE):
        return
    for kind, title, detail, urgency in _TELLING:
        fields = ("pk", "title", "progress__withdrawing")
        rows = list(needing(kind, user).order_by("pk").values_list(*fields)[:MOST])
        if rows:
            titles = ", ".join(_named(title, withdrawing) for _pk, title, withdrawing in rows[:3])
            more = _(" and %s more") % (len(rows) - 3) if len(rows) > 3 else ""
            yield Need(
                str(title),
                f"{titles}{more}. {detail}",
                _address(kind, [row[0] for row in rows]),
                urgency,
                len(rows),
            )


def trouble(user: User) -> Iterable[Need]:
    """Tell an administrator what has to follow an event but has failed again and again."""
    if not user.may(Right.ADMINISTER):
        return
    failed = list(Reaction.objects.filter(state=ReactionState.FAILED).order_by("-pk")[:MOST])
    if failed:
        yield Need(
            _("Something that has to follow did not"),
            _("%(name)s: %(error)s. Mend the cause, then run `onrecord check`.")
            % {"name": failed[0].name, "error": failed[0].last_error[:200]},
            "",
            Urgency.NOW,
            len(failed),
        )


def quick_actions(user: User) -> Iterable[QuickAction]:
    """Return the button that begins a statement."""
    return [QuickAction(_("New statement"), reverse("statements:add"), Right.WRITE, "plus")]


def needing(kind: str, user: User) -> models.QuerySet[Statement]:
    """Return the statements that need somebody in one way of `KINDS_OF_NEED`; an unknown way needs nobody."""
    if kind in _IN_STATE:
        rows = Progress.objects.filter(state=_IN_STATE[kind])
        mine = Exists(Progress.writers.through.objects.filter(progress=OuterRef("pk"), user=user))
        match kind:
            case "approval" if not user.may(Right.APPROVE):
                rows = rows.none()
            case "approval" if User.objects.who_may(Right.APPROVE).exclude(pk=user.pk).exists():
                rows = rows.filter(~mine | models.Q(withdrawing=True)).exclude(submitted_by=user)
            case "changes" | "ready":
                rows = rows.filter(mine)
        return _statements(pk__in=rows.values("statement"))
    if kind == "review" and user.may(Right.APPROVE):
        wrote = Edition.writers.through.objects.filter(edition=OuterRef("pk"), user=user)
        # What came after an earlier edition was approved with that one in sight.
        newest = F("statement__publication__edition")
        due = Edition.objects.filter(~Exists(wrote), review_due=True, pk=newest).exclude(released_by=user)
        return _statements(pk__in=due.values("statement"))
    return stale_translations() if kind == "stale" else _statements().none()


def needing_at_all(user: User) -> models.QuerySet[Statement]:
    """Return the statements that need somebody in any way."""
    wanted = Q(pk__in=[])
    for kind, _label in KINDS_OF_NEED:
        wanted |= Q(pk__in=needing(kind, user).values("pk"))
    return _statements().filter(wanted)


def stale_translations() -> models.QuerySet[Statement]:
    """Return the translations whose original has a newer edition than the one they render."""
    changed = Edition.objects.filter(number__gt=1).values("statement")
    return _statements(
        original__in=changed,
        original__publication__edition__number__gt=Coalesce(F("original_edition"), 1),
    )


def _statements(**conditions: object) -> models.QuerySet[Statement]:
    rows: models.QuerySet[Statement] = Statement.objects.filter(**conditions)
    return rows


def sentences() -> dict[type[Event], Sentence]:
    """Return how the desk's recent activity tells what happens to statements."""
    return {event: _teller(sentence) for event, sentence in _SENTENCES.items()}


def _teller(sentence: Promise) -> Sentence:
    def tell(entry: Entry) -> Discreet:
        said = _WITHDREW if entry.data.get("op") == "withdraw" else sentence
        whole, discreet = (
            str(said) % {"title": isolated(title)} for title in (_title_of(entry), _public_title(entry))
        )
        return Discreet(whole, discreet, Right.WRITE)

    return tell


def _named(title: str, withdrawing: bool | None) -> str:
    """Return a title as the front page names it; a withdrawal is no text to be read over."""
    return f"“{isolated(title)}”" + (" ({})".format(_("Withdrawal")) if withdrawing else "")


def isolated(title: str) -> str:
    """Return a title so that its direction does not disturb the sentence around it (Unicode UAX 9)."""
    return f"\u2068{title}\u2069"


def _title_of(entry: Entry) -> str:
    if title := entry.data.get("title"):
        return str(title)
    pk = entry.subject.rpartition("/")[2]
    titles = Statement.objects.filter(pk=pk).values_list("title", flat=True) if pk.isdigit() else ()
    return next(iter(titles), _("a statement"))


def _public_title(entry: Entry) -> str:
    """Return the title that everybody can read, if there is one."""
    pk = entry.subject.rpartition("/")[2]
    rows = Publication.objects.filter(edition__published_at__isnull=False).select_related("edition")
    found = rows.filter(statement=int(pk)).first() if pk.isdigit() else None
    return str(found.edition.data.get("title") or _("a statement")) if found else _("a statement")


def _address(kind: str, pks: list[int]) -> str:
    if len(pks) == 1:
        return reverse("statements:edit", args=[pks[0]])
    return f"{reverse('statements:list')}?needs={kind}"


_IN_STATE = {
    "approval": State.SUBMITTED,
    "changes": State.CHANGES_REQUESTED,
    "overdue": State.OVERDUE,
    "ready": State.APPROVED,
}
_TELLING = [
    (
        "overdue",
        gettext_lazy("Late releases"),
        gettext_lazy(
            "Not released at its moment. Open it to see why, then release or choose another moment."
        ),
        Urgency.NOW,
    ),
    (
        "approval",
        gettext_lazy("Waiting for your approval"),
        gettext_lazy("Read and approve, or ask for changes."),
        Urgency.TODAY,
    ),
    (
        "review",
        gettext_lazy("Published before approval"),
        gettext_lazy("Somebody else has to look at it."),
        Urgency.TODAY,
    ),
    (
        "changes",
        gettext_lazy("Changes asked for"),
        gettext_lazy("An editor has sent it back to you."),
        Urgency.TODAY,
    ),
    ("ready", gettext_lazy("Approved"), gettext_lazy("Release now, or set a date."), Urgency.LATER),
    (
        "stale",
        gettext_lazy("Translations to be renewed"),
        gettext_lazy("The original has a newer edition."),
        Urgency.LATER,
    ),
]
_WITHDREW = gettext_lazy("withdrew “%(title)s”")
_SENTENCES: dict[type[Event], Promise] = {
    events.Begun: gettext_lazy("began “%(title)s”"),
    events.Submitted: gettext_lazy("submitted “%(title)s” for approval"),
    events.ChangesRequested: gettext_lazy("asked for changes to “%(title)s”"),
    events.Approved: gettext_lazy("approved “%(title)s”"),
    events.Reopened: gettext_lazy("took “%(title)s” back"),
    events.Scheduled: gettext_lazy("set a date for “%(title)s”"),
    events.Unscheduled: gettext_lazy("took back the date of “%(title)s”"),
    events.Sealed: gettext_lazy("sealed “%(title)s” until its moment"),
    events.SealLetGo: gettext_lazy("gave up the seal of “%(title)s”"),
    events.Overdue: gettext_lazy("did not release “%(title)s”: its moment had passed by hours"),
    events.ReleaseRefused: gettext_lazy("could not release “%(title)s”"),
    events.Released: gettext_lazy("released “%(title)s”"),
    events.Reviewed: gettext_lazy("approved “%(title)s” after it was published"),
    events.WithdrawalProposed: gettext_lazy("proposed to withdraw “%(title)s”"),
    events.TranslationBegun: gettext_lazy("began the translation “%(title)s”"),
    events.TranslationConfirmed: gettext_lazy("confirmed that the translation “%(title)s” is current"),
    events.Remarked: gettext_lazy("left a remark on “%(title)s”"),
    events.Discarded: gettext_lazy("discarded “%(title)s”"),
}

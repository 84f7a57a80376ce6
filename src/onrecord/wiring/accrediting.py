# SPDX-License-Identifier: Apache-2.0
"""Applications for accreditation, as the engine of due process judges them: one more kind of thing.

To admit is a decision without effects; to refuse, and to withdraw later, seals; limits are a label with words
of its own. All of it carries reasons, is told, can be appealed, and is undone exactly.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import ClassVar

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onrecord.bakery import actions as bakery
from onrecord.journal.events import Actor
from onrecord.journal.models import Entry
from onrecord.moderation import actions as moderation
from onrecord.moderation import doors, pages, reasons
from onrecord.moderation.errors import NotEligible
from onrecord.moderation.items import Item, Order, Person
from onrecord.moderation.manners import Book, ItemFile, Manner
from onrecord.moderation.models import Case, CaseState, Decision, EffectKind, Notice, Policy
from onrecord.people.models import User
from onrecord.people.roles import Right
from onrecord.press.accreditation import actions, criteria, files
from onrecord.press.accreditation.decisions import Told
from onrecord.press.models import Application, ApplicationState
from onrecord.statements.pages.site import Site

NAME = "accreditation"
FOLDER = "accreditation/"
MARGIN = timedelta(days=7)
"""What is personal is removed so long after nobody can appeal any more."""
_EFFECTS = frozenset({EffectKind.LABEL.value, EffectKind.SEAL.value})

CRITERIA = Book(
    code=NAME,
    folder=FOLDER,
    title=gettext_lazy("Criteria of accreditation"),
    description=gettext_lazy("Who is admitted as press, by which criteria, and what to do if one is not."),
    first_draft=criteria.draft,
    effects=_EFFECTS,
    template="accreditation_criteria.html",
)


class AccreditationKind:
    """Applications by their number; whom they concern as `application/<number>`."""

    name: ClassVar[str] = NAME
    content_type: ClassVar[str] = "CONTENT_TYPE_OTHER"
    effects: ClassVar[frozenset[str]] = _EFFECTS
    manner: ClassVar[Manner] = Manner(
        book=CRITERIA,
        labels={
            EffectKind.LABEL: gettext_lazy("Admitted with limits"),
            EffectKind.SEAL: gettext_lazy("Not admitted: refused or withdrawn"),
        },
        nothing=gettext_lazy("Nothing chosen: admitted as asked."),
        nothing_told=gettext_lazy("Admitted as asked."),
        title=gettext_lazy("A decision about your accreditation"),
        rule_line=gettext_lazy("Criterion %(number)s of version %(version)s: %(title)s"),
        rule_heading=gettext_lazy("Criterion"),
        why_heading=gettext_lazy("Why it is not met, or not fully"),
        always_told=True,
        waits_for_decision=True,
        label_has_words=True,
        is_content=False,
    )

    def label(self) -> str:
        return _("accreditation")

    def find(self, key: str) -> Item | None:
        row = _application(key)
        if row is None or row.submitted_at is None or row.reduced_at is not None:
            return None
        lines = _lines(row)
        return Item(
            kind=NAME,
            key=key,
            version=f"{NAME}/{key}/{row.version}",
            title=f"{row.name}, {row.outlet_name}",
            text="\n".join(f"{name}: {value}" for name, value in lines),
            html=format_html("<dl>{}</dl>", format_html_join("", '<dt>{}</dt><dd dir="auto">{}</dd>', lines)),
            language=row.language,
            url=f"{Site.current().home(row.language)}{FOLDER}",
            created_at=row.submitted_at,
            author=row.subject,
            author_name=row.name,
            held=row.state == ApplicationState.WAITING,
        )

    def at(self, url: str) -> str | None:
        return None  # nobody outside learns by an address who has applied

    def person(self, author: str) -> Person | None:
        kind, _slash, key = author.partition("/")
        row = _application(key) if kind == "application" else None
        if row is None or row.contact is None:
            return None
        return Person(row.name, row.contact.address, row.language)

    def image(self, key: str) -> bytes:
        """Return what was asked for and what holds of it. Whether it was judged yet makes no difference."""
        row = _application(key)
        if row is None:
            return b""
        asked = [row.pk, row.version, row.name, row.outlet_name, row.role, row.purpose]
        held = sorted((order["kind"], order["words"]) for order in row.orders.values())
        days = [row.begins_on.isoformat(), row.ends_on.isoformat()]
        return json.dumps([*asked, *days, held], ensure_ascii=False).encode()

    def apply(self, order: Order, *, by: Actor) -> None:
        row = _application(order.key)
        if row is not None:
            actions.restrict(row, kind=order.kind, reference=order.reference, words=order.words, by=by)

    def undo(self, order: Order, *, by: Actor) -> None:
        row = _application(order.key)
        if row is not None:
            actions.restore(row, reference=order.reference, by=by)

    def approve(self, key: str, *, by: Actor) -> None:
        person, row = User.objects.filter(pk=by.id or 0).first(), _application(key)
        if person is None or not person.may(Right.MODERATE):
            raise NotEligible(_("Only a member of staff admits anybody."))
        if row is not None:
            actions.admit(row, by=by)

    def reported(self, key: str, *, by: Actor) -> None:
        """An application never changes; a renewal is another one."""

    def file_names(self, key: str) -> list[str]:
        row = _application(key)
        return [one.name for one in row.files.order_by("pk")] if row is not None else []

    def file(self, key: str, place: int) -> ItemFile | None:
        row = _application(key)
        kept = list(row.files.order_by("pk"))[place : place + 1] if row is not None else []
        for one in kept:
            path = files.path_of(one.sha256)
            return ItemFile(one.name, path.read_bytes()) if path.exists() else None
        return None


def open_case(entry: Entry) -> None:
    """Let moderators judge an application that counts now."""
    moderation.open_held(NAME, _key(entry))


def close_case(entry: Entry) -> None:
    """Close the case about what was taken back before anybody decided."""
    moderation.close_withdrawn(NAME, _key(entry))


def forget_applicant(entry: Entry) -> None:
    """Let decisions forget whom they were about, as soon as nobody can appeal."""
    moderation.forget_author(entry.subject)


def bake_figures(entry: Entry) -> None:
    """Show what was decided, and what became of it, where the criteria stand."""
    decision = Decision.objects.select_related("case").filter(pk=entry.data["decision_id"]).first()
    if decision is not None and decision.case.item_kind == NAME:
        bakery.bake([key for key in pages.all_keys() if key[1][0] == NAME])


def reduce_over() -> None:
    """Remove what is personal of what was over before anybody could still appeal, unless a case is open."""
    moment = timezone.now() - Policy.current().appeal_window - MARGIN
    for row in actions.over_before(moment):
        cases = Case.objects.filter(item_kind=NAME, item_key=str(row.pk))
        if not cases.exclude(state=CaseState.FINAL).exists():
            actions.reduce(row)


def told(row: Application) -> list[Told]:
    """Return what the applicant was told of: the links of their notices."""
    rows = Notice.objects.filter(person=row.subject, decision__case__item_kind=NAME)
    related = rows.select_related("decision__case").order_by("pk")
    return [Told(reasons.title(one), doors.notice_path(one), one.created_at) for one in related]


def _application(key: str) -> Application | None:
    rows = Application.objects.select_related("contact")
    return rows.filter(pk=int(key)).first() if key.isdecimal() else None


def _key(entry: Entry) -> str:
    return entry.subject.partition("/")[2]


def _lines(row: Application) -> list[tuple[str, str]]:
    found = [
        (_("Name"), row.name),
        (_("Outlet"), row.outlet_name),
        (_("Role"), row.role),
        (_("Valid"), f"{row.begins_on.isoformat()} – {row.ends_on.isoformat()}"),
        (_("For what"), row.purpose),
        (_("Files"), ", ".join(one.name for one in row.files.order_by("pk"))),
    ]
    return [line for line in found if line[1]]

# SPDX-License-Identifier: Apache-2.0
"""What stands on and beside the editing page: fields, the next step, remarks, translations, editions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    ObjectList,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.locks import BaseLock
from wagtail.snippets.side_panels import SnippetStatusSidePanel

from onrecord.journal.models import Entry
from onrecord.people.models import Organisation, User
from onrecord.statements import events
from onrecord.statements.desk import links, moments, outgoing
from onrecord.statements.desk.forms import Counted, LanguageSelect, Pick, RemarkForm, StatementForm, TopicForm
from onrecord.statements.models import AFTER_SUBMISSION, Edition, Progress, State, Statement
from onrecord.statements.pages import languages
from onrecord.statements.steps import Step, steps_for

SUMMARY_LIMIT, SUMMARY_ADVISED = 600, 300
SAVING_STEPS = frozenset({"submit", "publish_now"})
"""Steps that start from the text as it stands in the form, so that the form is saved and checked first.

All others are about a text that is not to be touched: saving it would make the person one of its writers.
"""

STATEMENT_PANELS = TabbedInterface(
    [
        ObjectList(
            [
                FieldPanel(
                    "title",
                    classname="title",
                    required_on_save=True,
                    widget=AdminAutoHeightTextInput(attrs={"placeholder": gettext_lazy("Title")}),
                ),
                FieldPanel("kind", required_on_save=True),
                FieldPanel("summary", widget=Counted(SUMMARY_LIMIT, SUMMARY_ADVISED)),
                FieldPanel("body"),
            ],
            heading=gettext_lazy("Text"),
        ),
        ObjectList(
            [
                FieldRowPanel([FieldPanel("dated"), FieldPanel("place")]),
                FieldPanel("topics", widget=Pick),
                FieldPanel("spokespeople", widget=Pick),
                FieldPanel("contacts", widget=Pick),
                FieldPanel("slug"),
            ],
            heading=gettext_lazy("Filing"),
        ),
    ],
    base_form_class=StatementForm,
)
TOPIC_PANELS = ObjectList(
    [
        TitleFieldPanel("name", targets=["slug"], classname="", placeholder=False),
        FieldPanel("slug"),
        InlinePanel(
            "names",
            panels=[FieldRowPanel([FieldPanel("language", widget=LanguageSelect), FieldPanel("name")])],
            heading=gettext_lazy("In other languages"),
            label=gettext_lazy("Name"),
        ),
    ],
    base_form_class=TopicForm,
)
SPOKESPERSON_PANELS = ObjectList(
    [
        FieldPanel(name)
        for name in ("name", "role", "expertise", "languages", "portrait", "language", "listed")
    ]
)
CONTACT_PANELS = ObjectList(
    [
        FieldPanel(name)
        for name in ("name", "role", "phone", "email", "hours", "languages", "language", "listed")
    ]
)


def progress_of(statement: Statement) -> Progress:
    """Return how far a statement has come; one that nobody has begun is a draft."""
    try:
        progress: Progress = statement.progress
    except ObjectDoesNotExist:
        return Progress(statement=statement)
    return progress


def step_url(step: str, statement: Statement) -> str:
    """Return the address of a step's page."""
    return reverse(f"statements:{step}", args=[statement.pk])


_WHY_CLOSED = {
    State.WITHDRAWN: gettext_lazy("This statement is withdrawn. Its text stays as it is."),
    State.SUBMITTED: gettext_lazy("This text waits for approval. To change it, take it back first."),
    State.OVERDUE: gettext_lazy(
        "Its moment passed while the program did not run. Release it, or choose another moment."
    ),
    State.APPROVED: gettext_lazy(
        "This text is approved. To change it, take it back; it then needs approval again."
    ),
    State.SCHEDULED: gettext_lazy(
        "This text has a date. To change it, take it back; it then needs approval again."
    ),
}


class StateLock(BaseLock):  # type: ignore[misc]  # Wagtail publishes no types
    """A text that somebody judges, or has judged, is not changed by a slip of the hand."""

    def __init__(self, statement: Statement, state: State, *, withdrawing: bool) -> None:
        super().__init__(statement)
        self._state, self._withdrawing = state, withdrawing

    def for_user(self, user: Any) -> bool:
        """It applies to everybody."""
        return True

    def get_message(self, user: Any) -> str:
        """Say why the text cannot be changed and what to do."""
        if self._withdrawing and self._state is State.SUBMITTED:
            return _("The withdrawal of this statement waits for approval. To let it stand, take it back.")
        if self._withdrawing:
            return _("The withdrawal of this statement is approved. To let it stand, take it back.")
        if self._state is State.OVERDUE and (reason := _why_refused(self.object)):
            return _("It was not released at its moment: %s") % reason
        return str(_WHY_CLOSED[self._state])

    def get_description(self, user: Any) -> str:
        """Say the same in the side panel."""
        return self.get_message(user)


def state_lock(statement: Statement) -> StateLock | None:
    """Return why the text may not be changed now, if it may not."""
    progress = progress_of(statement)
    state = State(progress.state)
    if state in AFTER_SUBMISSION or state is State.WITHDRAWN:
        return StateLock(statement, state, withdrawing=progress.withdrawing)
    return None


def _why_refused(statement: Statement) -> str:
    """Return why the clock could not release a statement; nothing if its moment had only passed."""
    kinds = [events.Overdue.name, events.ReleaseRefused.name]
    told = Entry.objects.filter(subject=statement.subject, event__in=kinds).order_by("-pk").first()
    return str(told.data.get("reason", "")) if told else ""


@dataclass(frozen=True)
class EditionLine:
    """An edition as the side panel lists it."""

    edition: Edition
    change: str
    progress_url: str
    public_url: str


@dataclass(frozen=True)
class TranslationLine:
    """A statement in another language; `stale` if the original has changed since."""

    name: str
    title: str
    url: str
    state: str
    stale: bool


class StatusPanel(SnippetStatusSidePanel):  # type: ignore[misc]
    """Where the statement is, what comes next, its languages and its editions."""

    template_name = "statements/desk/status_panel.html"

    def get_status_templates(self, context: Any) -> list[str]:
        """Leave out what is told better here: workflow, locale and usage."""
        templates = []
        if self.object.pk is None and self.locale:
            templates.append("wagtailadmin/shared/side_panels/includes/status/locale.html")
        elif self.locking_enabled:
            templates.append("wagtailadmin/shared/side_panels/includes/status/locked.html")
        return templates

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        if self.object.pk:
            context |= _status(self.object, self.request)
        return context


class RemarksPanel(BaseSidePanel):  # type: ignore[misc]
    """Remarks between colleagues."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):  # type: ignore[misc]
        icon_name = "comment"

        def get_context_data(self, parent_context: Any) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            statement = self.panel.object
            count = statement.remarks.filter(resolved_at=None).count() if statement.pk else 0
            self.aria_label = _("Remarks, open: %s") % count
            context["count"] = count
            return context

    name = "remarks"
    title = gettext_lazy("Remarks")
    template_name = "statements/desk/remarks_panel.html"
    order = 200

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        return context | remarks_context(self.request, self.object, RemarkForm())


class NextSteps(Component):  # type: ignore[misc]
    """The foot of the editing page: one button for the next right thing, the rest in a menu."""

    template_name = "statements/desk/next_steps.html"

    def __init__(self, statement: Statement | None, request: HttpRequest, *, locked: bool) -> None:
        self._statement, self._request, self._locked = statement, request, locked

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        steps = lines(self._statement, self._request) if self._statement else []
        possible = [line for line in steps if not line.step.why_not]
        # Where the text is closed there is nothing to save: what else can be done comes first.
        first = next((line for line in possible if line.step.primary or self._locked), None)
        others = [line for line in possible if line is not first]
        return {"first": first, "others": others, "locked": self._locked}


@dataclass(frozen=True)
class StepLine:
    """A step with its address; `saves` if the form is saved and checked first."""

    step: Step
    url: str
    saves: bool


def lines(statement: Statement, request: HttpRequest) -> list[StepLine]:
    """Return the steps that fit where the statement is, for the person who asks."""
    person: Any = request.user
    return [
        StepLine(step, step_url(step.name, statement), step.name in SAVING_STEPS)
        for step in steps_for(statement, person)
    ]


def remarks_context(request: HttpRequest, statement: Statement, form: RemarkForm) -> dict[str, Any]:
    """Return what the remarks panel shows: open remarks, then the settled ones."""
    remarks = list(statement.remarks.select_related("author", "resolved_by")) if statement.pk else []
    return {
        "csrf_token": get_token(request),
        "statement": statement,
        "remark_form": form,
        "open_remarks": [remark for remark in remarks if remark.resolved_at is None],
        "settled_remarks": [remark for remark in remarks if remark.resolved_at is not None],
    }


def _status(statement: Statement, request: HttpRequest) -> dict[str, Any]:
    progress = progress_of(statement)
    at, zone = progress.release_at, progress.release_zone
    editions = list(statement.editions.select_related("statement__publication").order_by("-number")[:12])
    return {
        "progress": progress,
        "state": State(progress.state),
        "release_in_words": moments.in_words(at, zone) if at and zone else "",
        "step_lines": lines(statement, request),
        "edition_lines": [_edition_line(edition) for edition in editions],
        **_lacks(statement, request),
        "links": links.of(statement, _person(request)),
        "language_name": languages.own_name(statement.language),
        "original_line": _original_line(statement),
        "translation_lines": _translation_lines(statement),
        "is_stale": is_stale(statement),
        "mark_current_url": step_url("mark_current", statement),
        "may_translate": len(Organisation.current().languages) > 1,
    }


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - nobody else is at the desk
    return request.user


def _lacks(statement: Statement, request: HttpRequest) -> dict[str, Any]:
    """Return who still lacks the newest edition of which everybody is told."""
    edition = outgoing.newest_told(statement)
    if edition is None:
        return {}
    address = reverse("statements:going_out", args=[statement.pk, edition.number])
    return {"lacks": outgoing.lacks_at_a_glance(edition, request.user), "lacks_url": f"{address}#lacking"}


def is_stale(statement: Statement) -> bool:
    """Tell whether a translation's original has a newer edition than the one it renders."""
    if statement.original is None:
        return False
    newest = statement.original.editions.order_by("-number").values_list("number", flat=True).first()
    return newest is not None and newest > (statement.original_edition or 0)


def _edition_line(edition: Edition) -> EditionLine:
    names = {"publish": _("First edition"), "translate": _("Translation"), "withdraw": _("Withdrawal")}
    from_change = edition.change and dict(_change_names()).get(edition.change)
    return EditionLine(
        edition,
        str(names.get(edition.op) or from_change or edition.op),
        reverse("statements:going_out", args=[edition.statement_id, edition.number]),
        f"{edition.statement.publication.path}{edition.number}/" if edition.published_at else "",
    )


def _change_names() -> list[tuple[str, Any]]:
    return list(Progress._meta.get_field("change").flatchoices)


def _original_line(statement: Statement) -> TranslationLine | None:
    return _line(statement.original, stale=False) if statement.original else None


def _translation_lines(statement: Statement) -> list[TranslationLine]:
    newest = statement.editions.order_by("-number").values_list("number", flat=True).first() or 0
    return [
        _line(translation, stale=(translation.original_edition or 0) < newest)
        for translation in statement.translations.select_related("locale", "progress").order_by("locale")
    ]


def _line(statement: Statement, *, stale: bool) -> TranslationLine:
    return TranslationLine(
        languages.own_name(statement.language),
        statement.title,
        reverse("statements:edit", args=[statement.pk]),
        str(State(progress_of(statement).state).label),
        stale,
    )

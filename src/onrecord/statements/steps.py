# SPDX-License-Identifier: Apache-2.0
"""What somebody can do next with a statement: the right thing first, what cannot be with the reason."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from onrecord.people.models import Organisation, User
from onrecord.people.roles import Right
from onrecord.statements.actions.approval import (
    MAY_BE_SUBMITTED,
    is_writer,
    newest_edition,
    why_locked,
    why_not_review,
)
from onrecord.statements.models import Edition, Progress, State, Statement

_PUBLIC = frozenset({State.PUBLISHED, State.WITHDRAWN})
ON_THE_DRAFT = frozenset({"submit", "publish_now", "discard"})


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `name` is that of the action and of its address; `why_not` is empty if it can be taken."""

    name: str
    label: str
    primary: bool = False
    why_not: str = ""


def steps_for(statement: Statement, person: User) -> list[Step]:
    """Return the steps that fit where the statement is, the primary one first if there is one."""
    progress = Progress.objects.filter(statement=statement).first()
    state = State(progress.state) if progress else State.DRAFT
    newest = newest_edition(statement)
    sent_back = state is State.CHANGES_REQUESTED and bool(progress and progress.withdrawal_reason)
    forward = _withdrawal_again(person) if sent_back else _forward(state, progress, newest, person)
    steps = [*forward, *_sideways(statement, state, newest, person)]
    if state not in _PUBLIC:
        steps += [replace(step, primary=False) for step in _after_publication(newest, person)]
    if state in MAY_BE_SUBMITTED:
        steps = _without_locked(steps, why_locked(statement, person))
    return sorted(steps, key=lambda step: not step.primary)


def _without_locked(steps: list[Step], reason: str) -> list[Step]:
    """Return the steps, with the reason beside those that take the text from whoever has locked it."""
    return [
        replace(step, primary=False, why_not=reason)
        if reason and step.name in ON_THE_DRAFT and not step.why_not
        else step
        for step in steps
    ]


def _forward(state: State, progress: Progress | None, newest: Edition | None, person: User) -> list[Step]:
    writes = "" if person.may(Right.WRITE) else _("This takes the role of press officer or editor.")
    edits = "" if person.may(Right.APPROVE) else _("This takes the role of editor.")
    match state:
        case State.DRAFT | State.CHANGES_REQUESTED:
            return [
                Step("submit", _("Submit for approval"), primary=not writes, why_not=writes),
                Step("publish_now", _("Publish now, review after"), why_not=edits),
            ]
        case State.SUBMITTED:
            own = edits or _own(progress, person)
            others = [
                Step("request_changes", _("Ask for changes"), why_not=edits),
                Step("reopen", _("Take back"), why_not=writes),
            ]
            return [
                Step("approve", _("Approve"), primary=not own, why_not=own),
                *(reversed(others) if own else others),  # nobody sends their own text back to themselves
                Step("publish_now", _("Publish now, review after"), why_not=edits),
            ]
        case State.APPROVED:
            return [
                Step("release", _("Release now"), primary=not writes, why_not=writes),
                Step("schedule", _("Schedule or embargo"), why_not=writes),
                Step("reopen", _("Take back"), why_not=writes),
            ]
        case State.SCHEDULED | State.OVERDUE:
            late = state is State.OVERDUE
            sealed = progress is not None and progress.seal_id is not None and not late
            waits = _("It is sealed and opens at its moment by itself.") if sealed else ""
            return [
                Step("schedule", _("Choose another moment"), primary=not writes and late, why_not=writes),
                Step("release", _("Release now"), why_not=writes or waits),
                Step("unschedule", _("Take the date back"), why_not=writes),
            ]
    return _after_publication(newest, person)


def _withdrawal_again(person: User) -> list[Step]:
    """Return the steps after an editor has asked for changes to a proposed withdrawal."""
    writes = "" if person.may(Right.WRITE) else _("This takes the role of press officer or editor.")
    return [
        Step("withdraw", _("Withdraw"), primary=not writes, why_not=writes),
        Step("reopen", _("Take back"), why_not=writes),
        Step("submit", _("Submit for approval"), why_not=writes),
    ]


def _after_publication(newest: Edition | None, person: User) -> list[Step]:
    if newest is None or not newest.review_due:
        return []
    editor = "" if person.may(Right.APPROVE) else _("This takes the role of editor.")
    reason = why_not_review(newest, person) or editor
    return [Step("review", _("Approve what was published"), primary=not reason, why_not=reason)]


def _sideways(statement: Statement, state: State, newest: Edition | None, person: User) -> list[Step]:
    writes = "" if person.may(Right.WRITE) else _("This takes the role of press officer or editor.")
    steps = []
    if newest is not None and newest.op != "withdraw" and state in {State.PUBLISHED, State.DRAFT}:
        steps.append(Step("withdraw", _("Withdraw"), why_not=writes))
    if statement.original_id is None and len(Organisation.current().languages) > 1:
        steps.append(Step("translate", _("Translate"), why_not=writes))
    if newest is None and state in {State.DRAFT, State.CHANGES_REQUESTED}:
        others = statement.created_by_id != person.pk and not person.may(Right.APPROVE)
        reason = _("Only its author or an editor may discard it.") if others else ""
        steps.append(Step("discard", _("Discard the draft"), why_not=writes or reason))
    return steps


def _own(progress: Progress | None, person: User) -> str:
    if progress is None or not is_writer(progress, person):
        return ""
    if not User.objects.who_may(Right.APPROVE).exclude(pk=person.pk).exists():
        return ""
    return _("You wrote this yourself. Somebody else has to approve it.")

# SPDX-License-Identifier: Apache-2.0
"""What the database itself refuses, whoever asks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, models, transaction
from django.utils import timezone

from onrecord.moderation.models import (
    Appeal,
    Case,
    Decision,
    Effect,
    Notice,
    Reasons,
    Report,
    Rule,
    RuleBook,
)
from onrecord.people.models import User

NOW = timezone.now()


def _rule(by: User, *, since: datetime = NOW - timedelta(days=30)) -> Rule:
    book = RuleBook.objects.create(
        version=1, published_at=since, effective_from=since, published_by=by, four_eyes=False
    )
    return Rule.objects.create(book=book, number="1", position=1, category="X", sanctions=["seal"])


def _case(**fields: object) -> Case:
    given = {"item_kind": "note", "item_key": "1", "deadline": NOW} | fields
    return Case.objects.create(**given)


def _decision(case: Case, by: User, ground: Rule | None, **fields: object) -> Decision:
    given = {
        "case": case,
        "number": case.decisions.count() + 1,
        "verdict": "restrict",
        "decider": by,
        "rule": ground,
        "rule_effective_from": ground.book.effective_from if ground else None,
        "item_version": "1.1",
        "item_created_at": NOW,
        "source": "reader",
    } | fields
    return Decision.objects.create(**given)


def _notice(decision: Decision, **fields: object) -> Notice:
    given = {"party": "author", "language": "en", "state": "queued", "door_number": "0", "door_hash": "h"}
    return Notice.objects.create(decision=decision, **given | fields)


def _refused(rows: models.QuerySet[Any], **values: object) -> bool:
    """Tell whether the database refuses a change; without values, to delete the rows."""
    try:
        with transaction.atomic():
            rows.update(**values) if values else rows._raw_delete(rows.db)
    except DatabaseError:
        return True
    return False


def test_nobody_reviews_their_own_decision(mo: User, rosa: User) -> None:
    decision = _decision(_case(), mo, _rule(mo))
    appeal = Appeal.objects.create(
        decision=decision,
        case=decision.case,
        notice=_notice(decision),
        party="author",
        deadline=NOW,
        text="No.",
        language="en",
        decider=mo,
    )
    mine = Appeal.objects.filter(pk=appeal.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        mine.update(reviewer=mo, state="assigned")
    assert mine.update(reviewer=rosa, state="assigned") == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        mine.update(decider=rosa)


def test_a_decision_is_never_changed_or_deleted(mo: User) -> None:
    decision = _decision(_case(), mo, _rule(mo))
    Effect.objects.create(decision=decision, number=1, kind="seal", item_kind="note", item_key="1")
    assert _refused(Decision.objects.all(), verdict="no_action")
    assert _refused(Effect.objects.all(), kind="label")
    assert _refused(Effect.objects.all())
    assert _refused(Decision.objects.all())
    assert _refused(Rule.objects.all(), number="2")
    assert _refused(RuleBook.objects.all(), version=2)


def test_a_restriction_has_one_ground_and_the_rule_came_first(mo: User) -> None:
    case, rule = _case(), _rule(mo)
    for wrong in (
        {"rule": None, "rule_effective_from": None},
        {"legal_ground": "§ 130"},
        {"item_created_at": NOW - timedelta(days=40)},
        {"decider": None},
        {"second": mo},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            _decision(case, mo, rule, **wrong)
    _decision(case, mo, None, legal_ground="§ 130 StGB")


def test_reasons_stay_while_an_appeal_is_possible(mo: User) -> None:
    decision = _decision(_case(state="redress_open", owner="clock"), mo, _rule(mo))
    words = Reasons.objects.create(
        decision=decision, salt=b"0" * 32, facts="It says so.", item_text="Text", item_html="", language="en"
    )
    assert _refused(Reasons.objects.all(), facts="Something else.")
    assert _refused(Reasons.objects.all())
    Case.objects.update(state="final", owner="", deadline=None)
    words.delete()


def test_every_open_case_has_a_deadline_and_an_owner_and_only_one_is_open() -> None:
    for wrong in ({"deadline": None}, {"owner": ""}, {"state": "final"}, {"state": "claimed"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            _case(**wrong)
    _case()
    with pytest.raises(IntegrityError), transaction.atomic():
        _case(state="triaged")


def test_one_party_appeals_once_and_is_told_once(mo: User) -> None:
    decision = _decision(_case(), mo, _rule(mo))
    _notice(decision)
    with pytest.raises(IntegrityError), transaction.atomic():
        _notice(decision, door_hash="another")
    with pytest.raises(IntegrityError), transaction.atomic():
        _notice(decision, party="reporter", door_hash="another")


def test_a_report_is_made_in_good_faith() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(good_faith=False, category="X", explanation="", language="en", door_hash="d")


pytestmark = pytest.mark.usefixtures("organisation")

# SPDX-License-Identifier: Apache-2.0
"""The invariants of due process, whatever happens in whatever order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from onrecord.moderation import actions, items
from onrecord.moderation.actions import Finding
from onrecord.moderation.actions.appealing import withdraw
from onrecord.moderation.errors import ModerationError
from onrecord.moderation.models import (
    CLOSED,
    HIDING,
    Appeal,
    AppealFact,
    Case,
    CaseState,
    Decision,
    DecisionFact,
    Effect,
    EffectState,
    Mark,
    Notice,
    Reasons,
    Report,
    ReportFact,
)
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.people.roles import Role
from tests.conftest import person
from tests.moderation.judging import reported, rules, ruling
from tests.moderation.things import Board

EFFECTS = st.sets(st.sampled_from(["label", "seal", "hold", "warn", "limit", "suspend"]), max_size=3)
KEYS = st.sampled_from(["1", "2", "3"])
REFUSED = (ModerationError, NotAllowed)


class Rollback(Exception):
    """Ends what one example did."""


@contextmanager
def undone_after() -> Iterator[None]:
    """Take back everything that one example writes."""
    try:
        with transaction.atomic():
            yield
            raise Rollback
    except Rollback:
        pass


class Loop(RuleBasedStateMachine):
    """Readers report and appeal, moderators and reviewers do what they may and may not, time passes."""

    def __init__(self) -> None:
        super().__init__()
        self._undone = undone_after()
        self._undone.__enter__()
        self.board = Board()
        items.register(self.board)
        self.clean: dict[str, bytes] = {}
        self.now = timezone.now()
        self.reporters = 0
        self.travel = time_machine.travel(self.now, tick=False)
        self.travel.start()

    @initialize()
    def begin(self) -> None:
        """Three notes of two authors; two who moderate, one who hears appeals, one who may do both."""
        self.staff = [
            person("Mo", Role.MODERATOR),
            person("Rosa", Role.APPEAL_REVIEWER),
            person("Bea", Role.MODERATOR, Role.APPEAL_REVIEWER),
        ]
        rules(person("Ines", Role.EDITOR))
        for key in ("1", "2", "3"):
            self.board.pin(key, f"Note {key}.", author=f"reader/{int(key) % 2}")
        self.clean = {key: self.board.image(key) for key in self.board.notes}

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.travel.stop()
        items.forget(self.board.name)
        self._undone.__exit__(None, None, None)

    @rule(key=KEYS)
    def report(self, key: str) -> None:
        """Somebody new reports a note."""
        self.reporters += 1
        reported(key, address=f"reporter{self.reporters}@reader.example", name="Somebody")

    @rule(who=st.integers(0, 2), key=KEYS, kinds=EFFECTS, spam=st.booleans())
    def decide(self, who: int, key: str, kinds: set[str], spam: bool) -> None:
        """Somebody decides about what waits, allowed or not."""
        case = Case.objects.filter(item_key=key, state__in=["open", "triaged", "claimed"]).first()
        if case is not None:
            self._try(
                lambda: actions.decide(
                    case,
                    ruling(key, *sorted(kinds), days=3, spam=spam),
                    by=self.staff[who],
                    revision=case.revision,
                )
            )

    @rule(who=st.integers(0, 2), key=KEYS)
    def claim(self, who: int, key: str) -> None:
        """Somebody claims what waits."""
        case = Case.objects.filter(item_key=key, state__in=["open", "claimed"]).first()
        if case is not None:
            self._try(lambda: actions.claim(case, by=self.staff[who], revision=case.revision))

    @precondition(lambda self: Notice.objects.exists())
    @rule(number=st.integers(0, 30), see=st.booleans())
    def appeal(self, number: int, see: bool) -> None:
        """A party reads, and appeals."""
        notices = list(Notice.objects.order_by("pk"))
        notice = notices[number % len(notices)]
        if see:
            actions.seen(notice)
        self._try(lambda: actions.appeal(notice, "This is not right at all.", language="en"))

    @precondition(lambda self: Appeal.objects.exists())
    @rule(
        number=st.integers(0, 30),
        who=st.integers(0, 2),
        deed=st.sampled_from(["take", "ask", "answer", "withdraw", "refuse", "upheld", "reversed", "partly"]),
        kinds=EFFECTS,
    )
    def hear(self, number: int, who: int, deed: str, kinds: set[str]) -> None:
        """Somebody does something with an appeal, allowed or not."""
        rows = list(Appeal.objects.order_by("pk"))
        row, by = rows[number % len(rows)], self.staff[who]
        self._try(lambda: self._deed(row, by, deed, kinds))

    @rule(days=st.sampled_from([1, 5, 200]))
    def wait(self, days: int) -> None:
        """Time passes, and the clock does what it does."""
        self.now += timedelta(days=days)
        self.travel.stop()
        self.travel = time_machine.travel(self.now, tick=False)
        self.travel.start()
        before = set(Decision.objects.values_list("pk", flat=True))
        for chore in (actions.expire, actions.look_for_reviewers, actions.finish_cases):
            chore()
        assert set(Decision.objects.values_list("pk", flat=True)) == before, "the clock decides nothing"

    @invariant()
    def visible_exactly_if_no_effect_in_force_hides_it(self) -> None:
        """1 and 4: what readers get follows from effects in force alone, to the byte."""
        for key, clean in self.clean.items():
            active = Effect.objects.filter(item_key=key, state=EffectState.APPLIED)
            assert self.board.is_hidden(key) == active.filter(kind__in=HIDING).exists()
            if not active.filter(kind__in=[*HIDING, "label"]).exists():
                assert self.board.image(key) == clean
        held = {order.reference for order in self.board.on_persons.values()}
        on_persons = Effect.objects.filter(state=EffectState.APPLIED, kind__in=["warn", "limit", "suspend"])
        assert held == {effect.reference for effect in on_persons}

    @invariant()
    def every_restriction_has_ground_reasons_fact_and_notice(self) -> None:
        """1, 2 and 12: nothing is in force without all of them."""
        for decision in Decision.objects.prefetch_related("effects", "notices"):
            assert DecisionFact.objects.filter(of=decision.pk).exists()
            assert Reasons.objects.filter(decision=decision).exists()
            if decision.effects.all():
                assert decision.rule_id or decision.legal_ground
                assert any(notice.party == "author" for notice in decision.notices.all())

    @invariant()
    def nobody_hears_what_they_decided(self) -> None:
        """3: not this decision, and none in its chain."""
        for appeal in Appeal.objects.exclude(reviewer=None).select_related("decision"):
            assert appeal.reviewer_id not in {one.decider_id for one in appeal.decision.chain()}

    @invariant()
    def everything_open_has_one_next_step(self) -> None:
        """6: a deadline and an owner; the sum of all states is the number of cases."""
        assert not Case.objects.exclude(state=CaseState.FINAL).filter(deadline=None).exists()
        assert not Appeal.objects.exclude(state__in=CLOSED).filter(deadline=None).exists()
        by_state = [Case.objects.filter(state=state).count() for state in CaseState]
        assert sum(by_state) == Case.objects.count()
        for case in Case.objects.filter(state=CaseState.FINAL):
            assert not case.appeals.exclude(state__in=CLOSED).exists(), "5: redress stays open"

    @invariant()
    def statistics_agree_with_what_happened(self) -> None:
        """9: each report, decision and appeal is counted once."""
        assert ReportFact.objects.count() == Report.objects.exclude(received_at=None).count()
        assert DecisionFact.objects.count() == Decision.objects.count()
        assert AppealFact.objects.count() == Appeal.objects.count()
        ended = AppealFact.objects.exclude(outcome="").count()
        assert ended == Appeal.objects.filter(state__in=CLOSED).count()
        reversed_ones = DecisionFact.objects.filter(reversed="reversed").values_list("of", flat=True)
        assert not Mark.objects.filter(
            decision__in=list(reversed_ones), conduct="content", void=False
        ).exists()

    def _deed(self, row: Appeal, by: User, deed: str, kinds: set[str]) -> object:
        key = row.case.item_key
        match deed:
            case "take":
                return actions.assign(row, to=by, by=by)
            case "ask":
                return actions.ask(row, "What did you mean?", by=by)
            case "answer":
                return actions.answer(row, "What I said.")
            case "withdraw":
                return withdraw(row)
            case "refuse":
                return actions.refuse_admission(row, "It is late, I am afraid.", by=by)
        outcome = {"partly": "partially_reversed"}.get(deed, deed)
        undone = row.decision.effects.filter(state=EffectState.APPLIED).values_list("pk", flat=True)[:1]
        chosen = frozenset(undone) if deed == "partly" and row.party == "author" else frozenset()
        new = sorted(kinds) if deed != "upheld" else []
        return actions.hear(row, Finding(outcome, ruling(key, *new, days=3), chosen), by=by)

    def _try(self, deed: object) -> None:
        assert callable(deed)
        try:
            with transaction.atomic():
                deed()
        except REFUSED:
            pass


def _run(examples: int, steps: int) -> None:
    many = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run(Loop, settings=many)


@pytest.mark.usefixtures("organisation")
def test_the_invariants_hold_whatever_happens() -> None:
    _run(3, 15)


@pytest.mark.slow
@pytest.mark.usefixtures("organisation")
def test_the_invariants_hold_in_long_histories() -> None:
    # Twenty take minutes on PostgreSQL; the rules are the same on both.
    _run(20 if connection.vendor == "sqlite" else 10, 40)

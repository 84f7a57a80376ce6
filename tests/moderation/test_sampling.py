# SPDX-License-Identifier: Apache-2.0
"""Decisions are drawn so that anybody can draw them again, and judged again by somebody else, blind."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from onrecord.moderation import actions, needs
from onrecord.moderation.actions import Judgement
from onrecord.moderation.errors import BadDecision, NotEligible, WrongState
from onrecord.moderation.filing import gathering
from onrecord.moderation.formats.transparency_report import checks, counting, facts, templates
from onrecord.moderation.models import (
    Case,
    Decision,
    Notice,
    Recheck,
    RecheckFact,
    ReportTexts,
    Rule,
    Sample,
)
from onrecord.moderation.transparency import counting as figures
from onrecord.moderation.transparency import data, samples
from onrecord.people.models import Organisation, User
from onrecord.people.roles import Role
from onrecord.proof import sample as proofs
from onrecord.record.models import Document
from tests.conftest import person
from tests.moderation.judging import appealed, decided, mails_to, reported, text_of
from tests.moderation.things import Board

SignIn = Callable[[User], Client]
MAY, JUNE = datetime(2026, 5, 12, 9, tzinfo=UTC), datetime(2026, 6, 1, 0, 5, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("organisation")


@pytest.fixture
def decisions(board: Board, mo: User, ines: User) -> list[Decision]:
    """What Mo decided in May: seven notes, five sealed, two left as they are."""
    with time_machine.travel(MAY - timedelta(days=2), tick=False):
        actions.publish(by=ines)
    found = []
    with time_machine.travel(MAY, tick=True):
        board.pin("0", "The first note.")
        case = reported("0").case
        assert case is not None
        assert actions.keep_sampling() is not None, "the seed comes before the decisions"
        decided(case, mo)
        for key in map(str, range(1, 7)):
            board.pin(key, f"They are all vermin, number {key}.")
            case = reported(key).case
            assert case is not None
            found.append(decided(case, mo, *(("seal",) if key != "6" else ())))
    with time_machine.travel(MAY + timedelta(minutes=2)):
        actions.log_commitments()
    return [*Decision.objects.order_by("pk")]


@pytest.fixture
def drawn(decisions: list[Decision]) -> Sample:
    """The sample of May, drawn in June."""
    with time_machine.travel(JUNE):
        row = actions.keep_sampling()
    assert row is not None
    return row


def of_sealed() -> Recheck:
    """Return what was drawn of the notes that were sealed."""
    return Recheck.objects.filter(decision__effects__kind="seal").order_by("place")[0]


def by_rule(number: str = "2") -> Rule:
    return Rule.objects.get(number=number, book__version=1)


def test_the_seed_is_in_the_log_before_and_public_only_afterwards(decisions: list[Decision]) -> None:
    row = Sample.objects.get()
    listed = json.loads(bytes(row.begins.content))["decisions"]["commitments"]
    assert [b64decode(one) for one in listed] == [proofs.commitment(bytes(row.seed))]
    assert list(samples.keys()) == []
    assert list(samples.render(("1",))) == []
    with time_machine.travel(MAY + timedelta(days=10)):
        assert actions.keep_sampling() is None, "the month is not over"


def test_anybody_draws_the_same_from_the_public_log_and_the_seed(drawn: Sample) -> None:
    (file,) = samples.render(("1",))
    told = json.loads(file.body)
    seed = b64decode(told["seed"])
    first, last = (int(told[name].rpartition("/")[2].removesuffix(".json")) for name in ("begins", "ends"))
    logged: list[bytes] = []
    for edition in Document.objects.filter(path__startswith="/decided/"):
        members = json.loads(bytes(edition.content))
        if first < members["edition"] < last:
            logged += [b64decode(one) for one in members["decisions"]["commitments"]]
    assert len(logged) == told["population"] == 7

    def rank(one: bytes) -> bytes:
        return hashlib.sha256(b"onrecord/sample/1\n" + seed + one).digest()

    assert [b64decode(one) for one in told["drawn"]] == sorted(logged, key=rank)[:5]
    assert b64decode(told["commitment"]) == hashlib.sha256(b"onrecord/sample/1/seed\n" + seed).digest()
    assert (told["examined"], told["waiting"], told["wrong"]) == (0, 5, 0)


def test_the_next_seed_is_in_the_log_when_this_one_becomes_public(drawn: Sample) -> None:
    following = Sample.objects.get(drawn_at=None)
    assert (following.number, following.begins) == (2, drawn.ends)
    with time_machine.travel(JUNE + timedelta(days=40)):
        assert actions.keep_sampling() is None, "nothing was decided since, so the log does not grow"


def test_without_a_share_nothing_is_begun_and_with_all_all_are_drawn(
    decisions: list[Decision], ada: User
) -> None:
    actions.set_policy({"sample_percent": 100}, by=ada)
    with time_machine.travel(JUNE):
        assert actions.keep_sampling() is not None
    assert Recheck.objects.count() == 7
    assert proofs.size(1000, 2) == 20
    assert proofs.size(3, 2) == 3
    assert proofs.size(1000, 0) == 0


def test_another_person_judges_again_and_errors_are_counted(drawn: Sample, rosa: User) -> None:
    rows = list(Recheck.objects.order_by("place"))
    sealed = [row for row in rows if row.decision.effects.exists()]
    actions.examine(sealed[0], Judgement("It is degrading.", ("seal",), by_rule()), by=rosa)
    actions.examine(sealed[1], Judgement("It is an insult.", ("label",), by_rule("6")), by=rosa)
    actions.examine(sealed[2], Judgement("It is a quotation from a play."), by=rosa)
    outcomes = [Recheck.objects.get(pk=row.pk).outcome for row in sealed[:3]]
    assert outcomes == ["same", "otherwise", "wrong"]
    found = figures.period(2026).rechecks
    assert (found.drawn, found.examined, found.otherwise, found.wrong) == (5, 3, 1, 1)
    assert found.error_rate == pytest.approx(1 / 3, abs=1e-4)
    told = json.loads(data.as_json(figures.period(2026)))["rechecks"]
    assert told == {"drawn": 5, "examined": 3, "omitted": 0, "otherwise": 1, "wrong": 1, "error_rate": 0.3333}
    assert b"rechecks,error_rate,,0.3333" in data.as_csv(figures.period(2026))
    with pytest.raises(WrongState, match="examined this already"):
        actions.examine(sealed[0], Judgement("It is degrading."), by=rosa)


def test_who_had_a_part_judges_nothing_again(drawn: Sample, mo: User, olga: User, rosa: User) -> None:
    row = of_sealed()
    with pytest.raises(NotEligible, match="You had a part"):
        actions.examine(row, Judgement("I was right, of course."), by=mo)
    with pytest.raises(NotEligible, match="neither moderates nor hears"):
        actions.examine(row, Judgement("I was right, of course."), by=olga)
    jan = person("Jan Reader", Role.MODERATOR)
    User.objects.filter(pk=jan.pk).update(email="jan@reader.example")
    with pytest.raises(NotEligible, match="You wrote or reported"):
        actions.examine(row, Judgement("I was right, of course."), by=User.objects.get(pk=jan.pk))
    with pytest.raises(DatabaseError), transaction.atomic():
        Recheck.objects.filter(pk=row.pk).update(
            state="examined", examiner=mo, outcome="same", examined_at=JUNE
        )
    assert not any("judged again" in need.title for need in needs.needs(mo))
    assert any("judged again" in need.title for need in needs.needs(rosa))


@pytest.mark.parametrize(
    ("judgement", "said"),
    [
        (Judgement("Short"), "Say why"),
        (Judgement("It is degrading.", ("seal",)), "exactly one"),
        (Judgement("It is degrading.", by_law=True), "say what follows"),
        (Judgement("It is degrading.", ("vanish",), by_law=True), "cannot be done"),
    ],
)
def test_a_judgement_is_whole_or_refused(drawn: Sample, rosa: User, judgement: Judgement, said: str) -> None:
    with pytest.raises(BadDecision, match=said):
        actions.examine(of_sealed(), judgement, by=rosa)


def test_what_was_wrong_is_put_right_without_waiting_for_an_appeal(
    board: Board, drawn: Sample, rosa: User, mo: User
) -> None:
    row = of_sealed()
    key, decision = row.decision.case.item_key, row.decision
    with pytest.raises(WrongState, match="nothing to put right"):
        actions.put_right(row, by=rosa)
    actions.examine(row, Judgement("It is a quotation from a play."), by=rosa)
    assert board.is_hidden(key), "to judge again changes nothing by itself"
    bea = person("Bea Both", Role.MODERATOR, Role.APPEAL_REVIEWER)
    mo.groups.add(rosa.groups.get())
    with pytest.raises(NotEligible, match="had a part"):
        actions.put_right(row, by=User.objects.get(pk=mo.pk))

    reversal = actions.put_right(row, by=bea)

    assert not board.is_hidden(key)
    assert (reversal.verdict, reversal.supersedes) == ("reversed", decision)
    assert reversal.commitment.document is None
    author, reporter = Notice.objects.filter(decision=reversal).order_by("party")
    assert (author.party, reporter.party) == ("author", "reporter")
    assert "It is a quotation from a play." in text_of(mails_to("reader-1@reader.example")[-1])
    appeal = appealed(reversal, "reporter", "It is no quotation at all.")
    assert appeal.state in {"submitted", "awaiting_reviewer"}


def test_whoever_appealed_is_heard_first(drawn: Sample, rosa: User) -> None:
    row = of_sealed()
    appealed(row.decision)
    actions.examine(row, Judgement("It is a quotation from a play."), by=rosa)
    with pytest.raises(WrongState, match="Hear the appeal"):
        actions.put_right(row, by=rosa)


def test_what_is_erased_is_left_out_and_said_so(drawn: Sample) -> None:
    row = of_sealed()
    Case.objects.filter(pk=row.decision.case_id).update(state="final", deadline=None, owner="", forget=True)
    actions.forget_words()
    row.refresh_from_db()
    assert (row.state, row.omitted) == ("omitted", "erased")
    assert figures.period(2026).rechecks.omitted == 1


def test_nobody_reads_the_decision_before_they_have_judged(
    drawn: Sample, rosa: User, mo: User, sign_in: SignIn
) -> None:
    row = of_sealed()
    page = reverse("moderation_recheck", args=[row.pk])
    browser = sign_in(rosa)
    told = browser.get(page).content.decode()
    assert "They are all vermin" in told
    for secret in (str(row.decision), "It calls all neighbours vermin", "Mo Moderator", "In force"):
        assert secret not in told, secret
    assert browser.get(reverse("moderation_samples")).content.decode().count("data-case") == 5
    answer = browser.post(
        page, {"effects": ["seal"], "ground": str(by_rule().pk), "why": "It degrades people."}
    )
    assert answer.status_code == 302
    told = browser.get(page).content.decode()
    assert str(row.decision) in told
    other = Recheck.objects.exclude(pk=row.pk)[0]
    refused = sign_in(mo).get(reverse("moderation_recheck", args=[other.pk])).content.decode()
    assert "You had a part in this decision" in refused


def test_the_report_that_the_law_wants_says_how_well_programs_decide(
    organisation: Organisation, drawn: Sample
) -> None:
    ReportTexts.objects.create(
        year=2026,
        **dict.fromkeys(("summary", "meaning", "automated_means", "purposes", "safeguards"), "As it is."),
        accuracy="Programs only sort.",
    )
    RecheckFact.objects.all().delete()
    for number, (restricted, outcome) in enumerate(
        [(True, "same"), (True, "same"), (True, "wrong"), (False, "same"), (False, "wrong")], 1
    ):
        RecheckFact.objects.create(
            of=number,
            day=date(2026, 5, 12),
            system="sorter/2",
            automated_decision=True,
            restricted=restricted,
            outcome=outcome,
        )
    found = gathering.report_facts(2026, published=date(2027, 2, 1))
    (measured,) = found.accuracies
    assert measured == facts.Accuracy(system="sorter/2", accuracy=0.6, precision=2 / 3, recall=2 / 3)
    assert "Of 5 decisions drawn at random" in found.texts.accuracy
    sheets = counting.count(found)
    (automated,) = [sheet for sheet in sheets if sheet.name == templates.AUTOMATED]
    assert [row[6] for row in automated.rows if "System: sorter/2" in row] == ["0.6", "0.6667", "0.6667"]
    assert not list(checks.check(sheets))

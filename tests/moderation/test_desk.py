# SPDX-License-Identifier: Apache-2.0
"""What moderators and reviewers do at the desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from onrecord.desk import panels
from onrecord.moderation import actions, items
from onrecord.moderation.desk import reading
from onrecord.moderation.models import Appeal, Case, Decision, Notice, Owner, Rule, TrustedFlagger
from onrecord.people.models import User
from onrecord.people.roles import Role
from tests.conftest import person
from tests.moderation.judging import appealed, decided, reported, rules
from tests.moderation.things import Board
from tests.plans import plans

SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _rules(ines: User) -> None:
    rules(ines)


@pytest.fixture
def case(board: Board) -> Case:
    """The case about a note that Jan has reported."""
    board.pin("1", "They are all vermin.")
    found = reported("1").case
    assert found is not None
    return found


def _form(case: Case, *effects: str, **more: object) -> dict[str, object]:
    return {
        "effects": list(effects),
        "rule": Rule.objects.get(number="2").pk if effects else "",
        "facts": "It calls all neighbours vermin.",
        "item_version": items.find("note", case.item_key).version,
        "revision": case.revision,
    } | more


def test_a_moderator_claims_and_decides_with_the_rule_beside_it(
    board: Board, case: Case, mo: User, sign_in: SignIn
) -> None:
    client = sign_in(mo)
    assert "Note 1" in client.get(reverse("moderation_queue")).content.decode()
    url = reverse("moderation_case", args=[case.pk])
    page = client.get(url).content.decode()
    for part in (
        "They are all vermin.",
        "This insults my neighbours.",
        "No hatred",
        "next on the ladder: Warning",
    ):
        assert part in page, part
    client.post(reverse("moderation_claim", args=[case.pk]), {"revision": case.revision})
    case.refresh_from_db()
    assert case.claimed_by == mo
    client.post(url, _form(case, "seal", "warn"))
    decision = Decision.objects.get()
    assert sorted(effect.kind for effect in decision.effects.all()) == ["seal", "warn"]
    assert "No hatred" in client.get(url).content.decode()


def test_an_old_page_decides_nothing(board: Board, case: Case, mo: User, sign_in: SignIn) -> None:
    client, url = sign_in(mo), reverse("moderation_case", args=[case.pk])
    form = _form(case, "seal")
    board.edit("1", "They are all nice.")
    assert "The author has changed it" in client.post(url, form).content.decode()
    actions.triage(case, category=Rule.objects.get(number="2").category, by=mo, revision=case.revision)
    fresh = _form(case, "seal")
    assert "has changed since. Look again" in client.post(url, fresh).content.decode()
    assert not Decision.objects.exists()


def test_spam_is_sealed_in_bulk_with_a_decision_for_each(board: Board, mo: User, sign_in: SignIn) -> None:
    cases = []
    for key in ("1", "2", "3"):
        board.pin(key, "Buy cheap watches", author=f"reader/{key}")
        cases.append(actions.open_case(items.find("note", key), by=mo.as_actor()))
    page = sign_in(mo).post(reverse("moderation_spam"), {"case": [cases[0].pk, cases[2].pk]}, follow=True)
    assert "2 cases decided, one by one." in page.content.decode()
    assert [board.is_hidden(key) for key in ("1", "2", "3")] == [True, False, True]
    assert Decision.objects.filter(spam=True).count() == 2
    assert {row.state for row in Notice.objects.all()} == {"page_only"}


def test_held_things_are_in_the_same_queue_and_approved_with_one_key(
    board: Board, mo: User, sign_in: SignIn
) -> None:
    board.pin("1", "First!", held=True)
    case = actions.open_case(items.find("note", "1"), by=mo.as_actor())
    page = sign_in(mo).get(reverse("moderation_case", args=[case.pk])).content.decode()
    assert 'data-key="a"' in page
    sign_in(mo).post(reverse("moderation_approve", args=[case.pk]), {"revision": case.revision})
    assert not board.notes["1"].held


def test_a_reviewer_who_decided_is_refused_with_the_reason_and_another_hears_it(
    board: Board, case: Case, mo: User, rosa: User, sign_in: SignIn
) -> None:
    both = person("Bea Both", Role.MODERATOR, Role.APPEAL_REVIEWER)
    before = board.image("1")
    appeal = appealed(decided(case, both, "seal"))
    url = reverse("moderation_appeal", args=[appeal.pk])
    assert "Bea Both had a part in the decision" in sign_in(both).get(url).content.decode()
    sign_in(both).post(reverse("moderation_take", args=[appeal.pk]))
    appeal.refresh_from_db()
    assert appeal.reviewer is None

    client = sign_in(rosa)
    assert "Note 1" in client.get(reverse("moderation_appeals")).content.decode()
    client.post(reverse("moderation_take", args=[appeal.pk]))
    page = client.get(url).content.decode()
    for part in ("They are all vermin.", "That is not what I wrote.", "It calls all neighbours vermin."):
        assert part in page
    client.post(url, _form(case, outcome="reversed", facts="It is about ants."))
    appeal.refresh_from_db()
    assert (appeal.state, appeal.outcome) == ("decided", "reversed")
    assert board.image("1") == before


def test_each_role_is_told_what_waits_for_it(
    board: Board, case: Case, mo: User, rosa: User, ada: User, olga: User
) -> None:
    assert [need.title for need in panels.needs_for(mo)] == ["Cases wait for a decision"]
    assert panels.needs_for(rosa) == []
    appeal = appealed(decided(case, mo, "seal"))
    assert [need.title for need in panels.needs_for(rosa)] == ["Appeals wait for somebody to hear them"]
    actions.assign(appeal, to=rosa, by=rosa)
    assert [need.title for need in panels.needs_for(rosa)] == ["You are hearing appeals"]
    Appeal.objects.update(state="awaiting_reviewer", owner="administrators", reviewer=None)
    assert "Nobody may hear an appeal" in [need.title for need in panels.needs_for(ada)]
    Case.objects.update(state="open", owner="moderators", deadline=timezone.now() - timedelta(days=1))
    assert [need.title for need in panels.needs_for(mo)] == ["1 case is overdue"]
    assert not [need for need in panels.needs_for(olga) if "ase" in need.title]


def test_the_queue_is_read_by_its_index_a_page_at_a_time(board: Board, mo: User) -> None:
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    Case.objects.bulk_create(
        Case(
            item_kind="note",
            item_key=str(number),
            deadline=now + timedelta(hours=number % 7),
            score=number % 5,
            title=f"Note {number}",
        )
        for number in range(130)
    )
    found: list[int] = []
    after = ""
    for _page in range(3):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = reading.queue(after)
        assert len(asked) == 1
        found += [case.pk for case in page.cases]
        after = page.after
    expected = Case.objects.filter(owner=Owner.MODERATORS).order_by("deadline", "-score", "pk")
    assert found == list(expected.values_list("pk", flat=True))
    assert after == ""
    if connection.vendor == "sqlite":
        plan = " ".join(plans(asked.captured_queries))
        assert "moderation_queue" in plan
        assert "TEMP B-TREE" not in plan


def test_rules_are_drafted_at_the_desk_and_published_by_an_editor(
    mo: User, ines: User, sign_in: SignIn
) -> None:
    moderator, url = sign_in(mo), reverse("moderation_rules")
    page = moderator.get(url).content.decode()
    assert "What is new in this version is missing" in page
    fields: dict[str, object] = {
        "rules": "1",
        "0-number": "1",
        "0-category": Rule.objects.get(number="2").category,
    }
    fields |= {"0-sanctions": ["seal", "warn"], "0-points": "2", "0-points_days": "90"}
    for code in ("en", "fr", "ar"):
        fields |= {f"preamble-{code}": "Be kind.", f"changes-{code}": "Shorter."}
        fields |= {
            f"0-title-{code}": "Be kind",
            f"0-text-{code}": "No insults.",
            f"0-examples-{code}": "a\n\nb",
        }
    assert "It is complete" in moderator.post(url, fields, follow=True).content.decode()
    assert moderator.post(reverse("moderation_publish_rules")).status_code == 302
    assert Rule.objects.filter(book__version=2).count() == 0, "moderators do not publish"
    sign_in(ines).post(reverse("moderation_publish_rules"))
    rule = Rule.objects.get(book__version=2)
    assert (rule.points, rule.text_in("fr").examples) == (2, ["a", "b"])


def test_administrators_set_deadlines_and_trust_flaggers(ada: User, sign_in: SignIn) -> None:
    client, url = sign_in(ada), reverse("moderation_settings")
    fields = {"dsa_role": "hosting", "decision_hours": 48, "urgent_hours": 24, "appeal_days": 100}
    fields |= {"appeal_hours": 336, "announce_days": 14, "sample_percent": 3}
    assert (
        "six_months" in client.post(url, fields).content.decode() or "183" in client.get(url).content.decode()
    )
    client.post(url, fields | {"appeal_days": 200})
    kept = actions.set_policy({}, by=ada)
    assert (kept.appeal_days, kept.sample_percent) == (200, 3)
    client.post(reverse("moderation_add_flagger"), {"name": "Hotline", "address": "Desk@hotline.example"})
    row = TrustedFlagger.objects.get()
    assert row.address == "desk@hotline.example"
    client.post(reverse("moderation_end_flagger", args=[row.pk]))
    row.refresh_from_db()
    assert row.ended_at is not None


def test_a_report_that_came_meanwhile_is_shown_before_it_is_answered(
    board: Board, case: Case, mo: User, sign_in: SignIn
) -> None:
    client, url = sign_in(mo), reverse("moderation_case", args=[case.pk])
    form = _form(case, "seal")
    reported("1", address="pia@reader.example", name="Pia", explanation="It names where I live.")
    page = client.post(url, form).content.decode()
    assert "has changed since. Look again" in page
    assert "It names where I live." in page
    assert not Decision.objects.exists()
    assert "It calls all neighbours vermin." in page, "nothing that was written is lost"

    shown = dict(re.findall(r'name="(item_version|revision)" value="([^"]+)"[^>]*id="id_', page))
    client.post(url, form | shown)
    assert Decision.objects.count() == 1, "what was shown anew is decided"

# SPDX-License-Identifier: Apache-2.0
"""A release asks the witnesses before anything is baked, and is never held up by them for long."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from onrecord import wiring
from onrecord.desk import panels
from onrecord.journal import reactions
from onrecord.journal.models import Reaction, ReactionState
from onrecord.people.models import User
from onrecord.proof import policy, tlogproof
from onrecord.proof.policy import PolicyResult
from onrecord.record import elsewhere
from onrecord.record.models import Evidence, FollowedLog, Witness
from onrecord.record.witnesses import asking
from onrecord.record.witnessing import following
from onrecord.statements import actions
from onrecord.statements.desk import proofs
from onrecord.wiring import proving
from tests.outbound.servers import Answer
from tests.record.test_being_a_witness import KEY, PEER
from tests.record.witnesses import OPERATOR, FakeWitness, silent_witness, witness, witness_key
from tests.statements.drafts import released

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

LOG = "news.elmford.example/log"
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def witnesses_on_this_machine(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True


def _site(path: str) -> bytes:
    return (Path(settings.HOME) / "site" / path.lstrip("/")).read_bytes()


def _judged(signed: bytes) -> PolicyResult:
    return policy.parse(_site("/policy.txt")).check(signed, LOG)


def _proof(path: str = "/s/2026/water-is-safe-to-drink/1.tlog-proof") -> bytes:
    return tlogproof.parse(_site(path)).signed_checkpoint


def _three(stack: ExitStack) -> list[FakeWitness]:
    return [stack.enter_context(witness(name)) for name in ("anna", "bert", "carl")]


def test_what_readers_get_carries_the_cosignatures_from_the_first_moment(olga: User, ines: User) -> None:
    with ExitStack() as stack:
        _three(stack)
        edition = released(olga, ines)
        for signed in (_site("/log/checkpoint"), _proof()):
            found = _judged(signed)
            assert (found.quorum_met, len(found.cosigned)) == (True, 3)
        going = proofs.going_out(edition)
        assert (going.witnessed, going.witnesses) == (True, "Witnessed by 3 of 3 other organisations.")


def test_silent_witnesses_do_not_keep_an_edition_from_its_readers(
    olga: User, ines: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = asking.ask
    monkeypatch.setattr(asking, "ask", lambda witnesses: patient(witnesses, seconds=0.2))
    elsewhere.ask("news.elmford.example/log")  # the clock has asked for forks a moment ago
    with silent_witness("mute"), witness("anna"), witness("bert") as bert:
        bert.broken = Answer(500)
        started = time.monotonic()
        edition = released(olga, ines)
        assert time.monotonic() - started < 4
        assert edition.published_at is not None
        assert [found.name for found in _judged(_site("/log/checkpoint")).cosigned] == [
            "anna.example/witness"
        ]
        going = proofs.going_out(edition)
        assert not going.witnessed
        assert going.witnesses == "Waiting for witnesses: 1 of 3 so far, 2 are needed."
        assert Reaction.objects.get(name="record.witness").state == ReactionState.DONE


def test_a_release_waits_five_seconds_at_most() -> None:
    assert asking.SECONDS == 5.0


def test_cosignatures_that_come_later_are_baked(olga: User, ines: User) -> None:
    with ExitStack() as stack:
        anna, bert, carl = _three(stack)
        bert.broken = carl.broken = Answer(503)
        released(olga, ines)
        assert not _judged(_proof()).quorum_met
        assert actions.collect_cosignatures() == 0
        bert.broken = None
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=1)):
            assert actions.collect_cosignatures() == 1
        assert _judged(_proof()).quorum_met
        assert _judged(_site("/log/checkpoint")).quorum_met
        assert anna.asked == [0]


def test_the_checkpoint_is_baked_again_every_hour_and_the_proof_is_left_alone(olga: User, ines: User) -> None:
    with ExitStack() as stack:
        _three(stack)
        released(olga, ines)
        checkpoint, proof = _site("/log/checkpoint"), _proof()
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)):
            assert actions.collect_cosignatures() == 3
        old, new = _judged(checkpoint), _judged(_site("/log/checkpoint"))
        assert [
            c.time - 3600 > before.time for before, c in zip(old.cosigned, new.cosigned, strict=True)
        ] == [
            True,
            True,
            True,
        ]
        assert _proof() == proof


def test_the_clock_asks_again_only_when_something_is_due(
    olga: User, ines: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    kicks: list[str] = []

    class Kicked:
        def enqueue(self) -> None:
            kicks.append("kick")

    monkeypatch.setattr(proving, "collect_cosignatures", Kicked())
    [chore] = [chore for chore in wiring.CORE.chores if chore.name == "record.ask_witnesses"]
    chore.run()
    with witness("anna"):
        released(olga, ines)
        chore.run()
        assert kicks == []
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)):
            chore.run()
        assert kicks == ["kick"]


def test_the_policy_follows_the_witnesses(olga: User, ines: User) -> None:
    released(olga, ines)
    assert _site("/policy.txt").endswith(b"\nquorum none\n")
    with ExitStack() as stack:
        _three(stack)
        proving.witnesses_changed(None)  # type: ignore[arg-type]  # what changed makes no difference
        assert _site("/policy.txt").endswith(b"quorum outside\n")
        assert _judged(_site("/log/checkpoint")).quorum_met


def test_nothing_of_the_policy_is_baked_before_the_first_leaf(olga: User) -> None:
    proving.witnesses_changed(None)  # type: ignore[arg-type]  # what changed makes no difference
    assert not (Path(settings.HOME) / "site" / "policy.txt").exists()


def _titles(user: User) -> list[str]:
    return [need.title for need in panels.needs_for(user)]


def test_the_front_page_nags_administrators_until_enough_others_witness(
    olga: User, ines: User, ada: User
) -> None:
    nag = "The log is not independently witnessed"
    assert nag not in _titles(ada)  # there is nothing to witness yet
    released(olga, ines)
    assert nag in _titles(ada)
    assert nag not in _titles(olga)
    with witness("anna"), witness("bert"), witness("own", outside=False):
        [need] = [need for need in panels.needs_for(ada) if need.title == nag]
        assert need.detail.startswith("2 of 3 witnesses of other organisations are set up.")
        with witness("carl"):
            assert nag not in _titles(ada)


def test_the_front_page_tells_administrators_what_witnesses_found(ada: User, olga: User) -> None:
    with witness("anna") as anna:
        Witness.objects.update(answer=Witness.Answer.DISAGREES, detail="It says that this log forked.")
        log = following.follow([KEY.public.vkey], by=OPERATOR)
        Evidence.objects.create(log=log, number=1, first=b"", second=b"", found_at=datetime.now(UTC))
        found = {need.title: need.detail for need in panels.needs_for(ada)}
        assert found["A witness has seen another history of this log"] == (
            "anna.example/witness: It says that this log forked. Publish nothing before you know why."
        )
        assert PEER in found["A log that you witness has signed two histories"]
        assert not set(found) & set(_titles(olga))
        Witness.objects.update(
            answer=Witness.Answer.SILENT, failures=9, added_at=datetime.now(UTC) - timedelta(days=2)
        )
        [need] = [n for n in panels.needs_for(ada) if n.title == "A witness has not cosigned for a day"]
        assert need.detail == f"{anna.key.name}: does not answer"


def test_an_administrator_adds_asks_and_removes_a_witness(
    olga: User, ines: User, ada: User, sign_in: SignIn
) -> None:
    browser = sign_in(ada)
    assert "is made at the first release" in browser.get("/desk/witnesses/").content.decode()
    released(olga, ines)
    with witness("anna") as anna:
        assert anna.server is not None
        Witness.objects.all().delete()
        form = {"vkey": anna.key.public.vkey, "url": anna.server.url, "outside": "on"}
        browser.post("/desk/witnesses/add/", form)
        page = browser.post("/desk/witnesses/ask/", follow=True).content.decode()
        assert "1 have cosigned." in page
        reactions.drain()
        assert len(_judged(_site("/log/checkpoint")).cosigned) == 1
        assert "anna.example/witness" in page
        assert "Not independently witnessed." in page
        assert f"{LOG}+" in page  # the key that the other side needs
        browser.post(f"/desk/witnesses/{anna.row.pk}/remove/")
        assert not anna.row.active
        assert (
            "anna.example/witness"
            not in browser.get("/desk/witnesses/").content.decode().split("messages")[-1]
        )


def test_mistakes_are_told_beside_the_form(ada: User, sign_in: SignIn) -> None:
    browser = sign_in(ada)
    page = browser.post("/desk/witnesses/add/", {"vkey": "nonsense", "url": "https://w.example"})
    assert "The key of the witness cannot be read." in page.content.decode()
    page = browser.post("/desk/witnesses/follow/", {"vkeys": witness_key("anna").public.vkey})
    assert "does not sign checkpoints" in page.content.decode()
    assert not Witness.objects.exists()
    assert not FollowedLog.objects.exists()


def test_an_administrator_lets_the_newsroom_be_a_witness(ada: User, sign_in: SignIn) -> None:
    browser = sign_in(ada)
    page = browser.post("/desk/witnesses/follow/", {"vkeys": f"{KEY.public.vkey}\n"}, follow=True)
    assert "news.elmford.example/witness+" in page.content.decode()
    assert "https://news.elmford.example/witness" in page.content.decode()
    log = FollowedLog.objects.get()
    assert (log.origin, log.active) == (PEER, True)
    browser.post(f"/desk/witnesses/followed/{log.pk}/remove/")
    log.refresh_from_db()
    assert not log.active


def test_others_can_do_none_of_this(olga: User, sign_in: SignIn) -> None:
    with witness("anna") as anna:
        log = following.follow([KEY.public.vkey], by=OPERATOR)
        browser = sign_in(olga)
        for path, form in (
            ("add/", {"vkey": witness_key("bert").public.vkey, "url": "https://b.example"}),
            ("ask/", {}),
            (f"{anna.row.pk}/remove/", {}),
            ("follow/", {"vkeys": KEY.public.vkey}),
            (f"followed/{log.pk}/remove/", {}),
        ):
            assert browser.post(f"/desk/witnesses/{path}", form).status_code in {302, 403}
        log.refresh_from_db()
        assert (Witness.objects.filter(active=True).count(), log.active, anna.asked) == (1, True, [])

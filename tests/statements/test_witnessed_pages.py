# SPDX-License-Identifier: Apache-2.0
"""What pages and proofs say once witnesses have answered, early, late or never."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import timezone

from onrecord.people.models import Organisation, User
from onrecord.proof import bundle as bundles
from onrecord.proof import cosignature, note
from onrecord.proof import policy as policies
from onrecord.proof.case import Pins
from onrecord.proof.encoding import from_base64
from onrecord.proof.verdict import judge
from onrecord.record import register
from onrecord.record.models import Cosignature, LogHead, Witness
from onrecord.record.witnesses import standing
from onrecord.statements.models import Edition, Publication
from onrecord.statements.pages import log, logbook, statement, witnessing
from tests.record.witnesses import witness_key
from tests.statements.drafts import corrected, released

pytestmark = pytest.mark.django_db

NAMES = ("one", "two", "three")


@pytest.fixture
def witnesses(organisation: Organisation) -> None:
    """Three witnesses of other organisations are asked; none has answered."""
    for name in NAMES:
        key = witness_key(name).public
        Witness.objects.create(
            name=key.name, vkey=key.vkey, url=f"https://127.0.0.1:1/{name}", added_at=timezone.now()
        )


def cosign(*names: str, at: int | None = None) -> None:
    """Let witnesses cosign the newest checkpoint."""
    head = LogHead.objects.get()
    text, moment = note.parse(bytes(head.checkpoint)).text, at or int(timezone.now().timestamp())
    for name in names:
        row = Witness.objects.get(name=f"{name}.example/witness")
        line = cosignature.sign(text, witness_key(name), time=moment).line()
        Cosignature.objects.create(
            witness=row, size=head.size, root=head.root, first_time=moment, time=moment, line=line
        )
        row.cosigned_size, row.cosigned_at, row.answer = head.size, timezone.now(), Witness.Answer.COSIGNED
        row.save()
    standing.attach(head)


def proof_page(edition: Edition) -> str:
    """Return the page about an edition's proof."""
    return next(body for path, body in _files(edition).items() if path.endswith("/proof/")).decode()


def _files(edition: Edition) -> dict[str, bytes]:
    publication = Publication.objects.get(statement=edition.statement_id)
    made = statement.render_statement((str(publication.pk), str(edition.pk)))
    return {file.path: file.body for file in made}


def test_a_quorum_is_told_on_proof_seal_and_log_and_is_in_the_bundle(
    olga: User, ines: User, witnesses: None
) -> None:
    register.bring_up_to_date()
    edition = released(olga, ines)
    assert "Waiting for witnesses: 0 of 3 so far, 2 are needed." in proof_page(edition)
    cosign("one", "two")

    page = proof_page(edition)
    assert "Witnessed by 2 of 3 other organisations." in page
    assert "one.example/witness" in page
    assert "three.example/witness" not in page
    assert "within minutes of the time it gives" in page
    assert "That nobody is shown another log." not in page
    path = edition.statement.publication.path
    assert "Witnessed by 2 of 3 other organisations." in _files(edition)[f"{path}1/"].decode()
    found = bundles.read(_files(edition)[f"{path}1.onrecord.zip"])
    assert found.policy is not None
    policy = policies.parse(found.policy)
    signed = found.proof.partition(b"\n\n")[2]
    assert policy.check(signed, policy.logs[0].key.name).quorum_met
    instructions = (found.instructions or b"").decode()
    assert "'two.example/witness saw it, " in instructions
    (file,) = logbook.render_logbook(("en",))
    told = file.body.decode()
    assert "Witnessed by 2 of 3 other organisations." in told
    assert "three.example/witness</bdi>: does not answer</li>" in told
    assert "one.example/witness</bdi>: cosigned; last confirmed 2 entries on" in told


def test_a_witness_that_came_late_shows_that_a_date_is_not_confirmed(
    olga: User, ines: User, witnesses: None
) -> None:
    edition = released(olga, ines)
    issued = datetime.fromisoformat(edition.data["issued"])
    cosign("one", "two", at=int(issued.timestamp()) + 3 * 86_400)

    assert "it could have been dated back" in proof_page(edition)


def test_one_of_three_does_not_count_as_witnessed(olga: User, ines: User, witnesses: None) -> None:
    edition = released(olga, ines)
    cosign("one")

    assert "Waiting for witnesses: 1 of 3 so far, 2 are needed." in proof_page(edition)
    assert witnessing.keys_that_gain() == []


def keys_of(*editions: Edition) -> set[tuple[str, tuple[str, ...]]]:
    """Return the keys of an edition's own files and of its statement's page."""
    found: set[tuple[str, tuple[str, ...]]] = set()
    for edition in editions:
        publication = str(Publication.objects.get(statement=edition.statement_id).pk)
        found |= {
            ("statements.statement", (publication,)),
            ("statements.statement", (publication, str(edition.pk))),
        }
    return found


def test_proofs_baked_while_witnesses_were_silent_are_baked_again_and_no_others(
    olga: User, ines: User, witnesses: None
) -> None:
    released(olga, ines, title="Seen at once")
    cosign("one", "two")
    silent = [released(olga, ines, title=f"Nobody answers {number}") for number in range(2)]
    assert witnessing.keys_that_gain() == []
    cosign("three")
    assert witnessing.keys_that_gain() == []
    last = released(olga, ines, title="They are back")
    cosign("one", "three")

    assert set(witnessing.keys_that_gain()) == keys_of(*silent, last)
    again = log.keys_after_cosigning(new=True)
    assert keys_of(*silent, last) <= set(again)
    assert not keys_of(*silent, last) & set(log.keys_after_cosigning(new=False))
    assert ("statements.log", ("fr",)) in again


def test_a_long_silence_does_not_bake_the_whole_archive_again(
    olga: User, ines: User, witnesses: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witnessing, "FURTHEST_BACK", 2)
    edition = released(olga, ines)
    for number in range(3):
        edition = corrected(edition, olga, ines, f"It is safe {number}.")
    cosign("one", "two")

    baked = {key for _name, key in witnessing.keys_that_gain() if len(key) == 2}
    numbers = Edition.objects.filter(pk__in=[int(key[1]) for key in baked]).values_list("number", flat=True)
    assert sorted(numbers) == [3, 4]


def test_the_proof_that_is_served_carries_what_the_witnesses_signed(
    olga: User, ines: User, witnesses: None
) -> None:
    edition = released(olga, ines)
    cosign("one", "two")
    proof = next(body for path, body in _files(edition).items() if path.endswith(".tlog-proof"))

    lines = proof.decode().rsplit("\n\n", 1)[1].splitlines()
    assert [line.split()[1] for line in lines[1:]] == ["one.example/witness", "two.example/witness"]
    assert all(len(from_base64(line.split()[2], what="it")) == 76 for line in lines[1:])


def test_what_is_baked_while_witnesses_are_silent_keeps_what_they_said_before(
    olga: User, ines: User, witnesses: None
) -> None:
    register.bring_up_to_date()
    edition = released(olga, ines, title="Seen at once")
    cosign("one", "two")
    at_the_time = LogHead.objects.get()
    before = _proof(edition)
    silent = [released(olga, ines, title=f"Nobody answers {number}") for number in range(3)]

    assert _proof(edition) == before, "the same checkpoint, signed with the same bytes"
    signed = before.partition(b"\n\n")[2]
    assert signed.startswith(bytes(at_the_time.checkpoint))
    policy = policies.parse(standing.policy_text() or "")
    assert policy.check(signed, at_the_time.origin).quorum_met
    path = edition.statement.publication.path
    found = bundles.read(_files(edition)[f"{path}1.onrecord.zip"])
    assert judge(found, Pins(policy=policy)).outcome.value == "holds"
    for one in silent:
        assert not policy.check(_proof(one).partition(b"\n\n")[2], at_the_time.origin).quorum_met


def _proof(edition: Edition) -> bytes:
    return next(body for path, body in _files(edition).items() if path.endswith(".tlog-proof"))

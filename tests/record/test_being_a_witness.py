# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import hashlib
import stat
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, connections
from django.test import Client
from django.test.client import RequestFactory

from onrecord.journal.models import Entry
from onrecord.people.errors import NotAllowed
from onrecord.people.models import Organisation, User
from onrecord.proof import checkpoint, cosignature, merkle, note
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.keys import LEAF_KIND, PrivateKey, PublicKey
from onrecord.proof.note import Note, Signature
from onrecord.proof.submission import MAX_SIZE, Submission
from onrecord.record import durably, views
from onrecord.record.errors import BadLogKey
from onrecord.record.models import Evidence, FollowedLog
from onrecord.record.witnessing import following
from onrecord.record.witnessing.answering import MAX_EVIDENCE, Answer, add_checkpoint
from onrecord.record.witnessing.rates import Allowance
from tests.proof.cast import hashes, naive_node
from tests.record.witnesses import OPERATOR

OWN = "news.elmford.example/log"
PEER = "news.oakham.example/log"
KEY = PrivateKey(PEER, Ed25519PrivateKey.from_private_bytes(b"\x11" * 32))
STRANGER = PrivateKey(PEER, Ed25519PrivateKey.from_private_bytes(b"\x12" * 32))
HASHED = hashlib.sha256(PEER.encode()).hexdigest()
LEAVES = hashes(40)
OTHER_LEAVES = hashes(40)[::-1]


@pytest.fixture
def peer(db: None) -> FollowedLog:
    """A log that is followed."""
    return following.follow([KEY.public.vkey], by=OPERATOR)


@pytest.fixture(autouse=True)
def nobody_has_asked_yet() -> None:
    views.ALLOWANCE.forget()


def _head(size: int, leaves: Sequence[bytes] = LEAVES, key: PrivateKey = KEY) -> bytes:
    return checkpoint.sign(Checkpoint(PEER, size, merkle.root_of(leaves[:size])), key)


def _proof(old: int, new: int, leaves: Sequence[bytes] = LEAVES) -> tuple[bytes, ...]:
    if old == 0:
        return ()
    return tuple(merkle.consistency_proof(old, new, lambda h, n: naive_node(list(leaves), h, n)))


def _ask(
    old: int, new: int, *, leaves: Sequence[bytes] = LEAVES, proof: tuple[bytes, ...] | None = None
) -> Answer:
    sent = Submission(old, _proof(old, new, leaves) if proof is None else proof, _head(new, leaves))
    return add_checkpoint(sent.to_bytes(), own_origin=OWN)


def _vkey() -> PublicKey:
    return following.witness_key(OWN).public


def _cosigned(answer: Answer, size: int) -> bool:
    text = note.parse(_head(size)).text
    return answer.status == 200 and len(cosignature.lines_by(_vkey(), answer.body, text=text)) == 1


def test_a_log_that_only_grows_is_cosigned_each_time(peer: FollowedLog) -> None:
    old = 0
    for new in (0, 1, 2, 3, 8, 8, 9, 32, 33, 40):
        assert _cosigned(_ask(old, new), new), new
        old = new
    peer.refresh_from_db()
    assert (peer.size, bytes(peer.root)) == (40, merkle.root_of(LEAVES))


def test_what_was_seen_is_shown_with_both_signatures(peer: FollowedLog, organisation: Organisation) -> None:
    shown = f"/witness/{HASHED}/checkpoint"
    assert Client().get(shown).status_code == 404
    sent = Submission(0, (), cosignature.with_lines(_head(7), "— other.example AAAABBBB\n")).to_bytes()
    asked = Client().post("/witness/add-checkpoint", sent, content_type="text/plain")
    answer = Client().get(shown)
    assert (asked.status_code, answer.status_code) == (200, 200)
    assert answer.content == _head(7) + asked.content  # the line of another is left out
    assert checkpoint.verify(answer.content, origin=PEER, keys=[KEY.public]).size == 7
    assert [c.name for c in cosignature.cosignatures_of(answer.content, [_vkey()])] == [
        "news.elmford.example/witness"
    ]
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_a_log_that_names_another_size_is_told_the_one_that_was_seen(peer: FollowedLog) -> None:
    _ask(0, 5)
    for old, new in ((0, 5), (0, 9), (4, 9), (6, 9)):
        assert _ask(old, new) == Answer(409, b"5\n", "text/x.tlog.size")
    assert _cosigned(_ask(5, 9), 9)


def test_a_fork_is_not_cosigned(peer: FollowedLog) -> None:
    _ask(0, 5)
    assert _ask(5, 9, leaves=OTHER_LEAVES).status == 422
    assert _ask(5, 9, proof=()).status == 422
    assert _ask(5, 9, proof=(*_proof(5, 9), bytes(32))).status == 422
    peer.refresh_from_db()
    assert (peer.size, bytes(peer.root)) == (5, merkle.root_of(LEAVES[:5]))
    assert not Evidence.objects.exists()  # anybody can send a wrong proof with a true checkpoint


def test_another_tree_of_the_same_size_is_kept_as_evidence_and_shown(
    peer: FollowedLog, organisation: Organisation
) -> None:
    _ask(0, 5)
    assert _ask(5, 5, leaves=OTHER_LEAVES).status == 422
    assert _ask(0, 5, leaves=OTHER_LEAVES).status == 409  # the same evidence, kept once
    [kept] = Evidence.objects.all()
    assert Entry.objects.get(event="record.evidence_kept").data == {"origin": PEER, "number": 1}
    shown = Client().get(f"/witness/evidence/{HASHED}/1.txt").content
    first, second = shown.split(b"---\n")
    seen = [checkpoint.verify(each, origin=PEER, keys=[KEY.public]) for each in (first, second)]
    assert [head.size for head in seen] == [5, 5]
    assert seen[0].root != seen[1].root
    assert bytes(kept.first) == first
    for address in (f"{HASHED}/2.txt", f"{'0' * 64}/1.txt", f"{HASHED.upper()}/1.txt"):
        assert Client().get(f"/witness/evidence/{address}").status_code == 404


def test_evidence_does_not_fill_the_disk(peer: FollowedLog) -> None:
    _ask(0, 1)
    Evidence.objects.bulk_create(
        Evidence(log=peer, number=n, first=_head(1), second=_head(1), found_at=peer.added_at)
        for n in range(1, MAX_EVIDENCE + 1)
    )
    assert _ask(1, 1, leaves=OTHER_LEAVES).status == 422
    assert Evidence.objects.count() == MAX_EVIDENCE


def test_a_restored_older_database_does_not_make_the_witness_forget(peer: FollowedLog) -> None:
    _ask(0, 5)
    _ask(5, 9)
    FollowedLog.objects.update(size=5, root=merkle.root_of(LEAVES[:5]), checkpoint=_head(5))
    assert _ask(5, 9, leaves=OTHER_LEAVES) == Answer(409, b"9\n", "text/x.tlog.size")
    assert _ask(9, 9, leaves=OTHER_LEAVES).status == 422
    assert _cosigned(_ask(9, 12), 12)
    Evidence.objects.all().delete()
    peer.delete()  # the whole database was lost
    following.follow([KEY.public.vkey], by=OPERATOR)
    assert _ask(0, 12, leaves=OTHER_LEAVES) == Answer(409, b"12\n", "text/x.tlog.size")
    assert _cosigned(_ask(12, 13), 13)


def test_nothing_is_cosigned_that_cannot_be_noted(
    peer: FollowedLog, keys_of_its_own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durably, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        _ask(0, 5)


def test_an_unsigned_fork_is_no_evidence(peer: FollowedLog) -> None:
    _ask(0, 5)
    forged = Submission(5, (), _head(5, OTHER_LEAVES, STRANGER)).to_bytes()
    assert add_checkpoint(forged, own_origin=OWN).status == 403
    assert not Evidence.objects.exists()


def test_only_the_keys_that_were_entered_are_believed(peer: FollowedLog) -> None:
    strange = Submission(0, (), _head(5, key=STRANGER)).to_bytes()
    assert add_checkpoint(strange, own_origin=OWN).status == 403
    broken = Note(note.parse(_head(5)).text, (Signature(PEER, KEY.public.key_id, bytes(64)),)).to_bytes()
    assert add_checkpoint(Submission(0, (), broken).to_bytes(), own_origin=OWN).status == 403
    following.follow([STRANGER.public.vkey, KEY.public.vkey], by=OPERATOR)
    assert add_checkpoint(strange, own_origin=OWN).status == 200
    assert _cosigned(_ask(5, 6), 6)


def test_logs_that_are_not_followed_are_unknown(peer: FollowedLog) -> None:
    other = PrivateKey("else.example/log", KEY.secret)
    head = checkpoint.sign(Checkpoint("else.example/log", 0, merkle.EMPTY_ROOT), other)
    assert add_checkpoint(Submission(0, (), head).to_bytes(), own_origin=OWN).status == 404
    _ask(0, 5)
    following.unfollow(peer, by=OPERATOR)
    assert _ask(5, 6).status == 404
    following.follow([KEY.public.vkey], by=OPERATOR)
    assert _ask(0, 6).status == 409  # what was seen is not forgotten
    assert _cosigned(_ask(5, 6), 6)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"old 0\n", 400),
        (b"old 00\n\n" + _head(1), 400),
        (b"old -1\n\n" + _head(1), 400),
        (b"new 0\n\n" + _head(1), 400),
        (b"old 0\nAAAA\n\n" + _head(1), 400),
        (b"old 0\n" + b"%s\n" % (b"A" * 43 + b"=") * 64 + b"\n" + _head(1), 400),
        (b"old 0\n" + b"%s\n" % (b"A" * 43 + b"=") + b"\n" + _head(1), 422),
        (b"old 2\n\n" + _head(1), 400),
        (b"old 0\n\n" + _head(1)[:-1], 400),
        (b"old 0\n\n" + b"x" * MAX_SIZE, 400),
        (b"old 0\n\n" + _head(0).replace(b"47DE", b"47DF"), 422),
        (b"old 0\n\n" + note.sign(f"{PEER}\n1\n", KEY).to_bytes(), 400),
        (b"\xff\n\n" + _head(1), 400),
    ],
)
def test_malformed_submissions_are_refused(peer: FollowedLog, body: bytes, status: int) -> None:
    assert add_checkpoint(body, own_origin=OWN).status == status
    peer.refresh_from_db()
    assert peer.checkpoint == b""


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_at_once_only_one_moves_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read the same state before either writes: two different trees must not both be cosigned."""
    following.follow([KEY.public.vkey], by=OPERATOR)
    _ask(0, 5)
    both_have_read = threading.Barrier(2, timeout=10)
    check = merkle.verify_consistency

    def check_and_wait(**arguments: object) -> None:
        check(**arguments)  # type: ignore[arg-type]  # passed on as they came
        connection.close()  # the read is over; SQLite would otherwise wait for it
        both_have_read.wait()

    monkeypatch.setattr(merkle, "verify_consistency", check_and_wait)
    answers: list[Answer] = []

    def ask(new: int) -> None:
        try:
            answers.append(_ask(5, new))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(new,)) for new in (6, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status for answer in answers) == [200, 409]
    size = FollowedLog.objects.get().size
    lost = next(answer for answer in answers if answer.status == 409)
    assert lost.body == f"{size}\n".encode()
    won = next(answer for answer in answers if answer.status == 200)
    assert _cosigned(won, size)


def test_a_newsroom_that_follows_nobody_is_no_witness(organisation: Organisation) -> None:
    sent = Submission(0, (), _head(1)).to_bytes()
    answer = Client().post("/witness/add-checkpoint", sent, content_type="text/plain")
    assert (answer.status_code, answer.content) == (404, b"This newsroom is a witness for nobody.\n")
    assert Client().get("/witness/add-checkpoint").status_code == 405


def test_before_set_up_nobody_is_answered(peer: FollowedLog) -> None:
    assert Client().post("/witness/add-checkpoint", b"x", content_type="text/plain").status_code == 404


@pytest.mark.usefixtures("stopped_clock")
def test_requests_that_are_too_large_or_too_many_are_refused(
    peer: FollowedLog, organisation: Organisation
) -> None:
    ask = RequestFactory().post("/witness/add-checkpoint", b"x" * (MAX_SIZE + 1), content_type="text/plain")
    assert views.add_checkpoint(ask).status_code == 413
    codes = {Client().post("/witness/add-checkpoint", b"x", "text/plain").status_code for _ in range(70)}
    assert codes == {400, 429}
    elsewhere = Client(REMOTE_ADDR="192.0.2.7").post("/witness/add-checkpoint", b"x", "text/plain")
    assert elsewhere.status_code == 400
    same_network = {
        Client(REMOTE_ADDR=f"2001:db8:1:{number:x}::1")
        .post("/witness/add-checkpoint", b"x", "text/plain")
        .status_code
        for number in range(70)
    }
    assert same_network == {400, 429}


def test_an_allowance_fills_up_again_and_forgets_the_oldest() -> None:
    allowance = Allowance(per_second=2, burst=3)
    assert [allowance.take("a", now=0) for _ in range(4)] == [True, True, True, False]
    assert allowance.take("b", now=0)
    assert [allowance.take("a", now=1) for _ in range(3)] == [True, True, False]
    for number in range(10_001):
        allowance.take(f"asker {number}", now=2)
    assert len(allowance._left) == 10_000


def test_the_key_is_made_on_first_use_and_only_its_owner_can_read_it(
    peer: FollowedLog, keys_of_its_own: Path
) -> None:
    file = keys_of_its_own / "keys" / "witness.key"
    assert not file.exists()
    _ask(0, 1)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert _vkey().vkey == _vkey().vkey
    assert _vkey().name == "news.elmford.example/witness"


def test_only_administrators_say_who_is_followed(olga: User, ada: User) -> None:
    with pytest.raises(NotAllowed):
        following.follow([KEY.public.vkey], by=olga)
    log = following.follow([KEY.public.vkey], by=ada)
    with pytest.raises(NotAllowed):
        following.unfollow(log, by=olga)
    following.unfollow(log, by=ada)
    assert [entry.actor_name for entry in Entry.objects.filter(event__startswith="record.log_")] == [
        "Ada Administrator",
        "Ada Administrator",
    ]


@pytest.mark.parametrize(
    ("vkeys", "message"),
    [
        ([], "Enter one key of the log, or several with the same name"),
        (["nonsense"], "The key of the log cannot be read. 'nonsense' is no vkey"),
        ([KEY.public.vkey, PrivateKey("a", KEY.secret).public.vkey], "Enter one key of the log"),
        ([KEY.public.vkey] * 11, "Enter one key of the log"),
        ([PrivateKey(PEER, KEY.secret, LEAF_KIND).public.vkey], "does not sign checkpoints"),
        ([PrivateKey("a" * 201, KEY.secret).public.vkey], "The name of the key is too long"),
    ],
)
def test_keys_that_cannot_be_those_of_a_log_are_refused(db: None, vkeys: list[str], message: str) -> None:
    with pytest.raises(BadLogKey, match=message):
        following.follow(vkeys, by=OPERATOR)
    assert not FollowedLog.objects.exists()

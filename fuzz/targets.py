# SPDX-License-Identifier: Apache-2.0
"""What parsers promise for any bytes: a value or a ProofError, and what was read is written back alike."""

from __future__ import annotations

from collections.abc import Callable

from onrecord.delivery.inbound import reading
from onrecord.outbound.reading import Malformed, Reading
from onrecord.press.inquiries import reading as inquiry_reading
from onrecord.proof import (
    bundle,
    canonical,
    checkpoint,
    compare,
    cosignature,
    decision,
    dns_record,
    edition,
    kinds,
    leaf,
    merkle,
    note,
    object_verdict,
    objects,
    openings,
    policy,
    register,
    submission,
    tiles,
    tlogproof,
    verdict,
)
from onrecord.proof.bundle import Bundle
from onrecord.proof.case import Pins
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.errors import ProofError
from onrecord.proof.keys import PublicKey
from onrecord.proof.merkle import RightEdge
from onrecord.proof.tlogproof import Opening
from onrecord.proof.tree import TreeWalk
from tests.proof.cast import LOG_KEY, RELEASE_KEY
from tests.proof.small_log import WITNESSES

KEYS = (LOG_KEY.public, RELEASE_KEY.public)
WITNESS_KEYS = tuple(key.public for key in WITNESSES)
SEPARATOR = b"\xff\xfe\xff"
"""Between the parts of an input for targets that take several; in none of our formats."""


def _canonical(data: bytes) -> None:
    assert canonical.canonicalise(canonical.parse(data)) == data


def _edition(data: bytes) -> None:
    read = edition.read(data)
    assert read.number >= 1
    assert edition.timestamp(read.issued).encode() in data


def _leaf(data: bytes) -> None:
    assert leaf.parse_leaf(data).to_bytes() == data


def _note(data: bytes) -> None:
    assert note.parse(data).to_bytes() == data


def _checkpoint(data: bytes) -> None:
    head = checkpoint.parse(data)
    assert data.startswith(head.text().encode())
    assert checkpoint.parse_text(head.text()) == head


def _proof(data: bytes) -> None:
    read = tlogproof.parse(data)
    assert read.to_bytes() == data
    opening = read.opening()
    assert Opening.from_bytes(opening.to_bytes()) == opening


def _tile(data: bytes) -> None:
    width = data[0] + 1 if data else 1
    assert tiles.encode_tile(tiles.decode_tile(data[1:], width)) == data[1:]


def _entries(data: bytes) -> None:
    width = data[0] + 1 if data else 1
    assert tiles.encode_bundle(tiles.decode_bundle(data[1:], width)) == data[1:]


def _edge(data: bytes) -> None:
    size = int.from_bytes(data[:8], "big")
    assert RightEdge.from_bytes(size, data[8:]).to_bytes() == data[8:]


def _bundle(data: bytes) -> None:
    read = bundle.read(data)
    assert bundle.is_bundle(data)
    contents = [bytes(content) for _, content in read.members()]
    assert sum(map(len, contents)) < len(data)


def _opening(data: bytes) -> None:
    assert openings.parse_line(data).to_line() == data


def _register(data: bytes) -> None:
    read = register.read(data)
    assert len(read.fingerprint()) == 64
    assert {key for listed in read.keys for key in [listed.key] if listed.covers(0)} >= set(
        read.log_keys_at(0)
    )


def _register_note(data: bytes) -> None:
    signed, _, text = data.partition(SEPARATOR)
    assert register.verify_note(signed, text, previous=None).roots


def _decision(data: bytes) -> None:
    read = decision.read_evidence(data)
    assert decision.read_evidence(read.to_bytes()) == read
    decision.check(read, edition.read(read.edition))


def _object(data: bytes) -> None:
    text, _, lent = data.partition(SEPARATOR)
    found = object_verdict.judge(text, Bundle(b"", b"", lent or None, lent or None), Pins(keys=KEYS))
    assert len(found.steps) == 6
    canonical.canonicalise(found.to_json()["facts"])
    read = objects.read(text)
    assert read.id.startswith(("http://", "https://"))
    assert canonical.read(canonical.canonicalise(canonical.read(text))) == canonical.read(text)
    assert kinds.kind_of(text) in {"object", "bundle"}


def _policy(data: bytes) -> None:
    read = policy.parse(data)
    assert policy.parse(read.to_text()) == read


def _vkey(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    assert PublicKey.from_vkey(text).vkey == text


def _dns(data: bytes) -> None:
    found = dns_record.parse(data.decode("utf-8", "replace"))
    assert found is None or dns_record.parse(found.to_text()) == found


def _cosignatures(data: bytes) -> None:
    assert all(found.time > 0 for found in cosignature.cosignatures_of(data, WITNESS_KEYS))


def _submission(data: bytes) -> None:
    assert submission.parse(data).to_bytes() == data


def _witness_answer(data: bytes) -> None:
    text = Checkpoint("news.example.org/log", 1, bytes(32)).text()
    for key in WITNESS_KEYS:
        assert all(time > 0 for _line, time in cosignature.lines_by(key, data, text=text))


def _kinds(data: bytes) -> None:
    kinds.kind_of(data)
    link = kinds.edition_link(data.decode("utf-8", "replace"), "https://news.example.org/s/1/")
    assert link is None or kinds.edition_number(link)


def _inclusion(data: bytes) -> None:
    numbers, hashes = data[:4], [data[at : at + 32] for at in range(4, len(data), 32)]
    index, size = (int.from_bytes(number, "big") for number in (numbers[:2], numbers[2:]))
    root, value, *proof = [*hashes, b"", b""]
    merkle.verify_inclusion(index=index, size=size, hash_of_leaf=value, proof=proof[:-2], root=root)


def _consistency(data: bytes) -> None:
    numbers, hashes = data[:4], [data[at : at + 32] for at in range(4, len(data), 32)]
    old, new = (int.from_bytes(number, "big") for number in (numbers[:2], numbers[2:]))
    one, other, *proof = [*hashes, b"", b""]
    merkle.verify_consistency(old_size=old, new_size=new, old_root=one, new_root=other, proof=proof[:-2])


def _verdict(data: bytes) -> None:
    parts = [*data.split(SEPARATOR), b"", b"", b"", b""]
    source = Bundle(parts[0], parts[1], parts[2] or None, parts[3] or None, parts[4] or None)
    for pins in (Pins(keys=KEYS), Pins(root="0" * 64, site_register=parts[2])):
        found = verdict.judge(source, pins)
        assert len(found.steps) == 11
        canonical.canonicalise(found.to_json()["facts"])
    verdict.judge_checkpoint(parts[1], source, Pins(keys=KEYS))


def _compare(data: bytes) -> None:
    one, _, other = data.partition(SEPARATOR)
    found = compare.compare(one, other, trusted=KEYS, readers=[lambda _path: other])
    assert compare.evidence(found, one, other).startswith(one)


def _tree(data: bytes) -> None:
    size = int.from_bytes(data[:2], "big") % 1024
    list(TreeWalk(size, data[2:34], lambda path: data[2:] if len(path) % 2 else data[34:]))


def _came_back(data: bytes) -> None:
    report = reading.read(data)
    assert len(report.diagnostic) <= 400
    assert len(report.status) <= 12
    assert len(report.message_ids) <= reading.MOST_IDS


def _inquiry_mail(data: bytes) -> None:
    found = inquiry_reading.read(data)
    if found is None:
        return
    assert "@" in found.address
    said = "".join((found.name, found.subject, found.text, *(one.name for one in found.files)))
    assert b"\0" not in said.encode()
    assert len(found.text) <= inquiry_reading.MOST_LETTERS + len(" […]")
    assert len(found.answers) <= inquiry_reading.MOST_IDS
    assert len(found.files) <= inquiry_reading.MOST_FILES
    assert all(len(one.body) <= inquiry_reading.LARGEST_FILE for one in found.files)


def _http_answer(data: bytes) -> None:
    """However the network cuts an answer into pieces, the same is read."""
    try:
        whole = _answer([data])
    except Malformed as error:
        raise ProofError(str(error)) from error
    again = _answer([data[at : at + 1] for at in range(len(data))])
    assert (again.status, again.headers, again.body) == (whole.status, whole.headers, whole.body)
    assert len(whole.body) <= 100
    assert not again.reusable or again.enough


def _answer(pieces: list[bytes]) -> Reading:
    answer = Reading(100)
    for piece in pieces:
        answer.feed(piece)
        if answer.enough:
            break
    return answer


TARGETS: dict[str, Callable[[bytes], None]] = {
    name.removeprefix("_"): target
    for name, target in (
        (target.__name__, target)
        for target in (
            _canonical,
            _edition,
            _leaf,
            _note,
            _checkpoint,
            _proof,
            _tile,
            _entries,
            _edge,
            _bundle,
            _opening,
            _register,
            _register_note,
            _decision,
            _object,
            _policy,
            _vkey,
            _dns,
            _cosignatures,
            _submission,
            _witness_answer,
            _kinds,
            _inclusion,
            _consistency,
            _verdict,
            _compare,
            _tree,
            _came_back,
            _inquiry_mail,
            _http_answer,
        )
    )
}


def attempt(name: str, data: bytes) -> bool:
    """Give bytes to a target; tell whether they were read. Anything but a ProofError is a bug."""
    try:
        TARGETS[name](data)
    except ProofError:
        return False
    return True

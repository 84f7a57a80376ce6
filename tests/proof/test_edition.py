# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest

from onrecord.proof.canonical import canonicalise
from onrecord.proof.edition import (
    Previous,
    commitment,
    freeze,
    read,
    timestamp,
    verify_commitment,
)
from onrecord.proof.errors import BadEdition, NotCanonical, WrongCommitment
from tests.proof.cast import EDITION, NONCE, ORIGIN


def test_a_commitment_is_a_salted_hash_of_the_bytes() -> None:
    expected = hashlib.sha256(b"onrecord/edition/1\n" + NONCE + b"{}").digest()
    assert commitment(NONCE, b"{}") == expected
    verify_commitment(expected, nonce=NONCE, edition_bytes=b"{}")


def test_other_bytes_or_another_nonce_do_not_open_a_commitment() -> None:
    expected = commitment(NONCE, b"{}")
    for nonce, data in [(NONCE, b"[]"), (bytes(32), b"{}")]:
        with pytest.raises(WrongCommitment, match=f"but the leaf holds {expected.hex()}"):
            verify_commitment(expected, nonce=nonce, edition_bytes=data)


def test_a_nonce_of_another_length_is_refused() -> None:
    with pytest.raises(BadEdition, match=r"The nonce has 16 bytes, not 32"):
        commitment(bytes(16), b"{}")


def test_a_frozen_edition_is_read_back() -> None:
    previous = Previous(7, bytes(32))
    data = freeze({**EDITION, "op": "correct", "edition": 2, "prev": previous.to_json(), "reason": "A date."})
    edition = read(data)
    assert (edition.log, edition.number, edition.operation) == (ORIGIN, 2, "correct")
    assert edition.previous == previous
    assert edition.reason == "A date."
    assert edition.issued == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert edition.members["v"] == "onrecord/edition/1"
    assert canonicalise(edition.members) == data


def test_members_of_later_versions_are_kept() -> None:
    assert read(freeze({**EDITION, "summary": "Short."})).members["summary"] == "Short."


def test_a_moment_is_written_in_utc_and_whole_seconds() -> None:
    brussels = timezone(timedelta(hours=1))
    assert timestamp(datetime(2026, 11, 24, 9, 0, 0, 5, tzinfo=brussels)) == "2026-11-24T08:00:00Z"
    with pytest.raises(BadEdition, match=r"has no time zone"):
        timestamp(datetime(2026, 11, 24))  # noqa: DTZ001 – that is the point


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"log": ""}, "The member log is ''. It must be text, and not empty"),
        ({"statement": None}, "The member statement is None"),
        ({"title": 5}, "The member title is 5"),
        ({"edition": 0}, "The member edition is 0. It must be a number from 1"),
        ({"edition": True}, "The member edition is True"),
        ({"op": "delete"}, "The operation is 'delete'. It must be one of publish, update"),
        ({"lang": "english language"}, "It must be a language tag"),
        ({"issued": "2026-11-24 08:00"}, "It must be a UTC time"),
        ({"issued": "2026-13-24T08:00:00Z"}, "no moment in time"),
        ({"prev": 3}, "The member prev is 3. It must hold a leaf index and a commitment"),
        ({"prev": {"index": -1, "commitment": ""}}, "It must hold a leaf index"),
        ({"prev": {"index": 1, "commitment": "AAAA"}}, "commitment in prev has 3 bytes, not 32"),
        ({"op": "withdraw", "reason": "x"}, "operation withdraw must name the one before it in prev"),
        ({"op": "erase"}, "operation erase must give a public reason"),
        ({"reason": 4}, "The member reason is 4"),
        ({"blocks": {}}, "The member blocks must be an array of objects"),
        ({"blocks": ["x"]}, "The member blocks must be an array of objects"),
        ({"blocks": [{"kind": "p", "text": ""}]}, "The member id is None"),
        ({"blocks": [{"id": "a", "kind": "p"}]}, "The block 'a' has no text"),
        ({"blocks": [{"id": "a", "kind": "p", "text": ""}] * 2}, "Two blocks have the id 'a'"),
        ({"files": [{"name": "a", "type": "b", "sha256": "0"}]}, "It must be a SHA-256 in hexadecimal"),
        (
            {"files": [{"name": "a", "type": "b", "sha256": "0" * 64, "size": -1}]},
            "The file 'a' has the size -1",
        ),
        ({"html_sha256": "F" * 64}, "It must be a SHA-256 in hexadecimal"),
        ({"title": "a\r\nb"}, r"\$\.title holds a carriage return"),
        (
            {"blocks": [{"id": "a", "kind": "p", "text": "\r"}]},
            r"\$\.blocks\.0\.text holds a carriage return",
        ),
    ],
)
def test_malformed_editions_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(BadEdition, match=message):
        freeze({**EDITION, **change})


def test_bytes_that_are_no_edition_are_refused() -> None:
    with pytest.raises(BadEdition, match=r"holds one object"):
        read(b"[]")
    with pytest.raises(BadEdition, match=r"of version 'onrecord/edition/2'. This program reads"):
        read(b'{"v":"onrecord/edition/2"}')
    with pytest.raises(NotCanonical, match=r"not canonical"):
        read(b'{"v": "onrecord/edition/1"}')

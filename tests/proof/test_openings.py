# SPDX-License-Identifier: Apache-2.0
"""Lines of `/log/open/`: one form for each state, and nothing else is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from onrecord.proof.errors import BadOpening
from onrecord.proof.openings import Erased, LeafState, Opened, Sealed, parse, parse_line

UNTIL = datetime(2026, 12, 24, 8, tzinfo=UTC)
NONCE = b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
OPEN = b'{"edition":"/s/2026/water/1.json","leaf":0,"nonce":"' + NONCE + b'","state":"open"}'
SEALED = b'{"leaf":1,"state":"sealed","until":"2026-12-24T08:00:00Z"}'
ERASED = b'{"by":9,"leaf":2,"state":"erased"}'


@pytest.mark.parametrize(
    ("line", "opening"),
    [
        (OPEN, Opened(0, "/s/2026/water/1.json", bytes(range(32)))),
        (SEALED, Sealed(1, UNTIL)),
        (ERASED, Erased(2, 9)),
    ],
)
def test_each_state_has_one_form(line: bytes, opening: LeafState) -> None:
    assert opening.to_line() == line
    assert parse_line(line) == opening


def test_a_file_holds_leaves_in_unbroken_order() -> None:
    lines = [OPEN, SEALED, ERASED]
    data = b"".join(line + b"\n" for line in lines)
    assert [opening.leaf for opening in parse(data, number=0, size=3)] == [0, 1, 2]
    with pytest.raises(BadOpening, match=r"The line where leaf 1 belongs is about leaf 2"):
        parse(OPEN + b"\n" + ERASED + b"\n", number=0, size=2)
    for cut in (data[:-1], data[: len(OPEN)], b""):
        with pytest.raises(BadOpening, match=r"lines about leaves from 0, not 3"):
            parse(cut, number=0, size=3)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"[]", r"says neither open, sealed nor erased"),
        (b'{"leaf":1,"state":"lost"}', r"says neither open, sealed nor erased"),
        (b'{"leaf":1}', r"says neither open, sealed nor erased"),
        (b'{"leaf":1,"nonce":"","state":"sealed","until":"2026-12-24T08:00:00Z"}', r"says neither open"),
        (b'{"leaf":1,"state":"erased"}', r"says neither open, sealed nor erased"),
        (SEALED.replace(b":1", b": 1"), r"JSON but not canonical"),
        (SEALED.replace(b'"leaf":1', b'"leaf":-1'), r"-1 is not the number of a leaf"),
        (SEALED.replace(b'"leaf":1', b'"leaf":true'), r"True is not the number of a leaf"),
        (SEALED.replace(b"08:00:00Z", b"08:00Z"), r"is not a UTC time"),
        (SEALED.replace(b"08:00:00Z", b"8:00:00Z"), r"is not a UTC time"),
        (SEALED.replace(b"24T", b"34T"), r"is no moment in time"),
        (SEALED.replace(b'"2026-12-24T08:00:00Z"', b"1"), r"is not a UTC time"),
        (b'{"by":2,"leaf":2,"state":"erased"}', r"Leaf 2 is said to be erased by leaf 2\. Only a later one"),
        (OPEN.replace(NONCE, b"AAE="), r"nonce has 2 bytes, not 32"),
        (OPEN.replace(b'"' + NONCE + b'"', b"1"), r"nonce is '\?', which is not strict base64"),
        (OPEN.replace(b"/s/2026", b"s/2026"), r"is not the path of an edition"),
        (OPEN.replace(b"/s/2026", b"/s/" + b"x" * 4096), r"at most 4096 are read"),
    ],
)
def test_nothing_else_is_read(line: bytes, message: str) -> None:
    with pytest.raises(BadOpening, match=message):
        parse_line(line)


def test_a_seal_is_late_after_its_date_or_when_it_lasts_too_long() -> None:
    sealed = Sealed(1, UNTIL)
    assert not sealed.is_late(UNTIL + timedelta(hours=1))
    assert sealed.is_late(UNTIL + timedelta(hours=1, seconds=1))
    now = UNTIL - timedelta(days=1)
    assert not sealed.is_late(now, sealed_at=UNTIL - timedelta(days=30))
    assert sealed.is_late(now, sealed_at=UNTIL - timedelta(days=31))
    assert not sealed.is_late(now, sealed_at=UNTIL - timedelta(days=31), max_days=60)

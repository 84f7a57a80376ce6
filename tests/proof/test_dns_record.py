# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.proof.dns_record import DnsRecord, parse
from onrecord.proof.errors import BadEncoding

ROOT = "0123456789abcdef" * 4


def test_what_is_written_is_read_again() -> None:
    for record in (DnsRecord("news.elmford.example/log", ROOT), DnsRecord("news.elmford.example:8443/log")):
        assert parse(record.to_text()) == record
    assert DnsRecord("a.example/log", ROOT).to_text() == f"v=onrecord1; log=a.example/log; root={ROOT}"


@pytest.mark.parametrize(
    "text",
    [
        f"v=onrecord1;log=a.example/log;root={ROOT}",
        f" v = onrecord1 ; log = a.example/log ; root = {ROOT} ; ",
        f"v=onrecord1; root={ROOT}; later=a b c; log=a.example/log",
    ],
)
def test_blank_space_order_and_what_comes_later_make_no_difference(text: str) -> None:
    assert parse(text) == DnsRecord("a.example/log", ROOT)


@pytest.mark.parametrize(
    "text", ["", ";", "v=spf1 -all", "log=a.example/log; v=onrecord1", "v=onrecord12; log=a.example/log"]
)
def test_records_about_something_else_are_passed_over(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("v=onrecord1", "names the log ''"),
        ("v=onrecord1; log=", "names the log ''"),
        ("v=onrecord1; log=a b", "names the log 'a b'"),
        ("v=onrecord1; log=a.example/log; log=b.example/log", "stands there twice"),
        ("v=onrecord1; log=a.example/log; root", "is not name=value"),
        ("v=onrecord1; log=a.example/log; root=", "not 64 digits"),
        (f"v=onrecord1; log=a.example/log; root={ROOT.upper()}", "not 64 digits"),
        (f"v=onrecord1; log=a.example/log; root={ROOT[1:]}", "not 64 digits"),
        ("v=onrecord1; log=a.example/log; x=" + "x" * 1000, "at most 1000"),
    ],
)
def test_a_record_that_only_looks_like_ours_is_refused(text: str, why: str) -> None:
    with pytest.raises(BadEncoding, match=why):
        parse(text)


@given(st.text(max_size=200))
def test_no_text_upsets_the_reader(text: str) -> None:
    for candidate in (text, f"v=onrecord1;{text}"):
        with contextlib.suppress(BadEncoding):
            parse(candidate)

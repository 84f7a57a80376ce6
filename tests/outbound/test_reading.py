# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import time
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.outbound.reading import LONGEST_HEAD, MOST_INTERIM, Malformed, Reading

OK = b"HTTP/1.1 200 OK\r\n"
ANSWERS = {
    "with its length": OK + b"Content-Length: 9\r\n\r\nthank you",
    "in chunks": OK + b"Transfer-Encoding: chunked\r\n\r\n6;a=b\r\nthank \r\n3\r\nyou\r\n0\r\nX: y\r\n\r\n",
    "after hints": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    + OK
    + b"content-length:9\r\n\r\nthank you",
    "with bare line feeds": b"HTTP/1.1 200 OK\nContent-Length: 9\n\nthank you",
}


def _read(*pieces: bytes, limit: int = 100, bodiless: bool = False) -> Reading:
    answer = Reading(limit, bodiless=bodiless)
    for piece in pieces:
        answer.feed(piece)
    return answer


@pytest.mark.parametrize("data", ANSWERS.values(), ids=ANSWERS.keys())
@given(cuts=st.lists(st.integers(0, 200), max_size=6))
def test_an_answer_is_read_however_the_network_cuts_it(data: bytes, cuts: list[int]) -> None:
    at = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    answer = _read(*(data[begin:end] for begin, end in pairwise(at)))
    assert (answer.status, answer.body, answer.enough, answer.reusable) == (200, b"thank you", True, True)


def test_headers_are_found_by_names_in_lower_case_and_the_last_counts() -> None:
    answer = _read(OK + b"Retry-After: 5\r\nX: 1\r\nX:  two \r\n three\r\nContent-Length: 0\r\n\r\n")
    assert answer.headers == {"retry-after": "5", "x": "two three", "content-length": "0"}


def test_an_answer_without_a_length_ends_with_the_connection() -> None:
    answer = _read(OK + b"\r\n", b"thank ", b"you")
    assert not answer.enough
    answer.end()
    assert (answer.body, answer.enough, answer.reusable) == (b"thank you", True, False)


def test_who_hangs_up_in_the_head_has_not_answered() -> None:
    answer = _read(OK)
    answer.end()
    assert (answer.has_begun, answer.status, answer.enough) == (True, 0, False)
    assert not _read().has_begun


def test_of_a_long_body_only_the_beginning_is_kept_and_the_connection_is_not_used_again() -> None:
    for head in (b"Content-Length: 5000000", b"Transfer-Encoding: chunked", b"X: y"):
        chunk = b"ffff\r\n" if b"chunked" in head else b""
        answer = _read(OK + head + b"\r\n\r\n" + chunk, b"x" * 3000, limit=1000)
        assert (answer.body, answer.enough, answer.reusable) == (b"x" * 1000, True, False)


def test_a_body_of_just_the_limit_is_complete() -> None:
    for data in (ANSWERS["with its length"], ANSWERS["in chunks"]):
        assert _read(data, limit=9).reusable
        assert not _read(data, limit=8).reusable


@pytest.mark.parametrize(
    ("head", "bodiless"),
    [(b"HTTP/1.1 204 No Content\r\n\r\n", False), (OK + b"Content-Length: 9\r\n\r\n", True)],
)
def test_some_answers_have_no_body_whatever_they_say(head: bytes, bodiless: bool) -> None:
    answer = _read(head, bodiless=bodiless)
    assert (answer.enough, answer.reusable, answer.body) == (True, True, b"")


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        OK + b"Connection: close\r\nContent-Length: 0\r\n\r\n",
        OK + b"Content-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n",
        OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nmore",
        OK + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nbomb",
    ],
)
def test_a_connection_that_may_hold_something_else_is_not_used_again(data: bytes) -> None:
    answer = _read(data)
    assert (answer.status, answer.enough, answer.reusable) == (200, True, False)


def test_what_comes_after_the_answer_makes_its_connection_unfit() -> None:
    answer = _read(OK + b"Content-Length: 2\r\n\r\nok")
    assert answer.reusable
    answer.feed(OK)
    assert not answer.reusable


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "does not begin with a status"),
        (b"HTTP/2 200\r\n\r\n", "does not begin with a status"),
        (b"HTTP/1.1 99 No\r\n\r\n", "does not begin with a status"),
        (b"HTTP/1.1 2000 No\r\n\r\n", "does not begin with a status"),
        (OK + b"no colon\r\n\r\n", "a header has no name"),
        (OK + b": nameless\r\n\r\n", "a header has no name"),
        (OK + b"Content-Length : 1\r\n\r\n", "a header has no name"),
        (OK + b"Content-Length: -1\r\n\r\n", "its length is contradictory"),
        (OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "its length is contradictory"),
        (OK + b"Content-Length: 1, 2\r\n\r\n", "its length is contradictory"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nx\r\n", "a chunk has no size"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n", "a chunk has no size"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n", "a chunk is longer than it says"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"x" * 2000, "between its chunks is too long"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: y\r\n" * 20_000, "its trailers are too long"),
        (OK + b"X: y\r\n" * 20_000, "its head is too long"),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", "changes the protocol"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * (MOST_INTERIM + 1), "again and again"),
    ],
)
def test_what_is_no_answer_is_refused(data: bytes, what: str) -> None:
    with pytest.raises(Malformed, match=what):
        _read(data)


def test_interim_answers_count_as_part_of_the_head() -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nX: " + b"y" * (LONGEST_HEAD // 2) + b"\r\n\r\n"
    with pytest.raises(Malformed, match="its head is too long"):
        _read(hints, hints)


@pytest.mark.parametrize("lines", [b"0\r\n" + b"a\n" * 130_000, b"1\r\na\r\n" * 43_000])
def test_an_answer_of_many_short_lines_costs_no_more_than_its_length(lines: bytes) -> None:
    head = OK + b"Transfer-Encoding: chunked\r\n\r\n"
    begun = time.process_time()
    with suppress(Malformed):  # such trailers are too long
        _read(head, lines, limit=2_000)
    assert time.process_time() - begun < 0.2

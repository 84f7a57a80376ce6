# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.proof import canonical
from onrecord.proof.canonical import Json, canonicalise, parse
from onrecord.proof.errors import (
    DuplicateKey,
    ForbiddenNumber,
    ForbiddenText,
    ForbiddenType,
    NotCanonical,
)

texts = st.text().map(lambda text: unicodedata.normalize("NFC", text))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)


@given(values)
def test_what_is_written_is_read_back(value: Json) -> None:
    data = canonicalise(value)
    assert parse(data) == value
    assert canonicalise(parse(data)) == data
    assert json.loads(data) == value


@given(values)
def test_the_quick_way_and_the_careful_way_write_the_same(value: Json) -> None:
    parts: list[str] = []
    canonical._write(value, "$", 0, parts)
    assert canonicalise(value) == "".join(parts).encode()


@given(st.dictionaries(texts, st.integers(0, 9)))
def test_the_order_of_members_does_not_matter(members: dict[str, int]) -> None:
    backwards = dict(reversed(members.items()))
    assert canonicalise(members) == canonicalise(backwards)


@given(st.binary(max_size=40))
def test_any_bytes_are_read_as_written_or_refused(data: bytes) -> None:
    try:
        value = parse(data)
    except NotCanonical:
        return
    assert canonicalise(value) == data


def test_members_are_sorted_by_utf16_code_units_as_in_rfc_8785() -> None:
    members = {
        "\u20ac": 1,
        "\r": 2,
        "\u05d3": 3,
        "1": 4,
        "\U0001f600": 5,
        "\x80": 6,
        "\u00f6": 7,
    }
    assert canonicalise(members).decode() == (
        '{"\\r":2,"1":4,"\x80":6,"\u00f6":7,"\u05d3":3,"\u20ac":1,"\U0001f600":5}'
    )
    # U+FFFD sorts behind U+1F600 in UTF-16 and before it by code point.
    assert canonicalise({"\ufffd": 1, "\U0001f600": 2}).decode() == '{"\U0001f600":2,"\ufffd":1}'


def test_text_is_escaped_as_in_rfc_8785() -> None:
    text = '\u20ac$\x0f\nA\'B"\\\\"/\x7f\u2028<'
    assert canonicalise(text).decode() == '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f\u2028<"'


def test_tuples_are_arrays() -> None:
    assert canonicalise((1, [True, None], {})) == b"[1,[true,null],{}]"


@pytest.mark.parametrize("number", [2**53, -(2**53), 10**30])
def test_integers_that_a_browser_cannot_hold_are_refused(number: int) -> None:
    with pytest.raises(ForbiddenNumber, match=rf"\$\.size is {number}\. Integers must lie strictly between"):
        canonicalise({"size": number})


@pytest.mark.parametrize("number", [1.0, 0.5, float("nan"), float("inf")])
def test_floats_are_refused(number: float) -> None:
    with pytest.raises(ForbiddenNumber, match=r"\$\[0\] is .*Only integers are allowed"):
        canonicalise([number])


@pytest.mark.parametrize("literal", ["1.0", "1e3", "NaN", "Infinity", "-Infinity", "9" * 5000, str(2**53)])
def test_numbers_that_are_no_small_integers_are_refused_on_reading(literal: str) -> None:
    with pytest.raises(ForbiddenNumber, match=r"strictly between -2\^53 and 2\^53"):
        parse(f"[{literal}]".encode())


def test_text_that_is_not_normalised_is_refused() -> None:
    with pytest.raises(ForbiddenText, match=r"\$\.name is 'e\\u0301', which is not in Unicode normal form C"):
        canonicalise({"name": "e\u0301"})
    with pytest.raises(ForbiddenText, match=r"a key of \$ is 'e\\u0301'"):
        canonicalise({"e\u0301": 1})


def test_lone_surrogates_are_refused() -> None:
    with pytest.raises(ForbiddenText, match=r"\$ holds the lone surrogate '\\ud800'"):
        canonicalise("a\ud800")
    with pytest.raises(ForbiddenText, match=r"lone surrogate"):
        parse(b'"\\ud800"')


def test_types_that_json_does_not_have_are_refused() -> None:
    with pytest.raises(ForbiddenType, match=r"\$\[0\] is of type bytes"):
        canonicalise([b"x"])
    with pytest.raises(ForbiddenType, match=r"has the key 1, which is not text"):
        canonicalise({1: "x"})


def test_values_nested_too_deeply_are_refused() -> None:
    value: list[object] = []
    for _ in range(70):
        value = [value]
    with pytest.raises(ForbiddenType, match=r"nested deeper than 64 levels"):
        canonicalise(value)
    with pytest.raises(ForbiddenType, match=r"nested deeper than 64 levels"):
        parse(b"[" * 100_000 + b"]" * 100_000)


def test_a_key_that_occurs_twice_is_refused() -> None:
    with pytest.raises(DuplicateKey, match=r"The key 'a' occurs twice"):
        parse(b'{"a":1,"a":1}')


@pytest.mark.parametrize(
    "data", [b'{"a": 1}', b"[1,2]\n", b'{"b":1,"a":2}', b'"\\u0041"', b"[-0]", b'"\\/"', b'"\\u000A"', b" 1"]
)
def test_json_that_is_not_canonical_is_refused(data: bytes) -> None:
    with pytest.raises(NotCanonical, match=r"JSON but not canonical: byte \d+ differs"):
        parse(data)


def test_bytes_that_are_no_json_are_refused() -> None:
    with pytest.raises(NotCanonical, match=r"not UTF-8: invalid start byte at byte 1"):
        parse(b'"\xff"')
    with pytest.raises(NotCanonical, match=r"not JSON: Expecting value at character 0"):
        parse(b"")
    with pytest.raises(NotCanonical, match=r"not JSON"):
        parse(b"\xef\xbb\xbf{}")

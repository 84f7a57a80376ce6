# SPDX-License-Identifier: Apache-2.0
"""Documents from elsewhere are read alike in every form, and never cost more than they may."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.federation.receiving import normal
from onrecord.federation.receiving.errors import Malformed

JAN = "https://remote.example/users/jan"
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "value",
    [
        JAN,
        {"id": JAN},
        {"@id": JAN},
        [JAN],
        [{"id": JAN, "type": "Person"}],
        [{}, None, 7, JAN],
        [[JAN], JAN],
    ],
)
def test_a_property_is_read_alike_as_string_object_or_list(value: object) -> None:
    assert normal.ids(value) == [JAN]
    assert normal.first_id(value) == JAN


@pytest.mark.parametrize(
    "kind", ["Follow", "as:Follow", ["Follow"], "https://www.w3.org/ns/activitystreams#Follow"]
)
def test_a_type_is_read_with_and_without_its_namespace(kind: object) -> None:
    assert normal.activity({"id": f"{JAN}/1", "type": kind, "actor": {"id": JAN}}).kind == "Follow"


@pytest.mark.parametrize("key", ["to", "cc"])
@pytest.mark.parametrize("name", sorted(normal.PUBLIC))
def test_public_and_unlisted_are_for_everybody_by_any_of_the_three_names(key: str, name: str) -> None:
    assert normal.is_public({key: name})
    assert normal.is_public({key: ["https://remote.example/followers", {"id": name}]})
    assert not normal.is_public({"audience": name})


@pytest.mark.parametrize(
    "address",
    [
        *("", "javascript:alert(1)", "ftp://a.example/", "https://", "https:///x", "https://a b.example/"),
        *(
            "https://user@a.example/",
            "https://a.example/\n",
            "https://a.example/\u202e",
            "https://a.example/'",
        ),
        "https://a.example/" + "x" * 500,
        *(None, 7, ["https://a.example/"]),
    ],
)
def test_what_is_no_address_that_can_be_kept_is_none(address: object) -> None:
    assert normal.address(address) == ""


def test_the_language_is_that_of_the_text_in_its_map() -> None:
    document = {"content": "Danke", "contentMap": {"en": "Thanks", "de": "Danke"}}
    assert normal.language(document) == "de"
    assert normal.text({"contentMap": {"de": "Danke"}}, "content") == "Danke"
    assert normal.language({"content": "Danke", "contentMap": {"<script>": "Danke"}}) == ""


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{" + b" " * normal.LARGEST, "bytes"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "nested"),
        (b'{"a": [' + b"0," * 20_000 + b"0]}", "more than 20000 values"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": Infinity}', "Infinity"),
        (b'{"a": 1e999}', "1e999 is larger"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "no JSON"),
        (b'"\\ud800"', "no JSON object"),
    ],
)
def test_what_would_cost_too_much_or_can_be_read_twofold_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        normal.read(body)


@pytest.mark.parametrize("piece", [b'"', b'\\"', b"[", b"\\", b'"[', b"]", b'"\\'])
def test_no_document_takes_long_to_be_refused(piece: bytes) -> None:
    body = b'{"a":"' + piece * (900_000 // len(piece))
    began = time.process_time()
    with pytest.raises(Malformed):
        normal.read(body)
    assert time.process_time() - began < 2  # a quadratic scan takes hours


def test_brackets_in_texts_are_no_depth() -> None:
    assert normal.read(b'{"a": "' + b"[{" * 1000 + b'"}') == {"a": "[{" * 1000}


@given(
    st.dictionaries(
        st.sampled_from(["id", "type", "actor", "object", "to", "content", "contentMap"]), json_values
    )
)
def test_any_document_is_an_activity_or_is_refused(document: dict[str, object]) -> None:
    try:
        found = normal.activity(document)
    except Malformed:
        return
    assert normal.address(found.id)
    assert normal.address(found.actor)
    assert isinstance(found.object_id, str)
    normal.text(document, "content")
    normal.language(document)
    normal.is_public(document)

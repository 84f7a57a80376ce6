# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from enum import IntEnum
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from onrecord.proof import compact
from onrecord.proof.canonical import canonicalise

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


class Level(IntEnum):
    HIGH = 3


@pytest.fixture(scope="module")
def standard() -> Iterator[ModuleType]:
    """Return the module as it is where msgspec cannot be imported."""
    kept = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "msgspec"}
    sys.modules.update(dict.fromkeys(["msgspec", "msgspec.json", *kept]))  # type: ignore[arg-type]  # None: absent
    try:
        spec = importlib.util.spec_from_file_location("compact_without_msgspec", compact.__file__)
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        for name in ("msgspec", "msgspec.json"):
            sys.modules.pop(name, None)
        sys.modules.update(kept)
    assert module._msgspec is None
    return module


@given(values)
def test_both_encoders_write_the_same(standard: ModuleType, value: object) -> None:
    assert json.loads(compact.compact(value)) == value
    assert compact.compact(value) == standard.compact(value)
    assert compact.compact_sorted(value) == standard.compact_sorted(value)


def test_members_keep_their_order_or_are_sorted(standard: ModuleType) -> None:
    for module in (compact, standard):
        assert module.compact({"b": 1, "a": ("\u00e9", True, None)}) == '{"b":1,"a":["é",true,null]}'.encode()
        assert (
            module.compact_sorted({"b": 1, "B": 2, "a": {"d": 3, "c": 4}})
            == b'{"B":2,"a":{"c":4,"d":3},"b":1}'
        )


def test_every_character_is_escaped_alike(standard: ModuleType) -> None:
    text = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x10000)])) + "\U0001f600\U0010ffff"
    assert compact.compact(text) == standard.compact(text)


def test_a_lone_surrogate_is_refused_by_both(standard: ModuleType) -> None:
    for module in (compact, standard):
        with pytest.raises(UnicodeEncodeError):
            module.compact({"a": ["\ud800"]})
        with pytest.raises(UnicodeEncodeError):
            module.compact_sorted("\udfff")


def test_text_that_is_marked_as_html_is_text_for_both(standard: ModuleType) -> None:
    for module in (compact, standard):
        assert module.compact({"b": [Markup("<i>é")], "a": Level.HIGH}) == '{"b":["<i>é"],"a":3}'.encode()
        assert module.compact_sorted({"b": Markup("<i>"), "a": 1}) == b'{"a":1,"b":"<i>"}'
        with pytest.raises(TypeError):
            module.compact({"a": object()})


def test_text_and_numbers_of_other_types_are_canonical_like_plain_ones() -> None:
    value = {"html": Markup("<b>"), "level": Level.HIGH, "yes": True}
    assert canonicalise(value) == b'{"html":"<b>","level":3,"yes":true}'

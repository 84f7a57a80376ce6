# SPDX-License-Identifier: Apache-2.0
"""No address leads out of the site directory, and none can be read in two ways."""

from __future__ import annotations

import os
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onrecord.bakery import addresses
from onrecord.bakery.errors import UnsafeAddress

TRICKS = st.lists(
    st.one_of(
        st.sampled_from(
            ["/", "//", "..", ".", "\\", "%2e%2e", "%2f", "\x00", ".well-known", ".env", "index.html"]
        ),
        st.sampled_from(["a", "é", "e\u0301", ".br", ".gz", ":", "\ud800", "\u2025", "~", " ", "статья"]),
        st.text(max_size=5),
    ),
    max_size=8,
).map("".join)


@given(TRICKS)
@example("/../../etc/passwd")
@example("/a/%2e%2e/b")
@example("/.env")
def test_a_name_stays_below_the_directory_and_leads_back_to_its_address(address: str) -> None:
    try:
        name = addresses.file_name("/" + address)
    except UnsafeAddress:
        return
    parts = name.split("/")
    assert os.path.normpath(f"/site/{name}") == f"/site/{name}"
    assert not any(part in {"", ".", ".."} for part in parts)
    assert all(
        not part.startswith(".") or (number == 0 and part == ".well-known")
        for number, part in enumerate(parts)
    )
    assert "\x00" not in name
    assert "\\" not in name
    assert not name.endswith((".br", ".gz"))
    assert unicodedata.is_normalized("NFC", name)
    assert addresses.address_of(name) == "/" + address


@given(TRICKS)
def test_two_addresses_never_share_a_file(address: str) -> None:
    other = "/" + address.rstrip("/") + "/"
    if addresses.is_plain("/" + address) and addresses.is_plain(other) and other != "/" + address:
        assert addresses.file_name("/" + address) != addresses.file_name(other)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("s/2026/", "does not start with '/'"),
        ("/a//b", "holds an empty name"),
        ("/a/../b", r"starts with '\.'"),
        ("/.env", r"starts with '\.'"),
        ("/a/.well-known/x", r"starts with '\.'"),
        ("/a\x00b", "control character"),
        ("/a%2e", "control character or one of"),
        ("/a/index.html", r"end it in '/'"),
        ("/a.css.br", "compressed twin"),
        ("/" + "x" * 201, "over 200 bytes"),
        ("/x" * 600, "longer than 1024 bytes"),
        ("/cafe\u0301/", "normal form C"),
    ],
)
def test_a_refusal_says_why(address: str, reason: str) -> None:
    with pytest.raises(UnsafeAddress, match=reason):
        addresses.check(address)


@pytest.mark.parametrize(
    "address", ["/", "/s/2026/eau-chère/", "/log/tile/0/x001/067", "/.well-known/security.txt"]
)
def test_plain_addresses_are_accepted(address: str) -> None:
    addresses.check(address)

# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from onrecord.outbound import addresses
from onrecord.outbound.errors import BadAddress

PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
    "255.255.255.255", "192.0.0.1",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1", "64:ff9b:1::1", "2002:7f00:1::", "2002:c0a8:101::1",
    "2001:0:7f00:1::", "100::1", "2606:4700::1%eth0", "not an address", "",
]  # fmt: skip
PUBLIC = [
    "9.9.9.9",
    "1.1.1.1",
    "172.32.0.1",
    "2620:fe::9",
    "2606:4700::1111",
    "::ffff:9.9.9.9",
    "64:ff9b::9.9.9.9",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_machines_that_are_not_on_the_public_internet_are_recognised(address: str) -> None:
    assert not addresses.is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_machines_on_the_public_internet_are_recognised(address: str) -> None:
    assert addresses.is_public(address)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://example.org/", "begins with 'ftp'. Only http and https"),
        ("file:///etc/passwd", "begins with 'file'"),
        ("//example.org/", "begins with ''"),
        ("example.org", "begins with ''"),
        ("https://", "names no host"),
        ("https:///path", "names no host"),
        ("https://example.org:0/", "names no host"),
        ("https://example.org:x/", "is malformed"),
        ("https://[::1/", "is malformed"),
        ("https://me:secret@example.org/", "carries a user name or a password"),
        ("https://me@example.org/", "carries a user name or a password"),
        ("https://@example.org/", "carries a user name or a password"),
        ("https://example.org\\@127.0.0.1/", "carries a user name"),
        ("https://example.org\\.evil/", "names no host"),
        ("https://example.org/a b", "holds a space or a control character"),
        ("https://example.org/\r\nHost: x", "holds a space or a control character"),
        ("https://example.org/" + "a" * 2_000, "2020 characters is too long"),
        ("https://" + "a." * 126 + "org:8443/", "The host has 260 characters. At most 255 are asked."),
    ],
)
def test_addresses_that_cannot_be_asked_are_refused_without_being_repeated(url: str, message: str) -> None:
    with pytest.raises(BadAddress, match=message) as refused:
        addresses.checked(url)
    assert "secret" not in str(refused.value)


def test_what_is_told_of_an_address_leaves_out_its_query() -> None:
    parts = addresses.checked("https://example.org:8443/path?token=secret#part")
    assert addresses.shown(parts) == "https://example.org:8443/path"


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://News.Example/x", "news.example"),
        ("https://news.example:8443/", "news.example:8443"),
        ("https://[2620:fe::9]/", "[2620:fe::9]"),
        ("https://[/users/jan", ""),
        ("https://[x]/", ""),
        ("mailto:jan@news.example", ""),
        ("", ""),
    ],
)
def test_half_an_address_that_others_sent_has_no_host(address: str, host: str) -> None:
    assert addresses.host_of(address) == host

# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from onrecord.identity.formats import did, security_txt, trust_txt
from onrecord.proof.keys import LEAF_KIND, PublicKey

RAW = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")  # RFC 8032, 7.1


def test_trust_txt_is_written_in_one_order_and_read_again() -> None:
    lines = [
        ("contact", "https://news.elmford.example/contacts/"),
        ("social", "https://social.example/@elmford"),
        ("belongto", "https://towns.example/"),
        ("social", "https://social.example/@elmford"),
    ]

    body = trust_txt.write(lines)

    assert body == (
        b"belongto=https://towns.example/\n"
        b"social=https://social.example/@elmford\n"
        b"contact=https://news.elmford.example/contacts/\n"
    )
    assert sorted(trust_txt.read(body)) == sorted(set(lines))


@given(st.binary(max_size=300))
def test_no_trust_txt_of_others_upsets_the_reader(body: bytes) -> None:
    for name, value in trust_txt.read(body):
        assert name == name.strip().lower() != ""
        assert value == value.strip() != ""


def test_security_txt_says_what_rfc_9116_wants() -> None:
    body = security_txt.write(
        contact="mailto:security@elmford.example",
        canonical="https://news.elmford.example/.well-known/security.txt",
        languages=["en", "zh-Hans"],
        today=date(2026, 11, 25),
    )

    assert body.decode().splitlines() == [
        "Contact: mailto:security@elmford.example",
        "Expires: 2027-06-01T00:00:00Z",
        "Preferred-Languages: en, zh-Hans",
        "Canonical: https://news.elmford.example/.well-known/security.txt",
    ]


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_security_txt_is_never_near_its_end_nor_good_for_a_year(today: date) -> None:
    left = security_txt.expiry(today) - datetime(today.year, today.month, today.day, tzinfo=UTC)

    assert timedelta(days=180) <= left < timedelta(days=365)


def test_a_key_is_written_as_a_multikey() -> None:
    # The did:key of the first test key of RFC 8032, as the did:key specification's own tools write it.
    assert did.multibase(RAW) == "z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"


def test_did_json_lists_every_key_under_its_id() -> None:
    release = PublicKey("news.elmford.example:8443/log/release", RAW, LEAF_KIND)
    log = PublicKey("news.elmford.example:8443/log", RAW)
    body = did.write(
        address="https://news.elmford.example:8443",
        release=[release],
        log=[log],
        known_as=["https://elmford.example/"],
        services=[("log", "TransparencyLog", "/log/checkpoint")],
    )

    document = json.loads(body)
    own = "did:web:news.elmford.example%3A8443"
    assert document["id"] == own
    assert document["assertionMethod"] == [f"{own}#{release.key_id.hex()}", f"{own}#{log.key_id.hex()}"]
    assert [method["controller"] for method in document["verificationMethod"]] == [own, own]
    assert document["service"][0]["serviceEndpoint"] == "https://news.elmford.example:8443/log/checkpoint"

# SPDX-License-Identifier: Apache-2.0
"""The verdict on an object of the fediverse: valid, forged, by a key nobody lists or one that was revoked."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onrecord.proof import object_verdict, register
from onrecord.proof.bundle import Bundle
from onrecord.proof.case import Pins
from onrecord.proof.errors import BadRegister
from onrecord.proof.keys import FEDERATION_KIND, PrivateKey
from onrecord.proof.verdict import Outcome, Verdict
from tests.proof.cast import LOG_KEY, ORIGIN
from tests.proof.proved import ACCOUNT, entry, log_with, proved
from tests.proof.small_log import SITE, SmallLog

KNOWN = Pins(keys=(LOG_KEY.public,))
UNTIL = "2026-11-30T00:00:00Z"


def lent_by(log: SmallLog) -> Bundle:
    number = sum(path.startswith("/register/") and path.endswith(".json") for path in log.files)
    return Bundle(b"", b"", log.files[f"/register/{number}.json"], log.proof(0))


def verdict_on(data: bytes, *entries: dict[str, object], pins: Pins = KNOWN) -> Verdict:
    return object_verdict.judge(data, lent_by(log_with(*entries)), pins)


def test_an_object_holds_that_a_listed_key_proved() -> None:
    found = verdict_on(proved(), entry())
    assert found.outcome is Outcome.HOLDS, found.to_json()
    assert found.facts["account"] == ACCOUNT
    assert found.facts["organisation"] == "Town of Elmford"


def test_spaces_and_order_do_not_matter_but_every_word_does() -> None:
    document = json.loads(proved())
    turned = json.dumps(dict(reversed(document.items())), indent=3).encode()
    assert verdict_on(turned, entry()).outcome is Outcome.HOLDS
    forged = verdict_on(proved().replace(b"Monday", b"Friday"), entry())
    assert forged.step("proof").outcome is Outcome.FAILS
    assert "something was changed" in forged.step("proof").detail
    assert forged.outcome is Outcome.FAILS


def test_a_proof_by_somebody_elses_key_under_the_accounts_name_is_forged() -> None:
    other = PrivateKey(
        f"{ORIGIN}/federation/press", Ed25519PrivateKey.from_private_bytes(b"\x66" * 32), FEDERATION_KIND
    )
    assert verdict_on(proved(key=other), entry()).outcome is Outcome.FAILS


def test_a_key_that_the_register_does_not_list_cannot_be_told() -> None:
    found = verdict_on(proved())
    assert found.outcome is Outcome.UNKNOWN
    assert "The register lists no key" in found.step("proof").detail
    without = object_verdict.judge(proved(), None, KNOWN)
    assert without.outcome is Outcome.UNKNOWN
    assert without.step("proof").outcome is Outcome.SKIPPED


def test_a_replaced_key_counts_up_to_the_moment_at_which_it_was_replaced() -> None:
    retired = entry("retired", until=UNTIL)
    assert verdict_on(proved(), retired).outcome is Outcome.HOLDS
    assert verdict_on(proved(created=UNTIL), retired).outcome is Outcome.HOLDS
    late = verdict_on(proved(created="2026-11-30T00:00:01Z"), retired)
    assert (late.outcome, late.step("key").outcome) == (Outcome.FAILS, Outcome.FAILS)
    early = verdict_on(proved(created="2026-10-31T23:59:59Z"), entry())
    assert early.step("key").outcome is Outcome.FAILS


def test_a_revoked_key_proves_nothing_any_more_whatever_date_is_written() -> None:
    revoked = entry("compromised", until=UNTIL)
    before = verdict_on(proved(), revoked)
    assert before.outcome is Outcome.UNKNOWN
    assert "was revoked later: a thief can write any date" in before.step("key").detail
    assert verdict_on(proved(created="2026-12-01T00:00:00Z"), revoked).outcome is Outcome.FAILS


def test_the_register_that_the_site_itself_shows_outweighs_an_older_one() -> None:
    def with_site(*entries: dict[str, object]) -> Verdict:
        shown = log_with(*entries).files["/register/1.json"]
        return verdict_on(proved(), entry(), pins=Pins(keys=(LOG_KEY.public,), site_register=shown))

    assert with_site(entry()).outcome is Outcome.HOLDS
    assert with_site(entry("compromised", until=UNTIL)).outcome is Outcome.UNKNOWN
    assert with_site().step("key").outcome is Outcome.FAILS


@pytest.mark.parametrize(
    "change",
    [
        {"attributedTo": "https://max.example/ap/actors/press"},
        {"attributedTo": f"{SITE}/ap/actors/other"},
        {"id": "https://max.example/ap/statements/1"},
        {"actor": "https://max.example/a"},
        {"type": None},
    ],
)
def test_an_account_proves_only_what_is_its_own(change: dict[str, object]) -> None:
    found = verdict_on(proved(change), entry())
    assert found.step("object").outcome is Outcome.FAILS
    assert found.outcome is Outcome.FAILS


def test_without_anything_known_from_elsewhere_it_cannot_be_told() -> None:
    assert verdict_on(proved(), entry(), pins=Pins()).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "wrong", [{"method": ""}, {"method": None}, {"since": "yesterday"}, {"since": None}, {"state": "retired"}]
)
def test_a_register_whose_federation_key_lacks_address_or_moment_is_refused(wrong: dict[str, object]) -> None:
    log = log_with({**entry(), "to_index": 5, **wrong})
    with pytest.raises(BadRegister):
        register.read(log.files["/register/1.json"])

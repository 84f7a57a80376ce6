# SPDX-License-Identifier: Apache-2.0
"""The verdict on one edition: what each step needs, and what a forger does not get past."""

from __future__ import annotations

import dataclasses
import hashlib
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.proof import note, policy, register, tlogproof, verdict
from onrecord.proof.bundle import Bundle
from onrecord.proof.case import Pins
from onrecord.proof.edition import freeze
from onrecord.proof.errors import BadBundle
from onrecord.proof.keys import LEAF_KIND, PrivateKey
from onrecord.proof.tlogproof import TlogProof
from onrecord.proof.verdict import Outcome, Verdict
from tests.proof.cast import EDITION, LOG_KEY, ORIGIN, OTHER_KEY, RELEASE_KEY
from tests.proof.small_log import (
    ORGANISATION,
    ROOT_KEYS,
    SECOND_LOG_KEY,
    SECOND_RELEASE_KEY,
    WITNESSES,
    SmallLog,
    listed,
)

FILE = b"The plan."
FILES = [
    {
        "name": "plan.txt",
        "type": "text/plain",
        "size": len(FILE),
        "sha256": hashlib.sha256(FILE).hexdigest(),
    }
]


def _log(**members: Any) -> SmallLog:
    log = SmallLog()
    log.register(**{"threshold": 2, "roots": 3, **members})
    for number in range(1, 6):
        log.publish(number)
    return log


LOG = _log()
BUNDLE = LOG.bundle(3)
ROOT = register.fingerprint(2, [key.public.vkey for key in ROOT_KEYS])
PINNED = Pins(root=ROOT)


PARTS: dict[str, Callable[[bytes], Bundle]] = {
    name: (lambda data, name=name: dataclasses.replace(BUNDLE, **{name: data}))  # type: ignore[misc]  # bound
    for name in ("edition", "proof", "register", "register_proof", "register_note")
}


def outcomes(found: Verdict) -> dict[str, str]:
    return {step.code: str(step.outcome) for step in found.steps}


def only(found: Verdict, outcome: Outcome) -> list[str]:
    return [step.code for step in found.steps if step.outcome is outcome]


def test_an_edition_with_pinned_roots_holds() -> None:
    found = verdict.judge(BUNDLE, PINNED)
    assert found.outcome is Outcome.HOLDS
    assert outcomes(found) == {
        "edition": "holds",
        "text": "holds",
        "released": "holds",
        "included": "holds",
        "checkpoint": "holds",
        "register": "holds",
        "root": "holds",
        "identity": "holds",
        "witnessed": "unknown",
        "files": "holds",
        "current": "skipped",
    }
    assert found.facts == {
        "statement": "https://news.example.org/s/2026/3/",
        "edition": 1,
        "op": "publish",
        "title": "Statement 3",
        "lang": "en",
        "issued": "2026-11-24T08:00:00Z",
        "index": 3,
        "release_key": RELEASE_KEY.public.key_id.hex(),
        "origin": ORIGIN,
        "size": 6,
        "root": found.facts["root"],
        "organisation": ORGANISATION,
        "fingerprint": ROOT,
        "cosigned": [],
    }
    assert found.to_json()["verdict"] == "holds"


def test_without_anything_known_from_elsewhere_nothing_is_said() -> None:
    found = verdict.judge(BUNDLE)
    assert found.outcome is Outcome.UNKNOWN
    assert only(found, Outcome.UNKNOWN) == ["identity", "witnessed"]
    assert "give the root fingerprint" in found.step("identity").detail


def test_a_changed_word_fails() -> None:
    forged = dataclasses.replace(BUNDLE, edition=BUNDLE.edition.replace(b"Monday", b"Friday"))
    found = verdict.judge(forged, PINNED)
    assert (found.outcome, only(found, Outcome.FAILS)) == (Outcome.FAILS, ["text"])


@pytest.mark.parametrize("part", ["edition", "proof", "register", "register_proof", "register_note"])
def test_no_changed_byte_in_any_part_holds(part: str) -> None:
    data: bytes = getattr(BUNDLE, part)
    # Every fifth, others in each run; the seed that pytest prints repeats them.
    for position in range(random.randrange(5), len(data), 5):
        changed = bytearray(data)
        changed[position] ^= 1 << (position % 7)
        found = verdict.judge(PARTS[part](bytes(changed)), PINNED)
        assert found.outcome is not Outcome.HOLDS, (part, position)


def test_an_edition_of_another_log_fails() -> None:
    other = SmallLog("other.example/log", PrivateKey("other.example/log", LOG_KEY.secret))
    other.publish(1)
    found = verdict.judge(dataclasses.replace(BUNDLE, proof=other.proof(0)), PINNED)
    assert {"edition", "text", "register"} <= set(only(found, Outcome.FAILS))


def test_a_stranger_with_keys_of_his_own_does_not_pass_for_the_newsroom() -> None:
    """Max makes a whole log under the name of the newsroom; its register even names the true root keys."""
    forged = SmallLog(log_key=OTHER_KEY)
    his = [listed(RELEASE_KEY, "release"), listed(OTHER_KEY, "log"), listed(LOG_KEY, "log")]
    forged.register(threshold=2, roots=3, keys=his)
    forged.publish(1)
    unsigned = dataclasses.replace(forged.bundle(1), register_note=None)
    taken = dataclasses.replace(forged.bundle(1), register_note=BUNDLE.register_note)
    site = LOG.files["/register/1.json"]
    assert verdict.judge(unsigned, PINNED).outcome is Outcome.UNKNOWN
    assert verdict.judge(taken, PINNED).step("root").outcome is Outcome.FAILS
    assert verdict.judge(unsigned, Pins(keys=(LOG_KEY.public,))).step("identity").outcome is Outcome.UNKNOWN
    assert verdict.judge(unsigned, Pins(site_register=site)).step("identity").outcome is Outcome.FAILS


def test_a_forged_register_beside_a_genuine_edition_does_not_pass() -> None:
    forged = SmallLog(log_key=OTHER_KEY)
    organisation: dict[str, object] = {"name": "Somebody else", "domain": None, "identifiers": []}
    his = [listed(RELEASE_KEY, "release"), listed(OTHER_KEY, "log"), listed(LOG_KEY, "log")]
    forged.register(organisation=organisation, keys=his)
    mixed = dataclasses.replace(
        BUNDLE, register=forged.files["/register/1.json"], register_proof=forged.proof(0), register_note=None
    )
    found = verdict.judge(mixed, Pins(keys=(LOG_KEY.public,)))
    assert found.step("register").outcome is Outcome.HOLDS
    assert found.step("identity").outcome is Outcome.UNKNOWN
    assert verdict.judge(mixed, Pins(root=ROOT)).step("identity").outcome is Outcome.FAILS


# Keys and their ranges


def test_a_bundle_without_a_register_is_undecided() -> None:
    bare = Bundle(BUNDLE.edition, BUNDLE.proof)
    found = verdict.judge(bare)
    assert only(found, Outcome.SKIPPED) == ["register", "root", "current"]
    assert only(found, Outcome.UNKNOWN) == ["released", "checkpoint", "identity", "witnessed"]
    given_keys = verdict.judge(bare, Pins(keys=(LOG_KEY.public, RELEASE_KEY.public)))
    assert only(given_keys, Outcome.UNKNOWN) == ["witnessed"]
    assert given_keys.outcome is Outcome.UNKNOWN


def test_a_register_without_its_proof_is_undecided() -> None:
    found = verdict.judge(dataclasses.replace(BUNDLE, register_proof=None), PINNED)
    assert (found.outcome, found.step("register").outcome) == (Outcome.UNKNOWN, Outcome.UNKNOWN)


@pytest.mark.parametrize("state", ["retired", "compromised"])
def test_a_release_key_counts_up_to_its_last_leaf(state: str) -> None:
    keys = [listed(RELEASE_KEY, "release", 0, 3, state=state), listed(LOG_KEY, "log")]
    log = _log(keys=keys)
    assert verdict.judge(log.bundle(3), PINNED).step("released").outcome is Outcome.HOLDS
    found = verdict.judge(log.bundle(4), PINNED)
    assert (found.outcome, only(found, Outcome.FAILS)) == (Outcome.FAILS, ["released"])
    assert f"which is {state}, counts from 0 to 3 and not for leaf 4" in found.step("released").detail


def test_a_retired_log_key_counts_up_to_its_last_size() -> None:
    keys = [listed(RELEASE_KEY, "release"), listed(LOG_KEY, "log", 0, 5), listed(SECOND_LOG_KEY, "log", 4)]
    log = _log(keys=keys)
    old = log.bundle(3, signed_checkpoint=log.checkpoint(size=5))
    assert verdict.judge(old, PINNED).outcome is Outcome.HOLDS
    assert only(verdict.judge(log.bundle(3), PINNED), Outcome.FAILS) == ["checkpoint", "register"]
    both = log.bundle(3, signed_checkpoint=log.checkpoint(keys=(LOG_KEY, SECOND_LOG_KEY)))
    assert verdict.judge(both, PINNED).outcome is Outcome.HOLDS


def test_a_checkpoint_by_a_compromised_key_alone_is_undecided() -> None:
    keys = [
        listed(RELEASE_KEY, "release"),
        listed(LOG_KEY, "log", 0, 6, state="compromised"),
        listed(SECOND_LOG_KEY, "log"),
    ]
    log = _log(keys=keys)
    found = verdict.judge(log.bundle(3), PINNED)
    assert {"checkpoint", "register"} <= set(only(found, Outcome.UNKNOWN))
    assert "Ask for a fresh proof" in found.step("checkpoint").detail
    fresh = log.bundle(3, signed_checkpoint=log.checkpoint(keys=(SECOND_LOG_KEY,)))
    assert verdict.judge(fresh, PINNED).outcome is Outcome.HOLDS


def test_a_leaf_by_a_key_that_nobody_knows_is_undecided() -> None:
    log = _log()
    log.add("/s/2026/9/1.json", {**EDITION, "files": []}, key=SECOND_RELEASE_KEY)
    found = verdict.judge(log.bundle(6), PINNED)
    assert (found.outcome, found.step("released").outcome) == (Outcome.UNKNOWN, Outcome.UNKNOWN)


# Roots and identity


def test_a_register_without_roots_is_self_declared() -> None:
    log = _log(threshold=0, roots=0)
    found = verdict.judge(log.bundle(3), Pins(keys=(LOG_KEY.public,)))
    assert (found.outcome, found.step("root").outcome) == (Outcome.HOLDS, Outcome.UNKNOWN)
    empty = register.fingerprint(0, [])
    assert verdict.judge(log.bundle(3), Pins(root=empty)).step("identity").outcome is Outcome.UNKNOWN


def test_too_few_root_signatures_are_not_enough() -> None:
    text = register.note_text(BUNDLE.register or b"")
    one = dataclasses.replace(BUNDLE, register_note=note.sign(text, ROOT_KEYS[0]).to_bytes())
    found = verdict.judge(one, PINNED)
    assert (found.step("root").outcome, found.step("identity").outcome) == (Outcome.UNKNOWN, Outcome.UNKNOWN)
    twice = note.sign(text, ROOT_KEYS[0], ROOT_KEYS[0]).to_bytes()
    assert verdict.judge(dataclasses.replace(BUNDLE, register_note=twice), PINNED).outcome is Outcome.UNKNOWN
    strangers = note.sign(text, OTHER_KEY).to_bytes()
    found = verdict.judge(dataclasses.replace(BUNDLE, register_note=strangers), PINNED)
    assert found.step("root").outcome is Outcome.UNKNOWN


def test_another_root_fingerprint_fails() -> None:
    found = verdict.judge(BUNDLE, Pins(root="0" * 64, keys=(LOG_KEY.public,)))
    assert (found.outcome, only(found, Outcome.FAILS)) == (Outcome.FAILS, ["identity"])


def test_identity_is_pinned_by_key_policy_dns_or_the_site() -> None:
    by_policy = policy.parse(f"log {LOG_KEY.public.vkey}\nquorum none\n")
    for pins in (
        Pins(keys=(LOG_KEY.public,)),
        Pins(policy=by_policy),
        Pins(dns_root=ROOT.upper()),
        Pins(site_register=LOG.files["/register/1.json"]),
    ):
        assert verdict.judge(BUNDLE, pins).outcome is Outcome.HOLDS
    for pins in (Pins(keys=(OTHER_KEY.public,)), Pins(site_register=b"{}")):
        assert verdict.judge(BUNDLE, pins).step("identity").outcome is Outcome.UNKNOWN
    elsewhere = SmallLog("other.example/log")
    elsewhere.register(keys=[])
    other_site = Pins(site_register=elsewhere.files["/register/1.json"])
    assert verdict.judge(BUNDLE, other_site).step("identity").outcome is Outcome.FAILS


# Witnesses, files, newest edition


def _policy(quorum: int) -> Pins:
    lines = [f"witness w{at} {key.public.vkey}" for at, key in enumerate(WITNESSES)]
    group = f"group g {quorum} " + " ".join(f"w{at}" for at in range(len(WITNESSES)))
    return Pins(policy=policy.parse("\n".join([*lines, group, "quorum g", f"log {LOG_KEY.public.vkey}"])))


def test_a_quorum_of_witnesses_is_counted() -> None:
    cosigned = LOG.bundle(3, signed_checkpoint=LOG.checkpoint(witnesses=2))
    found = verdict.judge(cosigned, _policy(2))
    assert found.step("witnessed").outcome is Outcome.HOLDS
    time = "2027-01-15T08:00:00Z"
    assert found.facts["cosigned"] == [
        {"name": "one.example/witness", "time": time},
        {"name": "two.example/witness", "time": time},
    ]
    found = verdict.judge(cosigned, _policy(3))
    assert (found.outcome, found.step("witnessed").outcome) == (Outcome.HOLDS, Outcome.UNKNOWN)


def test_a_cosignature_that_does_not_verify_fails() -> None:
    signed = LOG.checkpoint(witnesses=1)
    line = signed.rstrip().rpartition(b" ")[2]
    broken = signed.replace(line, line[:-6] + b"AAAA" + line[-2:])
    found = verdict.judge(LOG.bundle(3, signed_checkpoint=broken), _policy(1))
    assert only(found, Outcome.FAILS) == ["witnessed"]
    assert "cosigned" not in found.facts


def _with_files() -> Bundle:
    log = SmallLog()
    log.register(threshold=2, roots=3)
    log.publish(1, files=FILES)
    return log.bundle(1)


def test_attachments_are_compared_with_the_edition() -> None:
    whole = dataclasses.replace(_with_files(), files={"plan.txt": FILE})
    assert verdict.judge(whole, PINNED).step("files").outcome is Outcome.HOLDS
    missing = verdict.judge(_with_files(), PINNED)
    assert (missing.outcome, missing.step("files").outcome) == (Outcome.HOLDS, Outcome.UNKNOWN)
    for files in ({"plan.txt": b"The Plan."}, {"plan.txt": FILE + b"."}, {"plan.txt": FILE, "more.txt": b""}):
        found = verdict.judge(dataclasses.replace(whole, files=files), PINNED)
        assert only(found, Outcome.FAILS) == ["files"]


def test_a_newer_edition_is_told() -> None:
    assert verdict.judge(BUNDLE, Pins(root=ROOT, newest=1)).step("current").outcome is Outcome.HOLDS
    found = verdict.judge(BUNDLE, Pins(root=ROOT, newest=3))
    assert (found.outcome, found.step("current").outcome) == (Outcome.HOLDS, Outcome.UNKNOWN)
    assert "A newer edition exists: 3" in found.step("current").detail


# What cannot be read


def _extra(extra: bytes | None) -> bytes:
    proof = tlogproof.parse(BUNDLE.proof)
    return TlogProof(proof.index, proof.hashes, proof.signed_checkpoint, extra).to_bytes()


@pytest.mark.parametrize(
    ("change", "fails", "skipped"),
    [
        ({"edition": b"{"}, ["edition", "text"], ["files", "current"]),
        ({"edition": freeze({**EDITION, "x": 1})}, ["text"], ["current"]),
        (
            {"proof": b"nothing"},
            ["included"],
            ["text", "released", "checkpoint", "identity", "witnessed", "current"],
        ),
        ({"proof": _extra(None)}, ["text"], ["released", "included", "current"]),
        ({"proof": _extra(b"{}")}, ["text"], ["released", "included", "current"]),
        ({"register": b"{}"}, ["register"], ["root", "current"]),
        ({"register_proof": b"nothing"}, ["register"], ["current"]),
        ({"register_note": b"nothing"}, ["root"], ["current"]),
    ],
)
def test_a_part_that_cannot_be_read_fails_its_own_step(
    change: dict[str, Any], fails: list[str], skipped: list[str]
) -> None:
    found = verdict.judge(dataclasses.replace(BUNDLE, **change), Pins(keys=(LOG_KEY.public,)))
    assert (only(found, Outcome.FAILS), only(found, Outcome.SKIPPED)) == (fails, skipped)


def test_a_bundle_that_cannot_be_opened_fails() -> None:
    found = verdict.unreadable(BadBundle("It is damaged."))
    assert (found.outcome, only(found, Outcome.FAILS), len(found.steps)) == (Outcome.FAILS, ["edition"], 11)


@given(st.sampled_from(sorted(PARTS)), st.binary(max_size=200), st.integers(0, 2000))
def test_any_bytes_get_a_verdict(part: str, data: bytes, at: int) -> None:
    whole: bytes = getattr(BUNDLE, part)
    for changed in (data, whole[:at] + data, whole[:at] + data + whole[at + len(data) :]):
        found = verdict.judge(PARTS[part](changed), PINNED)
        assert found.outcome is not Outcome.HOLDS or changed == whole


def test_a_key_for_leaves_pins_no_log() -> None:
    disguised = PrivateKey(ORIGIN, LOG_KEY.secret, LEAF_KIND).public
    assert verdict.judge(BUNDLE, Pins(keys=(disguised,))).step("identity").outcome is Outcome.UNKNOWN

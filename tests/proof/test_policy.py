# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import hashlib
from itertools import combinations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from onrecord.proof import checkpoint, cosignature, note, policy
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.encoding import to_base64
from onrecord.proof.errors import BadPolicy, NoKnownSignature, WrongSignature
from onrecord.proof.keys import COSIGNATURE_KIND, PrivateKey
from tests.proof.cast import LOG_KEY, ORIGIN, OTHER_KEY, RELEASE_KEY

HEAD = checkpoint.sign(Checkpoint(ORIGIN, 7, b"\x07" * 32), LOG_KEY)
TEXT = note.parse(HEAD).text
WITNESSES = {
    name: PrivateKey(
        f"{name.lower()}.example/witness",
        Ed25519PrivateKey.from_private_bytes(bytes([40 + number]) * 32),
        COSIGNATURE_KIND,
    )
    for number, name in enumerate(["X1", "X2", "X3", "Y1", "Y2", "Y3"])
}
LOG = f"log {LOG_KEY.public.vkey}\n"
LINES = LOG + "".join(f"witness {name} {key.public.vkey}\n" for name, key in WITNESSES.items())
# The example of the specification, with keys in their places.
EXAMPLE = LINES + (
    "# two organisations\n"
    "\n"
    "group X-witnesses 2 X1 X2 X3\n"
    "\tgroup  Y-witnesses any Y1 Y2\tY3 \n"
    "group X-and-Y all X-witnesses Y-witnesses\n"
    "quorum X-and-Y\n"
)
X1 = WITNESSES["X1"].public.vkey
X2 = WITNESSES["X2"].public.vkey


def _cosigned(*names: str) -> bytes:
    lines = [cosignature.sign(TEXT, WITNESSES[name], time=1_795_000_000).line() for name in names]
    return cosignature.with_lines(HEAD, *lines)


def _ml_dsa(name: str) -> str:
    data = b"\x06" + bytes(1312)
    key_id = hashlib.sha256(name.encode() + b"\n" + data).hexdigest()[:8]
    return f"{name}+{key_id}+{to_base64(data)}"


def test_the_example_of_the_specification_counts_each_set_of_witnesses_rightly() -> None:
    read = policy.parse(EXAMPLE)
    assert read.demands_witnesses
    for count in range(7):
        for names in combinations(WITNESSES, count):
            wanted = sum(name[0] == "X" for name in names) >= 2 and any(name[0] == "Y" for name in names)
            result = read.check(_cosigned(*names), ORIGIN)
            assert result.quorum_met is wanted, names
            assert len(result.cosigned) == count
            assert result.checkpoint.size == 7


def test_a_policy_is_written_and_read_back() -> None:
    read = policy.parse(EXAMPLE.replace(X1, f"{X1} https://x.example/"))
    assert policy.parse(read.to_text()) == read
    assert f"witness X1 {X1} https://x.example/\n" in read.to_text()
    assert read.to_text().endswith("group X-and-Y 2 X-witnesses Y-witnesses\nquorum X-and-Y\n")


def test_without_a_quorum_no_witness_is_needed() -> None:
    read = policy.parse(LOG + "quorum none\n")
    result = read.check(HEAD, ORIGIN)
    assert (result.quorum_met, result.cosigned, read.demands_witnesses) == (True, (), False)


def test_a_single_witness_may_be_the_quorum() -> None:
    read = policy.parse(LINES + "quorum Y2\n")
    assert not read.check(_cosigned("Y1"), ORIGIN).quorum_met
    assert read.check(_cosigned("Y1", "Y2"), ORIGIN).quorum_met


def test_a_log_that_the_policy_does_not_list_is_not_believed() -> None:
    stranger = policy.parse(f"log {OTHER_KEY.public.vkey}\nquorum none\n")
    with pytest.raises(NoKnownSignature):
        stranger.check(HEAD, ORIGIN)
    with pytest.raises(NoKnownSignature):
        policy.parse(LOG + "quorum none\n").check(HEAD, "elsewhere.example/log")
    without_logs = policy.parse("quorum none")
    assert without_logs.check(HEAD, ORIGIN, log_keys=[LOG_KEY.public]).checkpoint.origin == ORIGIN


def test_a_false_cosignature_by_a_listed_witness_is_refused_and_by_another_ignored() -> None:
    line = cosignature.sign(TEXT.replace("\n7\n", "\n8\n"), WITNESSES["X1"], time=5).line()
    forged = cosignature.with_lines(HEAD, line)
    with pytest.raises(WrongSignature):
        policy.parse(LINES + "quorum none\n").check(forged, ORIGIN)
    assert policy.parse(LOG + "quorum none\n").check(forged, ORIGIN).cosigned == ()


def test_a_witness_whose_keys_cannot_be_verified_here_never_counts() -> None:
    read = policy.parse(LINES + f"witness Q {_ml_dsa('q.example')}\ngroup g any Q X1\nquorum g\n")
    assert [w.name for w in read.witnesses if w.key is None] == ["Q"]
    assert not read.check(HEAD, ORIGIN).quorum_met
    assert read.check(_cosigned("X1"), ORIGIN).quorum_met
    assert policy.parse(read.to_text()) == read


def test_names_are_opaque_bytes() -> None:
    kelvin = "\u212a"
    text = (LOG + f"witness K {X1}\nwitness {kelvin} {X2}\nquorum {kelvin}\n").encode()
    assert policy.parse(text).quorum == kelvin
    latin = LOG.encode() + b"# caf\xe9\nwitness \xe9\xa0 " + X1.encode() + b"\nquorum \xe9\xa0\n"
    assert policy.parse(latin).quorum == b"\xe9\xa0".decode("utf-8", "surrogateescape")


def test_the_limits_that_the_specification_asks_for_are_kept() -> None:
    lines = ""
    for number in range(32):
        raw = bytes([number + 1]) * 32
        log = PrivateKey(f"l{number}.example", Ed25519PrivateKey.from_private_bytes(raw))
        seen = PrivateKey(f"w{number}.example", log.secret, COSIGNATURE_KIND)
        lines += f"log {log.public.vkey} https://l{number}.example/\nwitness w{number} {seen.public.vkey}\n"
        lines += f"group g{number} 1 w{number}\n"
    read = policy.parse(lines + "quorum g31\n")
    assert (len(read.logs), len(read.witnesses), len(read.groups)) == (32, 32, 32)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The policy has no line 'quorum <name>'"),
        (LOG, "The policy has no line 'quorum <name>'"),
        (LOG + "quorum", "Line 2 of the policy: 'quorum' is none of 'log <vkey>"),
        (LOG + "quorum none none", "Line 2 of the policy: .* is none of"),
        (LOG + "qourum none", "Line 2 of the policy: 'qourum none' is none of"),
        (LOG + "quorum none\nquorum none", "Line 3 of the policy: there is a second quorum"),
        (LOG + "quorum X1", "Line 2 of the policy: the quorum is 'X1', which no line above it defines"),
        (f"quorum X1\nwitness X1 {X1}", "Line 1 of the policy: the quorum is 'X1', which no line above it"),
        (LOG + LOG + "quorum none", "Line 2 of the policy: the key of the log news.* twice"),
        (f"log {X1}", "is not one that signs checkpoints"),
        (f"log {RELEASE_KEY.public.vkey}", "is not one that signs checkpoints"),
        (f"log {_ml_dsa('q')}", "is not one that signs checkpoints"),
        (f"witness X1 {LOG_KEY.public.vkey}", "the key of the witness X1 is not one that cosigns"),
        ("witness X1 x", "the key x is '', which is not strict base64|vkey"),
        (f"witness X1 {X1[:-4]}", "Line 1 of the policy: "),
        (f"witness X1 {_ml_dsa('q')[:-8]}AAAAAAB=", "not strict base64"),
        (f"witness X1 {_ml_dsa('q').replace('q+', 'r+')}", "the id of the key r is not that of the key"),
        (f"witness X1 {X1}\nwitness X2 {X1}", "Line 2 of the policy: the key of the witness X2 .* twice"),
        (f"witness X1 {X1}\nwitness X1 {X2}", "the name 'X1' is taken"),
        (f"witness none {X1}", "the name 'none' is taken"),
        (f"witness X1 {X1}\ngroup X1 1 X1", "the name 'X1' is taken"),
        (f"witness X1 {X1}\ngroup g 2 X1", "'2' of 1 members cannot be asked for. Use 'any', 'all' or"),
        (f"witness X1 {X1}\ngroup g 0 X1", "'0' of 1 members"),
        (f"witness X1 {X1}\ngroup g 01 X1", "'01' of 1 members"),
        (f"witness X1 {X1}\ngroup g \u0661 X1", "of 1 members"),
        (f"witness X1 {X1}\ngroup g 1", "is none of"),
        (f"witness X1 {X1}\ngroup g 1 X2", "the group g names 'X2', which no line above it defines"),
        (f"witness X1 {X1}\ngroup g 1 none", "the group g names 'none', which no line above it defines"),
        (f"witness X1 {X1}\ngroup g 1 g", "the group g names 'g', which no line above it defines"),
        (f"witness X1 {X1}\ngroup g 1 X1 X1", "X1 is a member of a group already"),
        (f"witness X1 {X1}\ngroup g 1 X1\ngroup h 1 X1", "Line 3 of the policy: X1 is a member of a group"),
        (LOG + "quorum none\r\n", r"Line 2 of the policy holds the control character '\\r'"),
        (LOG + "# \x7f", r"Line 2 of the policy holds the control character '\\x7f'"),
        ("# " + "a" * 1_000_000, "has 1000002 bytes; at most 1000000"),
        (f"witness g0 {X1}\n" + "".join(f"group g{n + 1} 1 g{n}\n" for n in range(1000)), "more than 1000"),
    ],
)  # fmt: skip
def test_malformed_policies_are_refused(text: str, message: str) -> None:
    with pytest.raises(BadPolicy, match=message):
        policy.parse(text)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_policy_or_refused(data: bytes) -> None:
    for candidate in (data, LINES.encode() + data, LINES.encode() + b"group g 1 " + data + b"\nquorum X1"):
        try:
            read = policy.parse(candidate)
        except BadPolicy:
            continue
        assert policy.parse(read.to_text().encode("utf-8", "surrogateescape")) == read

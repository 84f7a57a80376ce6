# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.proof import checkpoint, submission
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.errors import BadNote, BadProof, Unreadable
from onrecord.proof.submission import MAX_SIZE, Submission, origin_hash
from tests.proof.cast import LOG_KEY, ORIGIN

HEAD = checkpoint.sign(Checkpoint(ORIGIN, 7, b"\x07" * 32), LOG_KEY)
# The example of the tlog-witness specification.
EXAMPLE = (
    "old 20852014\n"
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
    "\n"
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9"
    "nTo+zyWE+xeMcTOAYQ8=\n"
    "— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QU"
    "XTS5Rovnzv++qbSzm9Q=\n"
).encode()


def test_the_example_of_the_specification_is_taken_apart() -> None:
    sent = submission.parse(EXAMPLE)
    assert (sent.old_size, len(sent.hashes)) == (20852014, 4)
    assert checkpoint.parse(sent.signed_checkpoint).size == 20852163
    assert sent.to_bytes() == EXAMPLE


@given(st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=63))
def test_what_is_sent_is_read_back(old_size: int, hashes: list[bytes]) -> None:
    sent = Submission(old_size, tuple(hashes), HEAD)
    assert submission.parse(sent.to_bytes()) == sent


@given(st.binary(max_size=200), st.integers(0, 200))
def test_any_bytes_are_a_submission_or_refused(data: bytes, at: int) -> None:
    good = Submission(3, (b"\x01" * 32,), HEAD).to_bytes()
    for candidate in (data, good[:at] + data + good[at:], data + good, good + data):
        try:
            read = submission.parse(candidate)
        except Unreadable:
            continue
        assert read.to_bytes() == candidate


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "should begin with 'old <size>' and end with a checkpoint"),
        (b"old 1\n" + HEAD, "is 'news.example.org/log', which is not strict base64"),
        (b"old x\n\n" + HEAD, "The old size is 'x', not a decimal number"),
        (b"old 01\n\n" + HEAD, "The old size is '01', not a decimal number"),
        (b"old 1\nAAAA\n\n" + HEAD, "A hash in the proof has 3 bytes, not 32"),
        (b"old 1\n" + (b"A" * 43 + b"=\n") * 64 + b"\n" + HEAD, "has 64 hashes; at most 63 are read"),
        (b"old \xff\n\n" + HEAD, "a byte that is not ASCII at 4"),
        (b"x" * (MAX_SIZE + 1), "has 262145 bytes; at most 262144 are read"),
    ],
)
def test_malformed_submissions_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(BadProof, match=message):
        submission.parse(data)
    with pytest.raises(BadNote):
        submission.parse(b"old 1\n\n" + HEAD[:-1])


def test_a_log_is_found_by_the_hash_of_its_name() -> None:
    # printf 'example.com/behind-the-sofa' | sha256sum
    assert origin_hash("example.com/behind-the-sofa") == (
        "5fd2dc0beb4ce54da5050cf6d5c75248b023abad441c3cecde3976fbe9da4fe4"
    )

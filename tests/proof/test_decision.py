# SPDX-License-Identifier: Apache-2.0
"""Lists of commitments to decisions: one form, and nothing in it but hashes."""

from __future__ import annotations

from typing import Any

import pytest

from onrecord.proof import decision, edition
from onrecord.proof.encoding import to_base64
from onrecord.proof.errors import BadDecision, BadEncoding
from tests.proof.cast import EDITION
from tests.proof.test_audit import _log, audited

ONE, TWO = bytes(32), bytes([1] * 32)


def _edition(listed: Any, **members: Any) -> edition.Edition:
    said = {"commitments": listed, "v": decision.BATCH_VERSION} | members
    text = {**EDITION, "op": "decisions", "files": [], "decisions": said}
    return edition.read(edition.freeze(text))


def test_commitments_are_listed_in_the_order_of_their_bytes() -> None:
    listed = decision.batch([TWO, ONE, TWO])["commitments"]
    assert listed == [to_base64(ONE), to_base64(TWO)]
    assert decision.commitments_of(_edition(listed)) == [ONE, TWO]


@pytest.mark.parametrize(
    "listed",
    [[], [to_base64(TWO), to_base64(ONE)], [to_base64(ONE), to_base64(ONE)], "AAAA", None],
)
def test_any_other_list_is_refused(listed: object) -> None:
    with pytest.raises(BadDecision):
        decision.commitments_of(_edition(listed))


@pytest.mark.parametrize("one", ["AAAA", 1, "not base64"])
def test_what_is_no_hash_is_refused(one: object) -> None:
    with pytest.raises(BadEncoding):
        decision.commitments_of(_edition([one]))


def test_a_list_that_holds_more_than_hashes_is_refused() -> None:
    with pytest.raises(BadDecision):
        decision.commitments_of(_edition([to_base64(ONE)], numbers=["2026-000001-1"]))


def test_an_audit_accepts_a_list_at_the_place_of_the_log_and_names_a_bad_one() -> None:
    text = {**EDITION, "op": "decisions", "files": [], "prev": None, "edition": 1}
    log = _log()
    log.add("/decided/1.json", {**text, "decisions": decision.batch([ONE, TWO])})
    assert audited(log)[1] == []
    log = _log()
    at = log.add("/decided/1.json", {**text, "decisions": {"v": decision.BATCH_VERSION, "commitments": []}})
    assert [(one.code, one.position) for one in audited(log)[1]] == [("edition", at)]

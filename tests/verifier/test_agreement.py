# SPDX-License-Identifier: Apache-2.0
"""Both verifiers answer alike. All ten thousand cases: `python -m tests.verifier --cases 10000`."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.verifier import decisions, objects
from tests.verifier.cases import generate
from tests.verifier.decided import Node, by_python

pytestmark = [pytest.mark.slow, pytest.mark.once]
SEED = 1


def test_both_verifiers_come_to_the_same_outcome_at_every_step(browser_verifier: Node) -> None:
    cases = list(generate(SEED, 300))
    answers = list(browser_verifier.decide(cases))
    differing = [case.name for case, answer in zip(cases, answers, strict=True) if answer != by_python(case)]
    assert differing == []

    seen = defaultdict(set)
    for answer in answers:
        seen["verdict"].add(answer.get("verdict"))
        for code, outcome in answer.get("steps", ()):
            seen[code].add(outcome)
    assert seen["verdict"] >= {"holds", "fails", "unknown"}
    for code in ("released", "checkpoint", "register", "root", "identity"):
        assert seen[code] == {"holds", "fails", "unknown", "skipped"}, code


def test_both_verifiers_come_to_the_same_outcome_on_objects_of_the_fediverse(browser_verifier: Node) -> None:
    cases = list(objects.generate(SEED, 300))
    answers = list(browser_verifier.decide(cases))
    differing = [case.name for case, answer in zip(cases, answers, strict=True) if answer != by_python(case)]
    assert differing == []

    seen = defaultdict(set)
    for answer in answers:
        seen["verdict"].add(answer.get("verdict"))
        for code, outcome in answer.get("steps", ()):
            seen[code].add(outcome)
    assert seen["verdict"] >= {"holds", "fails", "unknown"}
    assert seen["object"] == {"holds", "fails"}
    for code in ("proof", "key", "register", "identity"):
        assert seen[code] == {"holds", "fails", "unknown", "skipped"}, code


def test_both_verifiers_come_to_the_same_outcome_on_proofs_of_decisions(browser_verifier: Node) -> None:
    cases = list(decisions.generate(SEED, 300))
    answers = list(browser_verifier.decide(cases))
    differing = [case.name for case, answer in zip(cases, answers, strict=True) if answer != by_python(case)]
    assert differing == []
    seen = defaultdict(set)
    for answer in answers:
        seen["verdict"].add(answer.get("verdict"))
        for code, outcome in answer.get("steps", ()):
            seen[code].add(outcome)
    assert seen["verdict"] >= {"holds", "fails", "unknown"}
    assert seen["decision"] == {"holds", "fails"}


def test_the_browser_without_cryptography_of_its_own_answers_the_same(without_web_crypto: Node) -> None:
    cases = [*generate(SEED + 1, 40), *objects.generate(SEED + 1, 40), *decisions.generate(SEED + 1, 40)]
    answers = list(without_web_crypto.decide(cases))
    differing = [case.name for case, answer in zip(cases, answers, strict=True) if answer != by_python(case)]
    assert differing == []


def test_the_same_seed_makes_the_same_cases() -> None:
    assert [case.to_json() for case in generate(7, 20)] == [case.to_json() for case in generate(7, 20)]

# SPDX-License-Identifier: Apache-2.0
"""The verdict on the proof of a decision, as whoever was told of it keeps it (docs/record.md A8).

The steps of any edition, of the one that lists the commitment; before them one that ties the decision to it.
The verifier in the browser takes the same steps.
"""

from __future__ import annotations

from dataclasses import replace

from onrecord.proof import decision, verdict
from onrecord.proof.bundle import Bundle
from onrecord.proof.case import Pins
from onrecord.proof.errors import ProofError
from onrecord.proof.verdict import Outcome, Step, Verdict

DECISIVE = ("decision", *verdict.DECISIVE)


def judge(data: bytes, lent: Bundle | None = None, pins: Pins | None = None) -> Verdict:
    """Return the verdict on what a party keeps. `lent` lends its register of keys, with its proof."""
    held = lent or Bundle(b"", b"")
    try:
        evidence = decision.read_evidence(data)
    except ProofError as error:
        return _unreadable(error)
    return verdict.judge_decision(
        evidence, replace(held, edition=evidence.edition, proof=evidence.proof, files={}), pins
    )


def edition_in(data: bytes) -> Bundle | None:
    """Return the edition with its proof that a proof of a decision holds; None if it cannot be read."""
    try:
        evidence = decision.read_evidence(data)
    except ProofError:
        return None
    return Bundle(evidence.edition, evidence.proof)


def _unreadable(error: ProofError) -> Verdict:
    steps = [Step("decision", Outcome.FAILS, str(error))]
    for step in verdict.unreadable(error).steps:
        steps.append(Step(step.code, Outcome.SKIPPED, "The proof of the decision cannot be read."))
    return Verdict(tuple(steps), {}, decisive=DECISIVE)

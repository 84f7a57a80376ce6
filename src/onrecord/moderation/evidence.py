# SPDX-License-Identifier: Apache-2.0
"""The proof of a decision that its parties can keep: salt, decision, logged edition, place in the log."""

from __future__ import annotations

from onrecord.moderation.models import Commitment, Decision, Reasons
from onrecord.proof import decision as proofs
from onrecord.record import pages as log
from onrecord.record.models import Document

MEDIA_TYPE = "application/json"


def of(decision: Decision) -> proofs.Evidence | None:
    """Return the proof of a decision; None until it is logged, and once its words are erased."""
    reasons, document = Reasons.objects.filter(decision=decision).first(), document_of(decision)
    if reasons is None or reasons.frozen is None or document is None or document.leaf_index is None:
        return None
    return proofs.Evidence(
        decision=bytes(reasons.frozen),
        salt=bytes(reasons.salt),
        edition=bytes(document.content),
        proof=log.proof_for(document.leaf_index),
        words={"thing": reasons.item_text, "facts": reasons.facts, "explanation": reasons.explanation},
    )


def is_there(decision: Decision) -> bool:
    """Tell whether `of` has something to return, without making it."""
    kept = Reasons.objects.filter(decision=decision, frozen__isnull=False).exists()
    return kept and document_of(decision) is not None


def document_of(decision: Decision) -> Document | None:
    """Return the logged edition that commits to a decision."""
    row = Commitment.objects.filter(decision=decision).select_related("document").first()
    return row.document if row else None


def waits(decision: Decision) -> bool:
    """Tell whether the log will take a decision within a minute or so."""
    return Commitment.objects.filter(decision=decision, document=None).exists()


def name(decision: Decision) -> str:
    """Return the name of the file that holds the proof."""
    return f"decision-{decision.public_number}.json"

# SPDX-License-Identifier: Apache-2.0
"""Decisions in the public log: each as a salted hash, many in one edition (docs/record.md A8).

A decision is frozen and committed to in its own transaction; the log takes what waits about once a minute.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK
from onrecord.moderation import events
from onrecord.moderation.models import Commitment, Decision, Reasons
from onrecord.people.models import Organisation
from onrecord.proof import decision as proofs
from onrecord.proof.canonical import Json
from onrecord.proof.edition import timestamp
from onrecord.record import actions as record
from onrecord.record import commitments
from onrecord.record.models import Document

LONGEST_WAIT = timedelta(minutes=1)
ENOUGH = 250
"""So many are logged at once, however short they have waited."""


def commit_to(decision: Decision) -> Commitment:
    """Freeze a decision and commit to it. Called in the transaction that takes it, after all its effects."""
    reasons = decision.reasons
    reasons.frozen = frozen(decision, reasons)
    reasons.save(update_fields=["frozen"])
    digest = proofs.commitment(bytes(reasons.salt), reasons.frozen)
    return Commitment.objects.create(decision=decision, digest=digest)


def log_commitments() -> Document | None:
    """Log what waits, if it has waited long enough or is many; return the edition. For a chore.

    Raises what record.actions.append raises; then everything waits on.
    """
    waiting = Commitment.objects.filter(document=None).order_by("pk")
    oldest = waiting.select_related("decision").first()
    if oldest is None:
        return None
    if oldest.decision.decided_at > timezone.now() - LONGEST_WAIT and waiting[:ENOUGH].count() < ENOUGH:
        return None
    with transaction.atomic():
        record.lock_head(Organisation.current().origin)  # asked again, now that nobody else can log them
        rows = list(waiting.select_related("decision")[: proofs.MOST])
        if not rows:
            return None
        document = commitments.log([bytes(row.digest) for row in rows])
        _place(rows, document)
        event = events.DecisionsLogged(
            subject=f"document/{document.pk}", path=document.path, decisions=len(rows)
        )
        journal.write(event, by=CLOCK)
    return document


def _place(rows: Sequence[Commitment], document: Document) -> None:
    """Give each its edition and its place in the year, by which public entries are numbered."""
    last: dict[int, int] = {}
    for row in rows:
        year = row.decision.decided_at.year
        if year not in last:
            placed = Commitment.objects.filter(year=year, place__isnull=False).order_by("-place")
            last[year] = placed.values_list("place", flat=True).first() or 0
        last[year] += 1
        row.document, row.year, row.place = document, year, last[year]
    Commitment.objects.bulk_update(rows, ["document", "year", "place"], batch_size=200)


def frozen(decision: Decision, reasons: Reasons) -> bytes:
    """Return a decision as the log commits to it: what was decided about which thing, no name, no words.

    Words are in it as their SHA-256. The law is cited as it stands in the decision.
    """
    members: dict[str, Json] = {
        "log": Organisation.current().origin,
        "number": decision.public_number,
        "verdict": decision.verdict,
        "decided": timestamp(decision.decided_at),
        "thing": {
            "kind": decision.case.item_kind,
            "version": _normal(decision.item_version),
            "written": timestamp(decision.item_created_at),
        },
        "effects": _effects(decision),
        "undoes": [str(kind) for kind in sorted(decision.reverts.values_list("kind", flat=True))],
        "ground": _ground(decision),
        "decided_by": "program" if decision.is_automatic else "person",
        "noticed_by": "program" if decision.automated_detection else "person",
        "scope": [str(country) for country in decision.scope],
        "sha256": {
            "thing": _sha256(reasons.item_text),
            "facts": _sha256(reasons.facts),
            "explanation": _sha256(reasons.explanation),
        },
    }
    if decision.second_id is not None:
        members["signatures"] = 2
    if decision.supersedes is not None:
        members["about"] = decision.supersedes.public_number
    return proofs.freeze(members)


def _effects(decision: Decision) -> list[Json]:
    return [
        {"kind": effect.kind, "until": timestamp(effect.until) if effect.until else None}
        for effect in decision.effects.order_by("number")
    ]


def _ground(decision: Decision) -> Json:
    if decision.rule is not None:
        return {
            "rule": decision.rule.number,
            "version": decision.rule.book.version,
            "in_force_from": timestamp(decision.rule.book.effective_from),
        }
    return {"law": _normal(decision.legal_ground)} if decision.legal_ground else None


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

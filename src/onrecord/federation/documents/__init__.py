# SPDX-License-Identifier: Apache-2.0
"""What is said in ActivityStreams 2.0: facts in, plain JSON out; only `signed` asks for a key.

context      the vocabularies that documents name
actors       an account as its own document
statements   a statement as Article or Note, its content made fit for other people's sites
activities   what happens to it: create, update, delete, announce; accept, reject, move
collections  lists of these
proofs       the proof that a document carries itself
"""

from onrecord.federation.documents.activities import (
    accept,
    announce,
    create,
    delete,
    move,
    reject,
    tombstone,
    update,
)
from onrecord.federation.documents.actors import Described, ProofKey, Row, actor
from onrecord.federation.documents.context import CONTEXT, PUBLIC
from onrecord.federation.documents.proofs import Prover, signed
from onrecord.federation.documents.statements import Said, Tag, statement

__all__ = [
    "CONTEXT",
    "PUBLIC",
    "Described",
    "ProofKey",
    "Prover",
    "Row",
    "Said",
    "Tag",
    "accept",
    "actor",
    "announce",
    "create",
    "delete",
    "move",
    "reject",
    "signed",
    "statement",
    "tombstone",
    "update",
]

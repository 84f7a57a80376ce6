# SPDX-License-Identifier: Apache-2.0
"""The bundle of each edition: everything a reader needs to keep, in one file (docs/verify.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any  # Any: what an edition file says of its files, checked when it was frozen

from onrecord.bakery.batch import once_per_batch
from onrecord.proof import bundle, edition, instructions
from onrecord.proof.bundle import Bundle
from onrecord.proof.keys import PublicKey
from onrecord.proof.register import Register
from onrecord.proof.steps import read_register
from onrecord.record import keys
from onrecord.record.ceremony import published_note
from onrecord.record.errors import NoSuchLeaf
from onrecord.record.models import Document
from onrecord.record.witnesses import standing
from onrecord.statements.formats.files import location
from onrecord.statements.pages import witnessing
from onrecord.statements.pages.articles import Article

MOST_ATTACHED = 64 * 1024 * 1024
"""Bytes. Larger attachments stay where they are; VERIFY.txt names them by their hash."""


@dataclass(frozen=True, slots=True)
class NewestRegister:
    """The newest register of keys as readers get it."""

    content: bytes
    note: bytes | None
    """Signatures of root keys, once there are enough."""
    leaf_index: int
    read: Register


@once_per_batch
def newest_register() -> NewestRegister | None:
    """Return the newest register, or None before the first one."""
    document = Document.newest_register()
    if document is None or document.leaf_index is None:
        return None
    content, note = bytes(document.content), published_note(document) or None
    return NewestRegister(content, note, document.leaf_index, read_register(content))


@once_per_batch
def own_keys(origin: str) -> tuple[PublicKey, ...]:
    """Return the keys that sign now, for a log that has no register yet."""
    public = keys.public_keys(origin)
    return (public.release, public.log)


@once_per_batch
def policy() -> bytes | None:
    """Return whom the newsroom itself believes, once it asks any witnesses."""
    text = standing.policy_text() if witnessing.asked() else None
    return text.encode() if text else None


def bundle_file(article: Article, proof: bytes) -> bytes:
    """Return the bundle of an edition, with this proof, as the archive that is served."""
    files = _attachments(article.data["files"])
    return bundle.write(_parts(article.content, proof, article.data["log"], files), article.facts.issued)


def document_parts(document: Document) -> Bundle:
    """Return the bundle of one of the log's own editions. Raises what record.pages.proof_for raises."""
    if document.leaf_index is None:
        raise NoSuchLeaf(f"{document.path} is not in the log.")
    content = bytes(document.content)
    return _parts(content, witnessing.proof_for(document.leaf_index), edition.read(content).log, {})


def _parts(content: bytes, proof: bytes, origin: str, files: Mapping[str, bytes]) -> Bundle:
    register = newest_register()
    parts = Bundle(
        edition=content,
        proof=proof,
        register=register.content if register else None,
        register_proof=_register_proof(register.leaf_index) if register else None,
        register_note=register.note if register else None,
        policy=policy(),
        files=files,
    )
    trusted = () if register else own_keys(origin)
    return replace(parts, instructions=instructions.write(parts, keys=trusted))


@once_per_batch
def _register_proof(leaf_index: int) -> bytes:
    return witnessing.proof_for(leaf_index)


def _attachments(files: list[Mapping[str, Any]]) -> dict[str, bytes]:
    """Return the attachments that fit, in their order."""
    attached: dict[str, bytes] = {}
    room = MOST_ATTACHED
    for name, file in bundle.file_names(files).items():
        if file["size"] <= room:
            attached[name] = location(file["sha256"]).read_bytes()
            room -= file["size"]
    return attached

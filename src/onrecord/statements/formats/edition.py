# SPDX-License-Identifier: Apache-2.0
"""The edition file: what exactly was said, as canonical JSON (RFC 8785) that is hashed, logged and served.

Fields of `onrecord/edition/1`, all required, `null` or `""` or `[]` where there is nothing to say:

`v` format · `log` origin of the log · `issuer` name of the organisation · `statement` address · `edition`
number from 1 · `op` publish, translate, update, correct, withdraw · `change` minor, update, correction,
clarification · `reason` what changed, or why it is withdrawn · `prev` {`index`, `commitment`} of the
edition before · `lang` language code · `translation_of` {`statement`, `edition`} · `kind` · `title` ·
`summary` · `place` · `dated` date line, YYYY-MM-DD · `topics` [{`slug`, `name`}] · `spokespeople` [{`name`,
`role`}] · `blocks` as in `formats/body.py` · `html_sha256` of the body as HTML, hex · `files` [{`name`,
`type`, `size`, `sha256`, `path`}] · `issued` UTC, YYYY-MM-DDTHH:MM:SSZ

Only if it was sealed until its release: `sealed`, the moment of sealing, written as `issued`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from onrecord.proof.canonical import canonicalise
from onrecord.proof.edition import freeze, timestamp
from onrecord.statements.formats.body import FrozenBody, freeze_body, plain

FORMAT = "onrecord/edition/1"
TEXT_FIELDS = (
    "kind",
    "lang",
    "title",
    "summary",
    "place",
    "dated",
    "topics",
    "spokespeople",
    "blocks",
    "html_sha256",
    "files",
)
"""The fields that the writers fill in; all others come with the release."""


class Draft(Protocol):
    """What a statement at the desk offers to be frozen (`models.Statement`)."""

    kind: str
    title: str
    summary: str
    place: str
    dated: date
    body: Any
    topics: Any
    spokespeople: Any

    @property
    def language(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Text:
    """What the writers are responsible for: the part of an edition that approval holds for."""

    fields: Mapping[str, Any]
    body: FrozenBody

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the canonical form, in hex."""
        return text_digest(self.fields)


@dataclass(frozen=True, slots=True)
class Frame:
    """What the release adds to the text: whose, which, when, instead of what."""

    log: str
    issuer: str
    statement: str
    edition: int
    op: str
    change: str
    reason: str
    prev: Mapping[str, Any] | None
    translation_of: Mapping[str, Any] | None
    issued: datetime
    sealed: datetime | None = None
    """When it was committed to, for an edition that is released later."""


def freeze_text(statement: Draft) -> Text:
    """Return a draft's text, frozen; pictures and files are copied to where nothing changes them."""
    body = freeze_body(statement.body)
    fields = {
        "kind": statement.kind,
        "lang": statement.language,
        "title": plain(statement.title),
        "summary": plain(statement.summary),
        "place": plain(statement.place),
        "dated": statement.dated.isoformat(),
        "topics": [
            {"slug": topic.slug, "name": plain(topic.name_in(statement.language))}
            for topic in sorted(statement.topics.all(), key=lambda topic: str(topic.slug))
        ],
        "spokespeople": [
            {"name": plain(person.name), "role": plain(person.role)}
            for person in sorted(statement.spokespeople.all(), key=lambda person: (person.name, person.pk))
        ],
        "blocks": body.blocks,
        "html_sha256": hashlib.sha256(body.html.encode()).hexdigest(),
        "files": [
            {
                "name": file.name,
                "type": file.media_type,
                "size": file.size,
                "sha256": file.sha256,
                "path": file.path,
            }
            for file in body.files
        ],
    }
    return Text(fields, body)


def text_digest(data: Mapping[str, Any]) -> str:
    """Return the digest of the text in an edition file, comparable with `Text.digest`."""
    return hashlib.sha256(canonicalise({name: data[name] for name in TEXT_FIELDS})).hexdigest()


def edition_data(text: Text, frame: Frame) -> dict[str, Any]:
    """Return the edition file as an object."""
    data = {
        "v": FORMAT,
        **text.fields,
        "log": frame.log,
        "issuer": plain(frame.issuer),
        "statement": frame.statement,
        "edition": frame.edition,
        "op": frame.op,
        "change": frame.change,
        "reason": plain(frame.reason),
        "prev": dict(frame.prev) if frame.prev else None,
        "translation_of": dict(frame.translation_of) if frame.translation_of else None,
        "issued": timestamp(frame.issued),
    }
    return data | ({"sealed": timestamp(frame.sealed)} if frame.sealed else {})


def edition_bytes(text: Text, frame: Frame) -> bytes:
    """Return the edition file: the bytes that are committed to, logged and served."""
    return freeze(edition_data(text, frame))

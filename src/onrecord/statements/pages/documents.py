# SPDX-License-Identifier: Apache-2.0
"""The log's own editions on the site: each register of keys with its proof and the signatures of root keys.

`/register/<n>.json|.tlog-proof|.note`, and the newest one as `/register.json|.tlog-proof|.note`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from onrecord.bakery.pages import Family, File, Key
from onrecord.record import pages as log
from onrecord.record.ceremony import published_note
from onrecord.record.models import Document
from onrecord.record.register import PATH

DOCUMENTS = "record.documents"
REGISTER = "record.register"
NEWEST: Key = ("newest",)
JSON = "application/json; charset=utf-8"
NOTE = "text/plain; charset=utf-8"


def keys_for(path: str) -> list[tuple[str, Key]]:
    """Return what to bake when a document was logged, or root keys have signed it."""
    return [(DOCUMENTS, (path,)), (REGISTER, NEWEST)]


def _keys() -> Iterator[Key]:
    for path in Document.objects.order_by("pk").values_list("path", flat=True).iterator():
        yield (path,)


def _files(key: Key) -> Iterable[File]:
    document = Document.objects.filter(path=key[0]).first()
    return _copies(document, key[0].removesuffix(".json"), immutable=True) if document else ()


def _register(_key: Key) -> Iterable[File]:
    newest = Document.newest_register()
    return _copies(newest, PATH, immutable=False) if newest else ()


def _copies(document: Document, stem: str, *, immutable: bool) -> Iterator[File]:
    if document.leaf_index is None:
        return
    yield File(f"{stem}.json", bytes(document.content), JSON, immutable=immutable)
    yield File(f"{stem}.tlog-proof", log.proof_for(document.leaf_index), log.PROOF_MEDIA_TYPE)
    note = published_note(document)
    if note:
        yield File(f"{stem}.note", note, NOTE)


FAMILIES = (
    Family(DOCUMENTS, _keys, _files, count=Document.objects.count),
    Family(REGISTER, lambda: iter([NEWEST]), _register, count=lambda: 1),
)

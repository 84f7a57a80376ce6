# SPDX-License-Identifier: Apache-2.0
"""What an edition's proof is made of, on a page of its own, and the files to keep: proof and bundle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlencode

from django.utils import translation

from onrecord.bakery.batch import once_per_batch
from onrecord.bakery.headers import media_type_of
from onrecord.bakery.pages import File
from onrecord.proof.bundle import SUFFIX
from onrecord.proof.errors import ProofError
from onrecord.proof.keys import PublicKey
from onrecord.proof.logged import Logged, needed
from onrecord.proof.register import ListedKey, Register
from onrecord.proof.steps import read_logged
from onrecord.record.witnesses.standing import Standing, State
from onrecord.statements.pages import proof_words, witnessing
from onrecord.statements.pages.articles import Article
from onrecord.statements.pages.bundles import bundle_file, newest_register, own_keys
from onrecord.statements.pages.layout import Page
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.templates import render
from onrecord.statements.pages.words import Words


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the proof of an edition says, taken apart for readers."""

    origin: str
    index: int
    size: int
    root: str
    checkpoint: str
    leaf: str
    hashes: int
    release_key: PublicKey | None
    release_entry: ListedKey | None
    log_key: PublicKey | None
    log_entry: ListedKey | None
    register: Register | None


def files(site: Site, article: Article) -> Iterator[File]:
    """Yield an edition's proof, its bundle, and the page that explains both."""
    if article.leaf_index is None:
        return
    stem = f"{article.path}{article.facts.number}"
    proof = witnessing.proof_for(article.leaf_index)
    yield File(f"{stem}.tlog-proof", proof, media_type_of(f"{stem}.tlog-proof"))
    kept = bundle_file(article, proof)
    yield File(f"{stem}{SUFFIX}", kept, media_type_of(f"{stem}{SUFFIX}"))
    path = proof_path(article)
    html = _page(site, article, evidence(article, proof), path, len(kept))
    yield File(path, html.encode(), media_type_of(path))


def witnessed(site: Site, article: Article) -> str:
    """Say how far others have confirmed an edition's entry, in the edition's language."""
    if article.leaf_index is None:
        return ""
    return _witnessed(article.facts.language, article.leaf_index)


@once_per_batch
def _witnessed(language: str, index: int) -> str:
    return _confirmed(language, witnessing.seen(index).standing)


@lru_cache(maxsize=64)
def _confirmed(language: str, standing: Standing) -> str:
    # The same for nearly all of the log.
    with translation.override(language):
        return proof_words.witnesses(standing)


def proof_path(article: Article) -> str:
    """Return the address of the page about an edition's proof."""
    return f"{article.edition_path}proof/"


def bundle_path(article: Article) -> str:
    """Return the address of an edition's bundle."""
    return f"{article.path}{article.facts.number}{SUFFIX}"


def verify_path(site: Site, article: Article) -> str:
    """Return the address at which the bundle is checked in the browser, in the edition's language."""
    asked = {"url": site.url(bundle_path(article))}
    if article.facts.language in site.languages[1:]:
        asked["language"] = article.facts.language
    return f"/verify?{urlencode(asked)}"


def evidence(article: Article, proof: bytes) -> Evidence:
    """Take a proof apart. A key that the register does not list for this place is left out."""
    logged, found = read_logged(article.content, proof), newest_register()
    listed = found.read if found else None
    origin, head = needed(logged.head).origin, needed(logged.head)
    ranges, trusted = (listed.keys, ()) if listed else ((), own_keys(origin))
    release, log = _signers(logged, origin, ranges, trusted)
    return Evidence(
        origin=origin,
        index=needed(logged.proof).index,
        size=head.size,
        root=head.root.hex(),
        checkpoint=needed(logged.proof).signed_checkpoint.decode(),
        leaf=needed(logged.opening).leaf.decode(),
        hashes=len(needed(logged.proof).hashes),
        release_key=release,
        release_entry=_entry(ranges, release),
        log_key=log,
        log_entry=_entry(ranges, log),
        register=listed,
    )


def _signers(
    logged: Logged, origin: str, ranges: Sequence[ListedKey], trusted: Sequence[PublicKey]
) -> tuple[PublicKey | None, PublicKey | None]:
    try:
        release: PublicKey | None = logged.released_by(origin, ranges, trusted)
    except ProofError:
        release = None
    try:
        log: PublicKey | None = logged.signed_by(origin, ranges, trusted)[0]
    except ProofError:
        log = None
    return release, log


def _entry(listed: Sequence[ListedKey], key: PublicKey | None) -> ListedKey | None:
    return next((entry for entry in listed if entry.key == key), None)


def _dated(words: Words, article: Article, first: witnessing.SeenBy | None) -> str:
    sealed = article.data.get("sealed")
    if sealed is None:
        return proof_words.dated(words, article.facts.issued, first)
    return proof_words.sealed(words, datetime.fromisoformat(sealed), first)


def _page(site: Site, article: Article, found: Evidence, path: str, size: int) -> str:
    language = article.facts.language
    words = Words(language, site.zone)
    with translation.override(language):
        title = proof_words.heading(words, article.facts.number)
        seen = witnessing.seen(found.index)
        sentences = {
            "witnesses": _witnessed(language, found.index),
            "dated": _dated(words, article, seen.first),
            "place": proof_words.place(words, found.index, found.size),
            "register": proof_words.register(words, newest_register()),
            "release_key": proof_words.key_listed(words, found.release_entry),
            "log_key": proof_words.key_listed(words, found.log_entry),
            "climbs": proof_words.climbs(words, found.hashes),
        }
    page = Page(
        title=title,
        path=path,
        language=language,
        section="statements",
        description=article.facts.title,
        indexed=False,
    )
    context = {
        "site": site,
        "page": page,
        "article": article,
        "evidence": found,
        "seen": seen,
        "witnessed": seen.standing.state is State.WITNESSED,
        "said": sentences,
        "bundle": bundle_path(article),
        "bundle_size": size,
        "verify": verify_path(site, article),
        "moment_of": lambda seconds: words.moment(datetime.fromtimestamp(seconds, UTC)),
    }
    return render("proof.html", context, language)

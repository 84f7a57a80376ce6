# SPDX-License-Identifier: Apache-2.0
"""What the database knows of accounts and statements, as documents need it. Read once for all of a batch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onrecord.bakery.batch import once_per_batch
from onrecord.federation import actors, documents, keyring, objects
from onrecord.federation.documents import Described, ProofKey, Prover, Row, Said, Tag
from onrecord.federation.models import Actor, ActorKind, Policy, Quoters
from onrecord.federation.objects import quoted
from onrecord.federation.signatures import keys
from onrecord.identity.profiles import profiles
from onrecord.prepared import PreparedObjects
from onrecord.statements.formats import icons
from onrecord.statements.models import Tombstone
from onrecord.statements.pages import languages
from onrecord.statements.pages.articles import Article, newest_of
from onrecord.statements.pages.site import Site

OVERLAP = timedelta(days=7)
"""So long after a change of keys the last one stays listed: what it proved may still be on its way."""


@once_per_batch
def speaker() -> Actor:
    """Return the newsroom's own account."""
    return actors.newsroom()


def speaker_at(moment: datetime) -> Actor:
    """Return whose statement it is that was first released then: the account's that it was before a rename.

    Its id stays, and so does its author: no server takes a correction from another account.
    """
    return next((one for one in _former() if one.moved_at and moment < one.moved_at), None) or speaker()


@once_per_batch
def _former() -> list[Actor]:
    """Return the newsroom's own account under the names that it had before, the oldest first."""
    return _named_before()


_named_before = PreparedObjects(
    lambda: Actor.objects.filter(kind=ActorKind.FORMER, former_base="").order_by("moved_at", "pk")
)


def prover() -> Prover:
    """Return the key with which the newsroom's own account proves documents."""
    return prover_of(speaker())


@once_per_batch
def prover_of(actor: Actor) -> Prover:
    """Return the key with which an account proves documents."""
    method = _method(Site.current(), actor, actor.key_number)
    return Prover(method, actors.ed25519(actor), actor.keys_since)


def actor_address(site: Site, actor: Actor) -> str:
    """Return the id of an account."""
    return f"{actor.former_base or site.address}{actors.ACTORS}{actor.local}"


def described(site: Site, actor: Actor) -> Described:
    """Return what an account's document says."""
    home = actor.former_base or site.address
    host = urlsplit(home).netloc
    is_program = actor.kind == ActorKind.INSTANCE
    logo = site.logo_asset
    with translation.override(actor.language or site.default_language):
        title, rows = _title(site, actor), list(_rows(site))
    return Described(
        id=actor_address(site, actor),
        type="Application" if is_program else "Organization",
        name=actor.local,
        title=host if is_program else title,
        summary="" if is_program else actor.summary or site.about,
        page=page_of(site, actor),
        host=host,
        inbox=f"{actor_address(site, actor)}/inbox",
        shared_inbox=home + actors.SHARED_INBOX,
        outbox=f"{home}/ap/outboxes/{actor.local}",
        followers=f"{home}/ap/followers/{actor.local}",
        following=f"{home}/ap/following/{actor.local}",
        featured=f"{home}/ap/featured/{actor.local}",
        key_id=actor_address(site, actor) + actors.key_fragment(actor),
        public_key_pem=keys.to_pem(actors.rsa(actor).public_key()),
        proof_keys=_proof_keys(site, actor),
        published=actor.created_at,
        icon=site.url(f"/icon-{icons.LARGE}.png"),
        image=site.url(logo.path) if logo and not is_program else "",
        rows=() if is_program else rows,
        domains=[host, *(domain for domain in site.domains if domain != host)],
        also_known_as=actor.also_known_as,
        moved_to=actor.moved_to,
    )


def page_of(site: Site, actor: Actor) -> str:
    """Return the address of the page that shows what an account says."""
    with translation.override(actor.language or site.default_language):
        return site.url(_page(site, actor))


def statement_of(publication: int) -> tuple[Article, dict[str, Any]] | None:
    """Return a statement by its publication's id with its object, proved; None if it cannot be read yet."""
    article = newest_of(publication)
    return (article, _object(publication)) if article is not None else None


@once_per_batch
def _object(publication: int) -> dict[str, Any]:
    article = newest_of(publication)
    assert article is not None  # noqa: S101  # narrows the type: asked above
    speaking = speaker_at(article.history[0].issued)
    document = documents.statement(said(Site.current(), article, speaking))
    return prover_of(speaking).prove(document, article.facts.issued)


def said(site: Site, article: Article, speaker: Actor) -> Said:
    """Return what the newest edition of a statement says, as an account of the newsroom says it."""
    key = objects.key_at(article.path)
    speaking = actor_address(site, speaker)
    facts, first = article.facts, article.history[0]
    language = facts.language
    with translation.override(language):
        mark = _("Withdrawn") if article.withdrawal else ""
        change, reason = _change(article, mark)
    return Said(
        id=site.address + quoted(objects.STATEMENTS + key),
        actor=speaking,
        followers=f"{site.address}/ap/followers/{speaker.local}",
        url=site.url(article.path),
        language=languages.html_code(language),
        title=facts.title,
        summary=facts.summary,
        body_html=article.body_html,
        site=site.address,
        length=article.first_length,
        published=first.issued,
        updated=facts.issued if facts.number > 1 else None,
        likes=site.address + quoted(f"/ap/likes/{key}"),
        shares=site.address + quoted(f"/ap/shares/{key}"),
        replies=site.address + quoted(f"/ap/replies/{key}"),
        quoters=_quoters(f"{site.address}/ap/followers/{speaker.local}", speaking),
        tags=tuple(
            Tag(topic["name"], site.url(f"{site.home(language)}topics/{topic['slug']}/"))
            for topic in article.data["topics"]
        ),
        mark=mark,
        change=change,
        reason=reason,
    )


def _quoters(followers: str, nobody: str) -> str:
    return {Quoters.ANYONE: documents.PUBLIC, Quoters.FOLLOWERS: followers}.get(_chosen_quoters(), nobody)


@once_per_batch
def _chosen_quoters() -> Quoters:
    return Quoters(Policy.current().quoters)


def create_of(publication: int) -> dict[str, Any] | None:
    """Return the activity that brings a statement, in its newest edition, proved; None if there is none."""
    found = statement_of(publication)
    if found is None:
        return None
    article, document = found
    activity = documents.create(
        document, identifier=_activity(Site.current(), "create", objects.key_at(article.path))
    )
    return prover_of(speaker_at(article.history[0].issued)).prove(activity, article.facts.issued)


def update_of(publication: int) -> dict[str, Any] | None:
    """Return the activity that brings the newest edition of a statement that had an earlier one, proved."""
    found = statement_of(publication)
    if found is None or found[0].facts.number == 1:
        return None
    article, document = found
    verb = "withdraw" if article.facts.op == "withdraw" else "update"
    key = f"{article.facts.number}/{objects.key_at(article.path)}"
    activity = documents.update(document, identifier=_activity(Site.current(), verb, key))
    return prover_of(speaker_at(article.history[0].issued)).prove(activity, article.facts.issued)


def tombstone_of(stone: Tombstone) -> dict[str, Any]:
    """Return what stands in the place of a statement that was erased, proved."""
    site, at = Site.current(), _erased_at(stone)
    address = site.address + quoted(objects.STATEMENTS + objects.key_at(stone.path))
    return prover().prove(documents.tombstone(identifier=address, deleted=at), at)


def delete_of(stone: Tombstone) -> dict[str, Any]:
    """Return the activity that asks others to forget a statement that was erased, proved."""
    site = Site.current()
    activity = documents.delete(
        tombstone_of(stone),
        identifier=_activity(site, "delete", objects.key_at(stone.path)),
        actor=actor_address(site, speaker()),
        followers=f"{site.address}/ap/followers/{speaker().name}",
    )
    return prover().prove(activity, _erased_at(stone))


def announce_of(site: Site, actor: Actor, path: str, at: datetime) -> dict[str, Any]:
    """Return the activity with which an account for a language or topic passes the statement on a page on."""
    key = objects.key_at(path)
    return documents.announce(
        site.address + quoted(objects.STATEMENTS + key),
        identifier=_activity(site, f"announce/{actor.name}", key),
        actor=actor_address(site, actor),
        followers=f"{site.address}/ap/followers/{actor.local}",
        author=actor_address(site, speaker_at(at)),
        at=at,
    )


def _activity(site: Site, verb: str, key: str) -> str:
    return site.address + quoted(f"{objects.ACTIVITIES}{verb}/{key}")


def _erased_at(stone: Tombstone) -> datetime:
    erasure = stone.erasure  # a recovery knows when it was done, from the record, and not when it was decided
    return erasure.done_at or erasure.decided_at or erasure.proposed_at


def _change(article: Article, mark: str) -> tuple[str, str]:
    """Return what readers have to know first, in the language of the text: its name, and the reason."""
    if article.withdrawal:
        return mark, article.withdrawal.reason
    if article.notice is None or not article.notice.reason:
        return "", ""
    names = {
        "update": _("Update"),
        "correction": _("Correction"),
        "clarification": _("Clarification"),
    }
    return names.get(article.notice.change, names["update"]), article.notice.reason


def _title(site: Site, actor: Actor) -> str:
    if actor.title:
        return actor.title
    if actor.kind != ActorKind.SELECTION:
        return site.name
    topic = actor.topic.name_in(actor.language or site.default_language) if actor.topic else ""
    language = languages.own_name(actor.language) if actor.language else ""
    return f"{site.name}: {', '.join(filter(None, [topic, language]))}"


def _page(site: Site, actor: Actor) -> str:
    home = site.home(actor.language or site.default_language)
    return f"{home}topics/{actor.topic.slug}/" if actor.topic else home


def _rows(site: Site) -> Iterable[Row]:
    yield Row(_("Newsroom"), f"{site.address}/")
    for domain in site.domains:
        yield Row(_("Known as"), f"https://{domain}/")
    for address in profiles(site.relations):
        yield Row(urlsplit(address).hostname or address, address)


def _proof_keys(site: Site, actor: Actor) -> list[ProofKey]:
    public = actors.ed25519(actor).public_key()
    found = [ProofKey(_method(site, actor, actor.key_number), keys.to_multikey(public))]
    for former in keyring.shown_beside(actor, timezone.now() - OVERLAP):
        found.append(ProofKey(former.method, former.public))
    return found


def _method(site: Site, actor: Actor, number: int) -> str:
    return f"{actor_address(site, actor)}#ed25519-{number}"

# SPDX-License-Identifier: Apache-2.0
"""What the fediverse reads, baked: accounts, statements with their activities, outboxes, how to find them.

Outbox pages are numbered from the oldest and hold addresses alone, so a full one never changes again, and an
edition touches as many files in an archive of a million as in one of ten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from onrecord.bakery.batch import once_per_batch
from onrecord.bakery.headers import media_type_of
from onrecord.bakery.pages import Family, File, Key
from onrecord.federation import actors, documents, facts, objects
from onrecord.federation.documents import collections
from onrecord.federation.facts import actor_address
from onrecord.federation.formats import host_meta, nodeinfo
from onrecord.federation.models import Actor, ActorKind
from onrecord.federation.objects import quoted
from onrecord.people.errors import NotSetUp
from onrecord.prepared import Prepared, PreparedObjects
from onrecord.proof.compact import compact
from onrecord.statements.models import Edition, Publication, Tombstone
from onrecord.statements.pages import about
from onrecord.statements.pages.articles import PUBLICATION
from onrecord.statements.pages.site import Site

ACTORS, OUTBOXES, OUTBOX_PAGES = "federation.actors", "federation.outboxes", "federation.outbox_pages"
STATEMENTS, TOMBSTONES, DISCOVERY = "federation.statements", "federation.tombstones", "federation.discovery"
ANNOUNCES = "federation.announces"
PER_PAGE = 100
FEATURED = 5
"""The newest statements, which stand in a profile before anybody there follows it."""
NEWEST = 20
"""Statements that the outbox of an account for a language or topic names."""
GONE = ".gone"
"""How the name of the file ends that stands in the place of an erased one; its address answers 410."""


def keys_for(edition: Edition) -> list[tuple[str, Key]]:
    """Return what to bake with the pages of an edition."""
    publication = about.publication_of(edition)
    name = (str(publication.pk),)
    found: list[tuple[str, Key]] = [(STATEMENTS, name), (ANNOUNCES, name)]
    if edition.op == "withdraw":  # what no longer stands is not shown first in the profile
        found.append((OUTBOXES, (facts.speaker().name, "featured")))
    if edition.number == 1:
        speaker = facts.speaker().name
        number, begins = page_of(publication.pk), _begins_a_page(publication.pk)
        found.append((OUTBOX_PAGES, (speaker, str(number))))
        if begins and number > 1:
            found.append((OUTBOX_PAGES, (speaker, str(number - 1))))
        found.append((OUTBOXES, (speaker, "featured")))
        if begins:  # its total is brought up to date by the clock
            found.append((OUTBOXES, (speaker,)))
    for actor in _open_selections():
        if _selects(actor, publication, edition):
            found.append((OUTBOXES, (actor.name,)))
    return found


def keys_of_actor(actor: Actor) -> list[tuple[str, Key]]:
    """Return what to bake when something about an account has changed."""
    if actor.former_base:  # what stands at a former address of the site is no part of this one
        return []
    return [
        *((ACTORS, (actor.name,)), (OUTBOXES, (actor.name,)), (OUTBOXES, (actor.name, "featured"))),
        *((ANNOUNCES, (str(pk),)) for pk in _selected(actor).values_list("pk", flat=True)[:NEWEST]),
    ]


def keys_of_erased(paths: Iterable[str]) -> list[tuple[str, Key]]:
    """Return what to bake when the texts at these addresses were erased."""
    return [(TOMBSTONES, (path,)) for path in paths if _is_statement(path)]


def keys_by_the_clock() -> list[tuple[str, Key]]:
    """Return what counts statements, to be brought up to date now and then."""
    return [(OUTBOXES, (facts.speaker().name,)), (DISCOVERY, ("nodeinfo",))]


def page_of(publication: int) -> int:
    """Return the number of the outbox page on which a publication stands."""
    return (publication - 1) // PER_PAGE + 1


def before_set_up(render: Callable[[Key], Iterable[File]]) -> Callable[[Key], Iterable[File]]:
    """Let a family yield nothing before the newsroom has an address."""

    def rendering(key: Key) -> Iterable[File]:
        try:
            Site.current()
        except NotSetUp:
            return ()
        return render(key)

    return rendering


def _actor_keys() -> Iterator[Key]:
    if _is_set_up():
        facts.speaker()
        actors.instance()  # so that whoever is asked can look up who asks
        open_here = Actor.objects.filter(closed_at=None, former_base="").order_by("pk")
        for name in open_here.values_list("name", flat=True):
            yield (name,)


def _actor_files(key: Key) -> Iterable[File]:
    """Yield the document of an account, and the empty list of those it follows; once closed, its end."""
    actor = Actor.objects.filter(name=key[0]).select_related("topic").first()
    if actor is None:
        return
    site = Site.current()
    address = actor_address(site, actor)
    if actor.closed_at is not None:
        stone = documents.tombstone(identifier=address, deleted=actor.closed_at)
        yield _file(address.removeprefix(site.address) + GONE, stone)
        return
    yield _file(address.removeprefix(site.address), documents.actor(facts.described(site, actor)))
    following = f"/ap/following/{actor.name}"
    yield _file(following, collections.ordered(site.address + following, []))


def _outbox_keys() -> Iterator[Key]:
    for (name,) in _actor_keys():
        yield (name,)
        yield (name, "featured")


def _outbox_files(key: Key) -> Iterable[File]:
    actor = _open_named.first(key[0])
    if actor is None:
        return
    site = Site.current()
    if len(key) > 1:
        path = f"/ap/featured/{actor.name}"
        newest = _newest_objects(site) if actor.kind == ActorKind.NEWSROOM else []
        yield _file(path, collections.ordered(site.address + path, newest))
        return
    path = f"/ap/outboxes/{actor.name}"
    if actor.kind == ActorKind.NEWSROOM:
        yield _file(path, _paged_outbox(site.address + path, site.address + f"/ap/outbox-pages/{actor.name}"))
    else:
        yield _file(path, collections.ordered(site.address + path, _announced(site, actor)))


def _paged_outbox(address: str, pages: str) -> dict[str, Any]:
    newest = _logged().order_by("-pk").values_list("pk", flat=True).first()
    if newest is None:
        return collections.ordered(address, [])
    return collections.paged(
        address, total=_how_many_logged(), first=f"{pages}/{page_of(newest)}", last=f"{pages}/1"
    )


def _page_keys() -> Iterator[Key]:
    newest = Publication.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if newest and _is_set_up():
        name = facts.speaker().name
        for number in range(1, page_of(newest) + 1):
            yield (name, str(number))


def _page_files(key: Key) -> Iterable[File]:
    """Yield one page of the outbox: the activities that brought these statements, the newest first."""
    name, number = key[0], int(key[1])
    if name != facts.speaker().name:
        return
    site = Site.current()
    last = number * PER_PAGE
    pages = f"/ap/outbox-pages/{name}"
    items = [
        site.address + quoted(f"{objects.ACTIVITIES}create/{objects.key_at(path)}")
        for (path,) in _paths_between(last - PER_PAGE, last)
    ]
    newer = bool(_any_after(last))
    yield _file(
        f"{pages}/{number}",
        collections.page(
            f"{site.address}{pages}/{number}",
            of=f"{site.address}/ap/outboxes/{name}",
            items=items,
            newer=f"{site.address}{pages}/{number + 1}" if newer else "",
            older=f"{site.address}{pages}/{number - 1}" if number > 1 else "",
        ),
    )


def _statement_keys() -> Iterator[Key]:
    for pk in Publication.objects.order_by("pk").values_list("pk", flat=True).iterator():
        yield (str(pk),)


def _statement_files(key: Key) -> Iterable[File]:
    """Yield the object of a statement, the activity that brings it, and that of its newest change."""
    publication = int(key[0])
    found = facts.statement_of(publication)
    if found is None:
        return
    site = Site.current()
    for document in (found[1], facts.create_of(publication), facts.update_of(publication)):
        if document is not None:
            yield _file(_path_of(site, document), document)


def _tombstone_keys() -> Iterator[Key]:
    for path in Tombstone.objects.order_by("pk").values_list("path", flat=True).iterator():
        if _is_statement(path):
            yield (path,)


def _tombstone_files(key: Key) -> Iterable[File]:
    stone = Tombstone.objects.filter(path=key[0]).select_related("erasure").first()
    if stone is None or Publication.objects.filter(path=stone.path).exists():
        return
    site = Site.current()
    yield _file(_path_of(site, facts.tombstone_of(stone)) + GONE, facts.tombstone_of(stone))
    yield _file(_path_of(site, facts.delete_of(stone)), facts.delete_of(stone))


def _discovery_files(key: Key) -> Iterable[File]:
    site = Site.current()
    if key[0] == "host-meta":
        yield _plain(host_meta.PATH, host_meta.write(site.address))
        return
    statements = _how_many_logged()
    yield _plain(nodeinfo.PATH, nodeinfo.discovery(site.address))
    for version in nodeinfo.VERSIONS:
        yield _plain(f"/nodeinfo/{version}", nodeinfo.write(version, title=site.name, statements=statements))


def _newest_objects(site: Site) -> list[str]:
    return [site.address + quoted(objects.STATEMENTS + objects.key_at(path)) for (path,) in _newest_paths()]


def _announced(site: Site, actor: Actor) -> list[dict[str, Any]]:
    """Return what an account for a language or topic passed on last; nothing for the program's own."""
    newest = _selected(actor).values_list("path", "first_released_at")[:NEWEST]
    return [facts.announce_of(site, actor, path, at) for path, at in newest]


def _selected(actor: Actor) -> Any:
    """Return the publications that an account for a language or topic passes on, the newest first."""
    rows = _logged() if actor.kind == ActorKind.SELECTION else Publication.objects.none()
    if actor.topic:
        rows = rows.filter(listings__topic=actor.topic)
    if actor.language:
        rows = rows.filter(language=actor.language)
    return rows.order_by("-first_released_at", "-pk")


def _announce_files(key: Key) -> Iterable[File]:
    """Yield the activities with which accounts for languages and topics passed a statement on."""
    selections = _selections()
    publication = _logged().filter(pk=int(key[0])).first() if selections else None
    if publication is None:
        return
    site = Site.current()
    topics = {None, *publication.listings.values_list("topic_id", flat=True)}
    for actor in selections:
        if actor.topic_id not in topics or actor.language not in {"", publication.language}:
            continue
        document = facts.announce_of(site, actor, publication.path, publication.first_released_at)
        yield _file(_path_of(site, document), document)


@once_per_batch
def _selections() -> tuple[Actor, ...]:
    """Return the accounts for languages and topics that are open here."""
    return tuple(actor for actor in _open_selections() if not actor.former_base)


def _announce_keys() -> Iterator[Key]:
    if Actor.objects.filter(kind=ActorKind.SELECTION, closed_at=None).exists():
        yield from _statement_keys()


def _begins_a_page(publication: int) -> bool:
    first = (page_of(publication) - 1) * PER_PAGE
    return not _paths_between(first, publication - 1)


def _selects(actor: Actor, publication: Publication, edition: Edition) -> bool:
    slugs = {topic["slug"] for topic in edition.data["topics"]}
    topic = str(actor.topic.slug) if actor.topic else ""
    return actor.language in {"", publication.language} and (not topic or topic in slugs)


def _logged() -> Any:
    # By whether an edition has its place in the log, as the archive does.
    return Publication.objects.filter(edition__leaf_index__isnull=False)


_open_selections = PreparedObjects(
    lambda: Actor.objects.filter(kind=ActorKind.SELECTION, closed_at=None).order_by("pk")
)
_open_named = PreparedObjects(lambda name: Actor.objects.filter(name=name, closed_at=None))
_paths_between = Prepared(
    lambda after, last: (
        _logged().filter(pk__gt=after, pk__lte=last).order_by("-pk").values_list("path")[:PER_PAGE]
    )
)
_any_after = Prepared(lambda last: _logged().filter(pk__gt=last).values_list("pk")[:1])
_newest_paths = Prepared(
    lambda: (
        _logged().filter(withdrawn=False).order_by("-first_released_at", "-pk").values_list("path")[:FEATURED]
    )
)


def _how_many_logged() -> int:
    # All but those on their way, which an index finds: reading each edition takes seconds for a million.
    underway = Publication.objects.filter(edition__leaf_index__isnull=True).count()
    return Publication.objects.count() - underway


def _is_statement(path: str) -> bool:
    try:
        objects.key_at(path)
    except ValueError:
        return False
    return not path.rstrip("/").rpartition("/")[2].isdigit()


def _is_set_up() -> bool:
    try:
        Site.current()
    except NotSetUp:
        return False
    return True


def _path_of(site: Site, document: dict[str, Any]) -> str:
    return objects.unquoted(str(document["id"]).removeprefix(site.address))


def _file(path: str, document: dict[str, Any]) -> File:
    return _plain(path, compact(document))


def _plain(path: str, body: bytes) -> File:
    return File(path, body, media_type_of(path))


FAMILIES = (
    Family(ACTORS, _actor_keys, before_set_up(_actor_files), Actor.objects.count),
    Family(
        STATEMENTS, _statement_keys, before_set_up(_statement_files), Publication.objects.count, PUBLICATION
    ),
    Family(ANNOUNCES, _announce_keys, before_set_up(_announce_files), lambda: 0, PUBLICATION),
    Family(TOMBSTONES, _tombstone_keys, before_set_up(_tombstone_files), Tombstone.objects.count),
    Family(OUTBOX_PAGES, _page_keys, before_set_up(_page_files), lambda: 0),
    Family(OUTBOXES, _outbox_keys, before_set_up(_outbox_files), Actor.objects.count),
    Family(
        DISCOVERY,
        lambda: iter([("host-meta",), ("nodeinfo",)]),
        before_set_up(_discovery_files),
        lambda: 2,
    ),
)

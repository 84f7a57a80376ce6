# SPDX-License-Identifier: Apache-2.0
"""What another server reads once it has found the account."""

from __future__ import annotations

from typing import Any  # JSON

from django.core.checks import Error
from django.core.checks import Warning as Caution

from onrecord.bakery import headers
from onrecord.federation import actors, objects
from onrecord.federation.checks.asking import (
    PROXY,
    Findings,
    Outside,
    answered,
    document,
    media_type,
)
from onrecord.federation.documents.context import MEDIA_TYPE
from onrecord.federation.models import Actor
from onrecord.federation.signatures import keys
from onrecord.federation.signatures.errors import BadKey
from onrecord.outbound import Response
from onrecord.statements.models import Publication
from onrecord.statements.pages.site import Site

BAKED = "It is baked: `onrecord bake`, and let it be served."
TYPE = f"All below /ap/ is {MEDIA_TYPE}, whatever its name. {PROXY}"


def account(outside: Outside, actor: Actor) -> Findings:
    """E007, E008, E009: the account says who it is, with the key that signs here."""
    address = actors.address_of(actor)
    response = outside.get(address.removeprefix(outside.address), MEDIA_TYPE)
    found = document(response)
    if response.status != 200 or found is None:
        yield Error(
            f"{address} answers {answered(response)}, not the account.", hint=BAKED, id="federation.E007"
        )
        return
    if media_type(response) != MEDIA_TYPE:
        yield Error(
            f"{address} is answered as {media_type(response) or 'nothing'}, so that servers refuse it.",
            hint=TYPE,
            id="federation.E008",
        )
    for why in _not_ours(found, actor):
        yield Error(
            f"The account at {address} {why}.",
            hint="Bake again with `onrecord bake`; is another copy of the site, or an old cache, in front?",
            id="federation.E009",
        )


def statement(outside: Outside) -> Findings:
    """E013, W014: the newest statement is an object, and its page leads servers to it."""
    rows = Publication.objects.filter(edition__leaf_index__isnull=False, edition__published_at__isnull=False)
    newest = rows.order_by("-pk").first()
    if newest is None:
        return
    address = objects.address_of(newest)
    response = outside.get(address.removeprefix(outside.address), MEDIA_TYPE)
    found = document(response)
    if response.status != 200 or found is None:
        yield Error(
            f"{address} answers {answered(response)}, not the statement.", hint=BAKED, id="federation.E013"
        )
        return
    if media_type(response) != MEDIA_TYPE:
        yield Error(
            f"{address} is answered as {media_type(response) or 'nothing'}, so that servers refuse it.",
            hint=TYPE,
            id="federation.E013",
        )
    elif (found.get("id"), found.get("attributedTo")) != (address, actors.address_of(actors.newsroom())):
        yield Error(
            f"What stands at {address} says that it is {str(found.get('id'))[:200]!r}.",
            hint="Bake again with `onrecord bake`.",
            id="federation.E013",
        )
    page = outside.get(newest.path, MEDIA_TYPE)
    if page.headers.get("location", "") not in {address, address.removeprefix(outside.address)}:
        yield Caution(
            f"Whoever asks for the page {outside.address}{newest.path} as {MEDIA_TYPE} gets {answered(page)},"
            f" and is not led to {address}.",
            hint=f"People search for a statement by the address of its page. {PROXY}",
            id="federation.W014",
        )


def collections(outside: Outside, actor: Actor) -> Findings:
    """W019, W020: lists and files have the type that their readers expect; numbers come from the program."""
    site = Site.current()
    wanted = (f"/ap/outboxes/{actor.name}", "/feed.xml", "/robots.txt", site.stylesheet.path)
    for path in wanted:
        response = outside.get(path)
        said, right = media_type(response), headers.media_type_of(path).partition(";")[0]
        if response.status == 200 and said != right:
            yield Caution(
                f"{outside.address}{path} is answered as {said or 'nothing'}, not as {right}.",
                hint=f"A server in front does not know that type. {PROXY}",
                id="federation.W019",
            )
    response = outside.get(f"/ap/followers/{actor.name}", MEDIA_TYPE)
    if not _is_collection(response):
        yield Caution(
            f"{outside.address}/ap/followers/{actor.name} answers {answered(response)}, not a number.",
            hint=f"/ap/followers, likes, shares, replies and quotes are the program's. {PROXY}",
            id="federation.W020",
        )


def _is_collection(response: Response) -> bool:
    found = document(response)
    return response.status == 200 and found is not None and "totalItems" in found


def _not_ours(found: dict[str, Any], actor: Actor) -> list[str]:
    """Return what is wrong with the account as it was read."""
    address = actors.address_of(actor)
    problems = []
    if found.get("id") != address:
        problems.append(f"says that it is {str(found.get('id'))[:200]!r}")
    if found.get("inbox") != actors.inbox_of(actor):
        problems.append(f"names the inbox {str(found.get('inbox'))[:200]!r}, not {actors.inbox_of(actor)!r}")
    key = found.get("publicKey")
    shown = key if isinstance(key, dict) else {}
    try:
        theirs: object = keys.from_pem(str(shown.get("publicKeyPem", "")))
    except BadKey as error:
        return [*problems, f"shows a key that cannot be read: {error}"]
    ours = keys.from_pem(keys.to_pem(actors.rsa(actor).public_key()))
    if shown.get("id") != actors.key_id(actor) or theirs != ours:
        problems.append(f"shows another key than the one that signs here, {actors.key_id(actor)}")
    return problems

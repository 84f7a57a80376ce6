# SPDX-License-Identifier: Apache-2.0
"""How another server finds the newsroom's account by its name."""

from __future__ import annotations

from urllib.parse import quote

from django.core.checks import Error
from django.core.checks import Warning as Caution

from onrecord.federation import actors
from onrecord.federation.checks.asking import (
    PROXY,
    Findings,
    Outside,
    answered,
    document,
    media_type,
)
from onrecord.federation.documents.context import MEDIA_TYPE
from onrecord.federation.formats import host_meta, nodeinfo
from onrecord.federation.models import Actor
from onrecord.identity import webfinger as identity

JRD = identity.MEDIA_TYPE


def webfinger(outside: Outside, actor: Actor) -> Findings:
    """E002, E003, W004: the name leads to the account, and back."""
    subject = f"acct:{actor.name}@{outside.host}"
    for resource in (subject, actors.address_of(actor)):
        path = f"{identity.PATH}?resource={quote(resource, safe='')}"
        response = outside.get(path, JRD)
        found = document(response)
        if response.status != 200 or found is None:
            yield Error(
                f"WebFinger does not describe {resource}: {outside.address}{identity.PATH} answers"
                f" {answered(response)}.",
                hint=f"It is answered by the program, not by a file. {PROXY}",
                id="federation.E002",
            )
            return
        own = [one for one in found.get("links", ()) if isinstance(one, dict) and one.get("rel") == "self"]
        leads_to = [one.get("href") for one in own if one.get("type") == MEDIA_TYPE]
        if str(found.get("subject", "")).lower() != subject.lower():
            yield Error(
                f"WebFinger calls {resource} {str(found.get('subject'))[:200]!r}, not {subject!r}.",
                hint="Does another program answer there? The subject is the account under this very host.",
                id="federation.E003",
            )
        elif leads_to != [actors.address_of(actor)]:
            yield Error(
                f"WebFinger leads from {resource} to {str(leads_to)[:300]},"
                f" not to {actors.address_of(actor)}.",
                hint="Does another program answer there, or another newsroom?",
                id="federation.E003",
            )
        elif media_type(response) != JRD:
            yield Caution(
                f"WebFinger is answered as {media_type(response) or 'nothing'}, not as {JRD}.",
                hint="A server in front must leave the Content-Type as the program says it.",
                id="federation.W004",
            )


def descriptions(outside: Outside) -> Findings:
    """W005, W006: what this server is can be read."""
    meta = outside.get(host_meta.PATH)
    if meta.status != 200 or b"/.well-known/webfinger?resource={uri}" not in meta.body:
        yield Caution(
            f"{outside.address}{host_meta.PATH} answers {answered(meta)}, and does not lead to WebFinger.",
            hint="Some servers look there first. It is baked: `onrecord bake`, and let it be served.",
            id="federation.W005",
        )
    elif media_type(meta) != "application/xrd+xml":
        yield Caution(
            f"{outside.address}{host_meta.PATH} is answered as {media_type(meta)}, not application/xrd+xml.",
            hint=PROXY,
            id="federation.W005",
        )
    for path in (nodeinfo.PATH, *(f"/nodeinfo/{version}" for version in nodeinfo.VERSIONS)):
        response = outside.get(path)
        if response.status != 200 or document(response) is None or media_type(response) != "application/json":
            yield Caution(
                f"NodeInfo at {outside.address}{path} answers {answered(response)}.",
                hint=f"It is baked: `onrecord bake`, and let it be served as application/json. {PROXY}",
                id="federation.W006",
            )
            return

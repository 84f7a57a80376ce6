# SPDX-License-Identifier: Apache-2.0
"""The addresses of the program with, behind them, an actor's document: what a server in front would serve."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from onrecord.federation import actors
from onrecord.federation.models import Actor
from onrecord.federation.signatures.keys import to_pem


def actor(_request: HttpRequest, name: str) -> HttpResponse:
    """Show what servers elsewhere need to check that something is from an account of the newsroom."""
    row = Actor.objects.get(name=name)
    address = actors.address_of(row)
    document = {
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "id": address,
        "type": "Organization",
        "preferredUsername": name,
        "inbox": actors.inbox_of(row),
        "outbox": actors.outbox_of(row),
        "publicKey": {
            "id": actors.key_id(row),
            "owner": address,
            "publicKeyPem": to_pem(actors.rsa(row).public_key()),
        },
    }
    return JsonResponse(document, content_type="application/activity+json")


def webfinger(request: HttpRequest) -> HttpResponse:
    """Lead from a name to the account."""
    address = actors.address_of(actors.newsroom())
    links = [{"rel": "self", "type": "application/activity+json", "href": address}]
    document = {"subject": request.GET.get("resource", ""), "links": links}
    return JsonResponse(document, content_type="application/jrd+json")


urlpatterns = [
    path("ap/actors/<str:name>", actor),
    path(".well-known/webfinger", webfinger),
    path("", include("onrecord.config.urls")),
]

# SPDX-License-Identifier: Apache-2.0
"""Calls of the interface for platforms; every answer is held against its description."""

from __future__ import annotations

import json
import re
from typing import Any

from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator

from onrecord.moderation.platforms import openapi

BASE = openapi.BASE


def item(**changes: Any) -> dict[str, Any]:
    """Return a post in the forum as it is submitted."""
    return {
        "id": "post-7",
        "title": "About my neighbours",
        "text": "All my neighbours are vermin.",
        "url": "https://forum.example/t/3#post-7",
        "language": "en",
        "written_at": timezone.now().isoformat(),
        "author": {"id": "nina", "name": "Nina", "address": "nina@reader.example"},
        **changes,
    }


def decision(version: str, **changes: Any) -> dict[str, Any]:
    """Return the decision to take a post out of view."""
    return {
        "item": "post-7",
        "version": version,
        "facts": "It calls all neighbours vermin.",
        "effects": [{"kind": "seal"}],
        "rule": "2",
        **changes,
    }


def call(secret: str, method: str, path: str, body: object = None, key: str = "") -> tuple[int, Any]:
    """Call the interface; every answer is checked against its own description."""
    sent = Client().generic(
        method,
        BASE + path,
        data=body if isinstance(body, str) else json.dumps(body),
        content_type="application/json",
        headers={
            **({"Authorization": f"Bearer {secret}"} if secret else {}),
            "Idempotency-Key": key or f"{path}-{timezone.now().timestamp()}",
        },
    )
    told = sent.json()
    described(method, path, sent.status_code, sent["Content-Type"], told)
    return sent.status_code, told


def described(method: str, path: str, status: int, media_type: str, told: object) -> None:
    """Fail unless openapi.json has this answer."""
    document = openapi.description("https://news.elmford.example")
    place = re.sub(r"^/(items|decisions|proposals)/.+$", r"/\1/{id}", path)
    responses = document["paths"][place][method.lower()]["responses"]
    content = responses[str(status)]["content"]
    assert media_type in content, (path, status, media_type)
    schema = {**content[media_type]["schema"], "components": document["components"]}
    Draft202012Validator(schema).validate(told)

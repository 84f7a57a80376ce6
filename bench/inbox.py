# SPDX-License-Identifier: Apache-2.0
"""Activities a second that the inbox of the fediverse verifies and takes, and that are handled afterwards.

    ./run bench inbox [--activities 4000] [--hosts 200]

Makes a newsroom of its own in a temporary folder (or in ONRECORD_DATABASE_URL). Accounts on many servers like
a statement, each request signed (draft-cavage, RSA-2048) before the clock starts. Requests are made in this
process, middleware included, one after another: what one core does. The web server is not measured. In the
same run: how many such signatures the core verifies alone, which no inbox can exceed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

KEYS = 8


def main() -> None:
    """Sign, post, handle; say how long each took."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--activities", type=int, default=4_000)
    arguments.add_argument("--hosts", type=int, default=200)
    given = arguments.parse_args()
    if given.activities > given.hosts * 1_000:
        sys.exit("One server may send 1,200 activities a minute. Name more --hosts.")
    print(f"load of this machine before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as home:
        os.environ["ONRECORD_HOME"] = home
        post, handle, ceiling = prepared(given.activities, given.hosts, Path(home))
        print(f"{given.activities:,} activities of {given.hosts} servers")
        print(f"  signatures verified, nothing else  {ceiling:8,.0f}/s")
        show("verified and taken", post, given.activities)
        show("handled", handle, given.activities)


def prepared(count: int, hosts: int, home: Path) -> tuple[Callable[[], None], Callable[[], None], float]:
    """Return what posts everything, what handles it, and how many signatures a second the core verifies."""
    from onrecord.config import django_setup

    django_setup.load()
    from django.core.management import call_command
    from django.test import RequestFactory

    from bench import archive
    from onrecord.config.answering import LateDjango
    from onrecord.federation.models import Interaction
    from onrecord.federation.receiving import handling
    from onrecord.statements.models import Publication

    call_command("createcachetable", verbosity=0)
    archive.prepare()
    archive.grow(1)
    publication = Publication.objects.first()
    assert publication is not None
    requests, ceiling = signed(count, hosts, home, publication)
    application, factory = LateDjango(), RequestFactory()
    application.load()
    environs = [factory.post("/ap/inbox", **sent).environ for sent in requests]

    def post() -> None:
        said: list[str] = []

        def start(status: str, _headers: object, *_: object) -> Any:
            said[:] = [status]

        for environ in environs:
            answer = application(environ, start)
            text = b"".join(answer).decode()
            answer.close()  # type: ignore[attr-defined]  # Django's answers have it
            if said != ["202 Accepted"]:
                sys.exit(f"The inbox answered {said}: {text}")

    def handle() -> None:
        handling.handle_due()
        if (likes := Interaction.objects.count()) != count:
            sys.exit(f"{count} activities were taken, {likes} likes came of it.")

    return post, handle, ceiling


def signed(count: int, hosts: int, home: Path, publication: Any) -> tuple[list[dict[str, Any]], float]:
    """Return the requests of many accounts, and how many signatures a second are verified."""
    from django.utils import timezone

    from onrecord.federation import objects
    from onrecord.federation.models import RemoteActor, RemoteHost
    from onrecord.federation.signatures import cavage
    from onrecord.federation.signatures.keys import rsa_key, to_pem
    from onrecord.federation.signatures.messages import Message
    from onrecord.statements.pages.site import Site

    keys = [rsa_key(home / f"bench-{number}.pem") for number in range(KEYS)]
    pems = [to_pem(key.public_key()) for key in keys]
    servers = RemoteHost.objects.bulk_create(RemoteHost(name=f"s{n}.example") for n in range(hosts))
    actors = RemoteActor.objects.bulk_create(
        RemoteActor(
            uri=f"https://s{n % hosts}.example/users/u{n}",
            host=servers[n % hosts],
            inbox=f"https://s{n % hosts}.example/users/u{n}/inbox",
            keys=[
                {
                    "id": f"https://s{n % hosts}.example/users/u{n}#main-key",
                    "kind": "pem",
                    "value": pems[n % KEYS],
                }
            ],
        )
        for n in range(count)
    )
    target, about = f"{Site.current().address}/ap/inbox", objects.address_of(publication)
    made, claims = [], []
    for number, actor in enumerate(actors):
        document = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{actor.uri}/likes/1",
            "type": "Like",
            "actor": actor.uri,
            "object": about,
        }
        message = Message("POST", target, {}, json.dumps(document).encode())
        now = timezone.now()
        headers = cavage.sign(message, key_id=f"{actor.uri}#main-key", key=keys[number % KEYS], now=now)
        lower = {"host": message.host} | {name.lower(): value for name, value in headers.items()}
        claims.append(cavage.read(Message("POST", target, lower, message.body), now=now))
        made.append(
            {
                "data": message.body,
                "content_type": "application/activity+json",
                "headers": lower,
                "REMOTE_ADDR": f"10.{number % hosts // 200}.{number % hosts % 200}.1",
            }
        )
    began = time.process_time()
    for number, claim in enumerate(claims):
        claim.verify(keys[number % KEYS].public_key())
    return made, count / (time.process_time() - began)


def show(name: str, do: Callable[[], None], count: int) -> None:
    """Do it once; print how many a second of the clock and of processor."""
    began, used = time.perf_counter(), time.process_time()
    do()
    took, spent = time.perf_counter() - began, time.process_time() - used
    print(f"  {name:<34} {count / took:8,.0f}/s   {count / spent:8,.0f} a second of processor")


if __name__ == "__main__":
    main()

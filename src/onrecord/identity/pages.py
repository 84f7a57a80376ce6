# SPDX-License-Identifier: Apache-2.0
"""The files at well-known addresses: trust.txt, security.txt, did.json."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone

from onrecord.bakery.headers import media_type_of
from onrecord.bakery.pages import Family, File, Key
from onrecord.identity.formats import did, security_txt, trust_txt
from onrecord.identity.keys import published_keys
from onrecord.identity.profiles import profiles
from onrecord.people.errors import NotSetUp
from onrecord.people.models import Organisation

NAME = "identity.files"
KEYS: tuple[Key, ...] = (("trust",), ("security",), ("did",))
CONTACTS = "/contacts/"
"""Where the newsroom says whom to phone."""
SERVICES = (
    ("log", "TransparencyLog", "/log/checkpoint"),
    ("register", "RegisterOfKeys", "/register.json"),
)


def all_keys() -> list[tuple[str, Key]]:
    """Return every file here, to be baked again; each is written only if it changes."""
    return [(NAME, key) for key in KEYS]


def render(key: Key) -> Iterable[File]:
    """Render one file; nothing where there is nothing to say, and before set-up."""
    try:
        organisation = Organisation.current()
    except NotSetUp:
        return
    write = {"trust": _trust_txt, "security": _security_txt, "did": _did}[key[0]]
    for path, body in write(organisation):
        yield File(path, body, media_type_of(path))


def _trust_txt(organisation: Organisation) -> Iterator[tuple[str, bytes]]:
    lines = [(row["kind"], row["url"]) for row in organisation.relations if row["kind"] != "social"]
    lines += [("controlledby", f"https://{domain}/") for domain in organisation.domains]
    lines += [("social", address) for address in profiles(organisation.relations)]
    lines.append(("contact", organisation.address + CONTACTS))
    if organisation.data_training:
        lines.append(("datatrainingallowed", organisation.data_training))
    body = trust_txt.write(lines)
    yield from ((path, body) for path in trust_txt.PATHS)


def _security_txt(organisation: Organisation) -> Iterator[tuple[str, bytes]]:
    if organisation.security_contact:
        body = security_txt.write(
            contact=organisation.security_contact,
            canonical=organisation.address + security_txt.PATH,
            languages=[_tag(code) for code in organisation.languages],
            today=timezone.now().date(),
        )
        yield security_txt.PATH, body


def _did(organisation: Organisation) -> Iterator[tuple[str, bytes]]:
    keys = published_keys()
    if organisation.address.startswith("https://") and keys.release:
        body = did.write(
            address=organisation.address,
            release=keys.release,
            log=keys.log,
            known_as=[organisation.address + "/", *(f"https://{one}/" for one in organisation.domains)],
            services=SERVICES,
        )
        yield did.PATH, body


def _tag(code: str) -> str:
    """Return a language as BCP 47 writes it: zh-hans is zh-Hans, pt-br is pt-BR."""
    first, *rest = code.split("-")
    return "-".join([first, *(part.title() if len(part) == 4 else part.upper() for part in rest)])


FAMILIES = (Family(NAME, lambda: iter(KEYS), render, count=lambda: len(KEYS)),)

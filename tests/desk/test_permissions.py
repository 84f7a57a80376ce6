# SPDX-License-Identifier: Apache-2.0
"""Every address of the desk and before it, for every role and a stranger, against the table in doors.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.images.models import Image

from onrecord.people import actions
from onrecord.people.models import Organisation, User
from onrecord.people.roles import Role
from tests.conftest import person
from tests.desk.doors import BEFORE_THE_DESK, DESK, EVERYBODY, OUTSIDE, STAFF, WAGTAIL, Door
from tests.federation.doors import MOVING
from tests.record.doors import RECORD
from tests.statements.doors import STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django.fixtures import Settings

TABLE: dict[str, Door] = {**BEFORE_THE_DESK, **DESK, **WAGTAIL, **RECORD, **STATEMENTS, **MOVING}
PREFIXES = ("desk/", "accounts/", "setup/", "invitation/", "witness/")
USUAL = {"IntConverter": 987654, "": "1"}
"""What an address is filled in with, by converter, where the table says nothing; else it is an x."""


@dataclass(frozen=True)
class Address:
    """One address of the program: its entry in the table, and how to write it."""

    namespace: str = ""
    name: str = ""
    route: str = ""
    converters: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return ":".join(filter(None, (self.namespace, self.name))) if self.name else self.route

    def followed_by(self, entry: URLPattern | URLResolver) -> Address:
        inner = entry.namespace if isinstance(entry, URLResolver) else None
        named = {name: type(one).__name__ for name, one in entry.pattern.converters.items()}
        expression = entry.pattern.regex if isinstance(entry.pattern, RegexPattern) else None
        return Address(
            namespace=":".join(filter(None, (self.namespace, inner))),
            name=(entry.name or "") if isinstance(entry, URLPattern) else "",
            route=self.route + str(entry.pattern),
            converters={
                **self.converters,
                **dict.fromkeys(expression.groupindex if expression else (), ""),
                **named,
            },
        )

    def written_for(self, door: Door) -> str:
        if not self.name:
            return "/" + self.route.strip("^$").replace("^.*", "nowhere").replace(".+", "x")
        values = {
            name: self._value(door.arguments.get(name), converter)
            for name, converter in self.converters.items()
        }
        return reverse(self.key, kwargs=values) + door.query

    def _value(self, given: object, converter: str) -> object:
        if given is None:
            return USUAL.get(converter, "x")
        return given() if callable(given) else given


def addresses() -> list[Address]:
    return [one for one in _walk(get_resolver(), Address()) if one.route.lstrip("^").startswith(PREFIXES)]


def _walk(resolver: URLResolver, above: Address) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        here = above.followed_by(entry)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, here)
        else:
            yield here


def door_of(address: Address) -> Door | None:
    parts = address.key.split(":")
    wildcards = [":".join([*parts[:length], "*"]) for length in range(len(parts) - 1, 0, -1)]
    return next((TABLE[key] for key in (address.key, *wildcards) if key in TABLE), None)


def _ask(browser: Client, path: str) -> HttpResponseBase:
    answer = browser.get(path)
    if answer.status_code == 405:
        answer = browser.post(path)
    answer.getvalue()  # a file is closed once it is read
    return answer


def is_let_in(path: str, answer: HttpResponseBase) -> bool:
    """Tell whether an answer is what was asked for, rather than a refusal in any of its forms."""
    if answer.status_code in {403, 404, 410}:
        return False
    where = answer.get("Location", "")
    if where.startswith(("/accounts/login/", "/desk/login/")):
        return False
    back_home = path.startswith("/desk/") and path != "/desk/" and where == "/desk/"
    return not (back_home or where == "/accounts/2fa/")


def _is_refused_stock(address: Address) -> bool:
    door = door_of(address)
    return door is not None and not door.who and any(door is one for one in WAGTAIL.values())


@pytest.fixture
def scene(organisation: Organisation, ada: User, settings: Settings, tmp_path: Path) -> None:
    """Put something behind the addresses."""
    actions.invite(name="Jan Newcomer", email="jan@example.org", roles=[Role.EDITOR], by=ada)
    Picture.new("RGB", (16, 16)).save(tmp_path / "seen.png")
    Image.objects.create(
        title="Seen", file=ImageFile(ContentFile((tmp_path / "seen.png").read_bytes(), "seen.png"))
    )
    Document.objects.create(title="Read", file=ContentFile(b"text", "read.txt"))
    (Path(settings.MEDIA_ROOT) / "seen.txt").write_text("seen")


def test_every_address_is_in_the_table() -> None:
    missing = sorted({one.key for one in addresses() if door_of(one) is None})

    assert not missing, f"Say in tests/desk/doors.py who may open: {missing}"


def test_every_entry_of_the_table_leads_somewhere() -> None:
    keys = [one.key for one in addresses()]
    stale = [
        key
        for key in TABLE
        if not any(one == key or (key.endswith(":*") and one.startswith(key[:-1])) for one in keys)
    ]

    assert not stale, f"No address has these names any more: {stale}"


@pytest.mark.once
@pytest.mark.parametrize("who", sorted(EVERYBODY))
@pytest.mark.usefixtures("scene")
def test_each_address_opens_for_those_it_should(
    who: str, request: pytest.FixtureRequest, sign_in: Callable[[User], Client]
) -> None:
    user = None if who == "stranger" else request.getfixturevalue(who)
    browser = sign_in(user) if user else Client()
    wrong = []
    for address in addresses():
        door = door_of(address)
        assert door is not None
        if not door.who or (who in door.who and not door.found):
            continue
        path = address.written_for(door)
        answer = _ask(browser, path)
        opened = is_let_in(path.partition("?")[0], answer)
        if opened != (who in door.who):
            wrong.append(f"{address.key} {path}: {'opens' if opened else 'is closed'} for {who}")
        if user and "logout" in path:
            browser = sign_in(user)

    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("scene")
def test_what_opens_for_anybody_inside_opens_for_somebody_with_every_role_there(
    sign_in: Callable[[User], Client],
) -> None:
    kim = person("Kim Everything", *(set(Role) - {Role.OUTSIDE_REVIEWER}))
    browser = sign_in(kim)
    closed = []
    for address in addresses():
        door = door_of(address)
        assert door is not None
        if not door.who & (STAFF - OUTSIDE) or not door.found:
            continue
        path = address.written_for(door)
        if not is_let_in(path.partition("?")[0], _ask(browser, path)):
            closed.append(f"{address.key} {path}")
        if "logout" in path:
            browser = sign_in(kim)

    assert not closed, "\n".join(closed)


@pytest.mark.once
def test_what_is_closed_for_all_is_closed_even_for_somebody_with_every_role(
    organisation: Organisation, sign_in: Callable[[User], Client]
) -> None:
    browser = sign_in(person("Kim Everything", *Role))
    for address in addresses():
        door = door_of(address)
        if door is not None and not door.who:
            path = address.written_for(door)
            assert not is_let_in(path, browser.get(path)), address
            assert not is_let_in(path, Client().get(path)), address


@pytest.mark.once
def test_stock_screens_do_not_exist_even_for_somebody_with_every_role(
    organisation: Organisation, sign_in: Callable[[User], Client]
) -> None:
    browser = sign_in(person("Kim Everything", *Role))
    stock = [one for one in addresses() if _is_refused_stock(one)]

    for address in stock:
        door = door_of(address)
        assert door is not None
        assert browser.post(address.written_for(door)).status_code == 404, address
    assert len(stock) > 100

# SPDX-License-Identifier: Apache-2.0
"""One cast for all tests: everybody in it is always the same person with the same role."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import hypothesis
import pytest
import time_machine
from _pytest.nodeid import NodeId
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from onrecord.people.models import Organisation, User
from onrecord.people.roles import Role
from onrecord.record.witnessing import rates
from tests.database import django_db_setup

__all__ = ["django_db_setup"]
from tests.append_only import the_log_is_forgotten_between_tests  # noqa: F401 - a fixture for all

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

hypothesis.settings.register_profile("onrecord", deadline=None)  # a busy machine is no mistake
hypothesis.settings.load_profile("onrecord")

DATABASE = {"db", "transactional_db"}


def pytest_itemcollected(item: pytest.Item) -> None:
    """Say which tests share a fixture, and mark what no database changes.

    `once`: continuous integration, which runs all tests on SQLite, leaves these out on PostgreSQL.
    """
    fixtures = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]  # every function has it
    if any(found[-1].scope == "module" for found in fixtures.values()):
        item.add_marker(pytest.mark.xdist_group(str(item.path)))
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("slow")
    if not marked and not DATABASE & fixtures.keys():
        item.add_marker(pytest.mark.once)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Sort what takes long to the front: one that comes last keeps one processor waiting.

    Stories come first, those in a browser before the others, then what starts programs or a browser, then the
    thousands that take a moment. Tests of a group are kept in one process by their names, where pytest-xdist
    looks for it; it cannot write there itself since pytest 9.2.
    """
    items.sort(key=_how_late)
    if config.getoption("loadgroup", False):
        for item in items:
            for mark in item.iter_markers("xdist_group"):
                item._id = NodeId.parse(f"{item.nodeid}@{mark.args[0]}")


def _how_late(item: pytest.Item) -> int:
    in_browser = item.get_closest_marker("browser")
    if "stories" in item.path.parts:
        return 0 if in_browser else 1
    return 2 if in_browser or item.get_closest_marker("slow") else 3


PASSWORD = "a long and quiet afternoon"
TOTP_SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def quick_and_apart(settings: Settings, tmp_path: Path) -> None:
    """Hash passwords quickly, and keep uploads of one test away from those of another."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no time pass: what may be done so often a second, minute, hour or day falls into one of them."""
    moment = time.monotonic()
    monkeypatch.setattr(rates, "time", SimpleNamespace(monotonic=lambda: moment))
    with time_machine.travel(timezone.now(), tick=False):
        yield


def person(name: str, *roles: Role, second_factor: bool = True) -> User:
    """Store somebody: their address is `<first name>@example.org`, their password PASSWORD."""
    user = User.objects.create_user(f"{name.split(maxsplit=1)[0].lower()}@example.org", PASSWORD, name=name)
    user.groups.set([Group.objects.get_or_create(name=role.value)[0] for role in roles])
    if second_factor:
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})
    return user


@pytest.fixture
def organisation(db: None) -> Organisation:
    """The town whose newsroom the tests run: English first, then French and Arabic."""
    return Organisation.objects.create(
        id=Organisation.ONLY,
        name="Town of Elmford",
        address="https://news.elmford.example",
        languages=["en", "fr", "ar"],
        time_zone="Europe/Brussels",
        accent="#8a1538",
        about="Elmford is a town of 40,000 people on the river Elm.",
    )


@pytest.fixture
def olga(organisation: Organisation) -> User:
    """Olga is a press officer: she writes."""
    return person("Olga Writer", Role.PRESS_OFFICER)


@pytest.fixture
def ines(organisation: Organisation) -> User:
    """Ines is an editor: she approves."""
    return person("Ines Editor", Role.EDITOR)


@pytest.fixture
def mo(organisation: Organisation) -> User:
    """Mo is a moderator."""
    return person("Mo Moderator", Role.MODERATOR)


@pytest.fixture
def rosa(organisation: Organisation) -> User:
    """Rosa is an appeal reviewer."""
    return person("Rosa Reviewer", Role.APPEAL_REVIEWER)


@pytest.fixture
def otto(organisation: Organisation) -> User:
    """Otto is an ombudsperson outside the staff: he hears the appeals that are assigned to him."""
    return person("Otto Ombudsperson", Role.OUTSIDE_REVIEWER)


@pytest.fixture
def ada(organisation: Organisation) -> User:
    """Ada is the administrator."""
    return person("Ada Administrator", Role.ADMINISTRATOR)


@pytest.fixture
def max(organisation: Organisation) -> User:
    """Max is a stranger: he has an account, and no role at all."""
    return person("Max Stranger", second_factor=False)


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """Return a function that gives the browser of somebody who has signed in, second factor included."""

    def browser_of(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return browser_of

# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from wagtail.models import Locale, Site

from onrecord.journal.models import Entry
from onrecord.people import actions, views
from onrecord.people.errors import AlreadySetUp, LinkExpired
from onrecord.people.models import Organisation, SetupLink, User
from onrecord.people.roles import Role
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

ADA = actions.Administrator(name="Ada", email="Ada@Example.org", password=PASSWORD, also_writes=False)
DRAFT = {
    "name": "Town of Elmford",
    "about": "",
    "address": "https://news.elmford.example",
    "languages": ["fr", "en"],
    "time_zone": "Europe/Brussels",
    "accent": "#0b5d4e",
}


def link() -> str:
    path = actions.issue_setup_link()
    assert path is not None
    return path


def token_of(path: str) -> str:
    return path.split("/")[2]


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 8)) -> SimpleUploadedFile:
    body = BytesIO()
    Image.new("RGB", size, "red").save(body, kind)
    return SimpleUploadedFile(f"logo.{kind.lower()}", body.getvalue())


def answer_every_step(client: Client, path: str, *, also_writes: bool = True) -> None:
    client.post(path, {"name": "Town of Elmford", "about": "A town."})
    client.post(f"{path}address/", {"address": "https://news.elmford.example/"})
    client.post(f"{path}place/", {"language": "fr", "further": ["en", "fr"], "time_zone": "Europe/Brussels"})
    client.post(f"{path}look/", {"accent": "#0B5D4E", "logo": picture()})
    last = {"name": "Ada", "email": "ada@example.org", "password": PASSWORD, "password_again": PASSWORD}
    response = client.post(
        f"{path}administrator/", {**last, **({"also_writes": "on"} if also_writes else {})}
    )
    assert response.status_code == 302, response.content.decode()
    assert response["Location"] == "/desk/"


def test_the_wizard_founds_a_newsroom_in_five_forms(client: Client) -> None:
    path = link()

    answer_every_step(client, path)

    organisation = Organisation.current()
    assert organisation.name == "Town of Elmford"
    assert organisation.address == "https://news.elmford.example"
    assert organisation.languages == ["fr", "en"]
    assert organisation.accent == "#0b5d4e"
    assert organisation.logo.width == 8
    assert set(Locale.objects.values_list("language_code", flat=True)) >= {"fr", "en"}
    assert Site.objects.get(is_default_site=True).hostname == "news.elmford.example"
    user = User.objects.get()
    assert user.roles == {Role.ADMINISTRATOR, Role.PRESS_OFFICER, Role.EDITOR}
    assert Entry.objects.get(event="people.set_up").actor_id == user.pk


def test_the_first_administrator_need_not_write(client: Client) -> None:
    answer_every_step(client, link(), also_writes=False)

    assert User.objects.get().roles == {Role.ADMINISTRATOR}


def test_the_first_administrator_is_led_to_a_second_factor(client: Client) -> None:
    answer_every_step(client, link())

    response = client.get("/desk/")
    assert response["Location"] == "/accounts/2fa/"
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200


def test_the_link_dies_with_its_use(client: Client) -> None:
    path = link()
    answer_every_step(client, path)

    response = Client().get(path)

    assert response.status_code == 410
    assert "This newsroom is set up already. Sign in at the desk." in response.content.decode()
    assert actions.issue_setup_link() is None
    assert not SetupLink.objects.exists()


def test_an_unknown_link_says_how_to_get_a_new_one(client: Client) -> None:
    link()

    response = client.get("/setup/guess/")

    assert response.status_code == 404
    assert "Start the program again: `onrecord start` prints a new link." in response.content.decode()


def test_a_link_works_for_a_day(client: Client) -> None:
    start = datetime(2026, 11, 24, 9, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        path = link()
    with time_machine.travel(start + timedelta(hours=23, minutes=59), tick=False):
        assert client.get(path).status_code == 200
    with time_machine.travel(start + timedelta(hours=24), tick=False):
        assert client.get(path).status_code == 404


def test_a_new_link_replaces_the_old_one_and_keeps_what_was_entered(client: Client) -> None:
    old = link()
    client.post(old, {"name": "Town of Elmford", "about": ""})

    new = link()

    assert client.get(old).status_code == 404
    assert "Town of Elmford" in client.get(new).content.decode()


def test_before_set_up_the_front_door_says_where_the_link_is_and_not_what_it_is(client: Client) -> None:
    token = token_of(link())

    response = client.get("/")

    assert response.status_code == 503
    assert "no-store" in response["Cache-Control"]
    page = response.content.decode()
    assert "A newsroom will open here" in page
    assert "onrecord start" in page
    assert token not in page
    assert "/setup/" not in page


def test_after_set_up_the_front_door_is_a_rendered_page_or_none(client: Client) -> None:
    actions.keep_setup_draft(token := token_of(link()), DRAFT)
    actions.set_up(token, ADA)

    response = client.get("/", headers={"host": "news.elmford.example"})

    assert response.status_code == 404


def test_the_name_of_the_organisation_is_not_taken_for_the_administrator_s(client: Client) -> None:
    path = link()
    actions.keep_setup_draft(token_of(path), DRAFT)

    last = client.get(f"{path}administrator/")
    assert last.context["form"]["name"].value() is None
    first = client.get(f"{path}organisation/")
    assert first.context["form"]["name"].value() == "Town of Elmford"


def test_only_the_hash_of_the_link_is_stored() -> None:
    token = token_of(link())

    assert token not in SetupLink.objects.get().token_hash


def test_steps_cannot_be_skipped(client: Client) -> None:
    path = link()

    assert client.get(f"{path}administrator/")["Location"] == f"{path}organisation/"
    assert client.get(f"{path}unknown/").status_code == 404


def test_a_mistake_is_explained_beside_its_field(client: Client) -> None:
    path = link()
    client.post(path, {"name": "Town of Elmford"})

    page = client.post(f"{path}address/", {"address": "http://news.elmford.example"}).content.decode()

    assert "Use https://news.elmford.example; only an address on this machine" in page


@pytest.mark.parametrize(
    ("logo", "says"),
    [
        (picture("GIF"), "The logo is a GIF file. Use PNG, JPEG or WebP."),
        (picture(size=(4001, 2)), "The logo measures 4001 × 2 pixels; use one of at most 4000 × 4000."),
        (SimpleUploadedFile("logo.png", b"<svg onload=alert(1)>"), "Upload a valid image."),
    ],
)
def test_a_logo_that_browsers_could_not_show_is_refused(
    client: Client, logo: SimpleUploadedFile, says: str
) -> None:
    path = link()
    actions.keep_setup_draft(token_of(path), {k: v for k, v in DRAFT.items() if k != "accent"})
    logo.seek(0)

    page = client.post(f"{path}look/", {"accent": "#0b5d4e", "logo": logo}).content.decode()

    assert says in page


def test_a_weak_password_is_refused(client: Client) -> None:
    path = link()
    actions.keep_setup_draft(token_of(path), DRAFT)
    entered = {"name": "Ada", "email": "ada@example.org", "password": "short", "password_again": "short"}

    page = client.post(f"{path}administrator/", entered).content.decode()

    assert "It must contain at least 12 characters." in page
    assert not User.objects.exists()


def test_nothing_is_founded_when_the_draft_is_wrong() -> None:
    token = token_of(link())
    actions.keep_setup_draft(token, {**DRAFT, "time_zone": "Nowhere"})

    with pytest.raises(ValidationError, match="“Nowhere” is not a time zone"):
        actions.set_up(token, ADA)

    assert not Organisation.objects.exists()
    assert not User.objects.exists()


def test_a_newsroom_is_founded_once() -> None:
    token = token_of(link())
    actions.keep_setup_draft(token, DRAFT)
    user = actions.set_up(token, ADA)

    assert user.email == "ada@example.org"
    with pytest.raises(AlreadySetUp):
        actions.set_up(token, ADA)


def test_a_token_that_was_never_issued_founds_nothing() -> None:
    with pytest.raises(LinkExpired):
        actions.set_up("guess", ADA)


@pytest.mark.parametrize("typed", ["https://[", "http://[::1", "https://\u2100.example"])
def test_what_no_browser_could_open_is_refused_as_the_address(client: Client, typed: str) -> None:
    path = link()
    client.post(path, {"name": "Town of Elmford", "about": ""})
    page = client.post(f"{path}address/", {"address": typed}).content.decode()
    assert "is not an address. Write it as https://news.example.org." in page


def test_a_button_that_is_pressed_twice_opens_one_newsroom_and_leads_to_the_door(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, again = link(), Client()
    client.post(path, {"name": "Town of Elmford", "about": ""})
    client.post(f"{path}address/", {"address": "https://news.elmford.example"})
    client.post(f"{path}place/", {"language": "fr", "time_zone": "Europe/Brussels"})
    client.post(f"{path}look/", {"accent": "#0b5d4e"})
    last = {"name": "Ada", "email": "ada@example.org", "password": PASSWORD, "password_again": PASSWORD}
    first_missing, opened = views._first_missing, list[bool]()

    def while_the_other_opens_it(found: SetupLink) -> str:
        if not opened:
            opened.append(True)
            assert again.post(f"{path}administrator/", last)["Location"] == "/desk/"
        return first_missing(found)

    monkeypatch.setattr(views, "_first_missing", while_the_other_opens_it)
    answer = client.post(f"{path}administrator/", last)
    assert answer.status_code == 410
    assert "This newsroom is set up already. Sign in at the desk." in answer.content.decode()
    assert User.objects.count() == 1

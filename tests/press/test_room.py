# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from PIL import ExifTags
from PIL import Image as PillowImage

from onrecord.bakery.actions import bake_all
from onrecord.journal.models import Entry
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.press.models import KitPicture, PressConference, RoomText
from onrecord.press.room import actions, archives, pages
from onrecord.press.wire import items
from onrecord.statements.models import PressContact, Spokesperson
from tests.press.desks import tell
from tests.statements.drafts import released
from tests.statements.newsroom import picture

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


def baked(home: Path, path: str = "/press/") -> str:
    tell()
    return (home / "site" / path.lstrip("/") / ("index.html" if path.endswith("/") else "")).read_text()


def conference(**changes: object) -> PressConference:
    begins = timezone.now().replace(microsecond=0) + timedelta(days=2)
    whole = {"title": "The new bridge", "starts_at": begins, "place": "Town hall", "text": "Come early."}
    return PressConference.objects.create(**{**whole, **changes})


def test_the_press_room_names_humans_facts_and_pictures_that_print(olga: User, own_home: Path) -> None:
    PressContact.objects.create(
        name="Jo Marsh", phone="+32 2 555 01 02", hours="Mon-Fri 8-18", languages="English"
    )
    PressContact.objects.create(name="Hidden", phone="+32 1", listed=False)
    Spokesperson.objects.create(name="Ana Lind", role="Mayor", expertise="Water, bridges")
    RoomText.objects.create(
        language="en", facts="Inhabitants: 40,000 (2026)\nOn the river Elm", terms="Free to use."
    )
    row = KitPicture.objects.create(
        title="The harbour", image=picture(), alt="Boats in the sun", credit="Photo: A. Lind"
    )
    conference()
    actions.room_changed(row, deed="added", by=olga)
    page = baked(own_home)
    for words in (
        "Jo Marsh",
        "+32 2 555 01 02",
        "Mon-Fri 8-18",
        "Water, bridges",
        "<dt><bdi>Inhabitants</bdi></dt>",
    ):
        assert words in page
    for words in (
        "Free to use.",
        "Photo: A. Lind",
        'alt="Boats in the sun"',
        "1600 × ",
        "1800 × ",
        "Town hall",
    ):
        assert words in page
    assert "Hidden" not in page
    assert "<script" not in page
    found = [line.split('"')[0] for line in page.split('href="/assets/press-')[1:]]
    assert len(found) == 2
    for name in found:
        assert (own_home / "site" / "assets" / f"press-{name}").stat().st_size > 1000
    assert "press/" in baked(own_home, "/ar/press/")


@pytest.mark.usefixtures("olga")
def test_contacts_and_spokespeople_are_those_of_the_language_of_the_page(own_home: Path) -> None:
    PressContact.objects.create(name="Jo Marsh", phone="+32 1", hours="Mon-Fri 8-18", language="en")
    PressContact.objects.create(name="جو مارش", phone="+32 1", hours="من الإثنين إلى الجمعة", language="ar")
    PressContact.objects.create(name="Aba Duty", phone="+32 2")
    Spokesperson.objects.create(name="Ana Lind", role="Mayor", language="en")
    Spokesperson.objects.create(name="آنا ليند", role="رئيسة البلدية", language="ar")
    bake_all(workers=0)
    for path, there, elsewhere in (
        ("/press/", ("Mon-Fri 8-18", "Ana Lind"), ("من الإثنين", "آنا ليند")),
        ("/contacts/", ("Mon-Fri 8-18", "Ana Lind"), ("من الإثنين", "آنا ليند")),
        ("/ar/press/", ("من الإثنين", "آنا ليند"), ("Mon-Fri", "Ana Lind")),
        ("/fr/press/", (), ("Mon-Fri", "من الإثنين", "Ana Lind")),
    ):
        page = baked(own_home, path)
        assert all(words in page for words in (*there, "Aba Duty")), path
        assert not any(words in page for words in elsewhere), path
    page = baked(own_home)
    assert page.index("Jo Marsh") < page.index("Aba Duty"), "those of the language first"


def test_a_language_that_the_newsroom_does_not_have_is_refused(olga: User, sign_in: Browser) -> None:
    given = {"name": "Jo", "phone": "+32 1", "language": "de"}
    answer = sign_in(olga).post(reverse("press_contacts:add"), given).content.decode()
    assert "The newsroom has no language “de”. Its languages: en, fr, ar." in answer
    assert not PressContact.objects.exists()


def test_a_press_conference_is_an_appointment_that_calendars_understand(olga: User, own_home: Path) -> None:
    row = conference(title="Bridges; boats, and äöü " + "x" * 80, zone="America/New_York")
    conference(title="Seulement en français", language="fr")
    actions.room_changed(row, deed="added", by=olga)
    baked(own_home)
    whole = Calendar.from_ical((own_home / "site/press/conferences.ics").read_bytes())
    [event] = whole.walk("VEVENT")
    assert str(event["summary"]) == row.title
    assert event.decoded("dtstart") == row.starts_at
    assert (str(event["uid"]), str(event["sequence"])) == (
        f"press-conference-{row.pk}@news.elmford.example",
        "0",
    )
    assert (str(event["status"]), str(event["location"])) == ("CONFIRMED", "Town hall")

    PressConference.objects.filter(pk=row.pk).update(cancelled=True)
    actions.room_changed(row, deed="changed", by=olga)
    page = baked(own_home)
    again = Calendar.from_ical((own_home / f"site/press/conference-{row.pk}.ics").read_bytes())
    [event] = again.walk("VEVENT")
    assert (str(event["status"]), str(event["sequence"])) == ("CANCELLED", "1")
    assert "called off" in page
    assert "(New York)" in page
    assert max(map(len, (own_home / "site/press/conferences.ics").read_bytes().split(b"\r\n"))) <= 75


def test_a_conference_that_is_over_leaves_the_page(olga: User, own_home: Path) -> None:
    row = conference(starts_at=timezone.now() - timedelta(days=1))
    actions.room_changed(row, deed="added", by=olga)
    assert "The new bridge" not in baked(own_home)
    assert "The new bridge" in (own_home / "site/press/conferences.ics").read_text()


def test_the_pictures_of_a_statement_come_in_one_file_with_their_credits(
    olga: User, ines: User, own_home: Path
) -> None:
    shown = {"image": picture(), "alt": "A map", "caption": "The harbour", "credit": "Photo: A. Lind"}
    body = [("paragraph", "<p>Look.</p>"), ("image", shown)]
    edition = released(olga, ines, body=body)
    page = baked(own_home, edition.statement.publication.path)
    path = pages.archive_path(edition.statement.publication.path, 1)
    assert f'href="{path}" download' in page
    written = (own_home / "site" / path.lstrip("/")).read_bytes()
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        names = archive.namelist()
        assert len(names) == 2
        assert names[-1] == "README.txt"
        listed = archive.read("README.txt").decode()
        assert "Photo: A. Lind" in listed
        assert "Terms of use: https://news.elmford.example/press/" in listed
        assert {one.compress_type for one in archive.infolist()} == {zipfile.ZIP_STORED}
        assert len(archive.read(names[0])) == edition.data["files"][0]["size"]
    [again] = pages.render_archive((str(edition.pk),))
    assert again.body == written


def test_a_statement_without_pictures_has_no_archive(olga: User, ines: User, own_home: Path) -> None:
    edition = released(olga, ines)
    assert "assets.zip" not in baked(own_home, edition.statement.publication.path)
    assert list(pages.render_archive((str(edition.pk),))) == []


def test_names_that_occur_twice_are_told_apart(tmp_path: Path) -> None:
    whole, place = io.BytesIO(), tmp_path / "kept"
    place.write_bytes(b"1")
    archives.write(whole, ["T"], timezone.now(), [archives.Entry("a.png", place)] * 2)
    with zipfile.ZipFile(whole) as archive:
        assert archive.namelist() == ["a.png", "a-2.png", "README.txt"]


def test_press_officers_fill_the_press_room_at_the_desk(olga: User, mo: User, sign_in: Browser) -> None:
    browser = sign_in(olga)
    begins = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%d %H:%M")
    given = {
        "title": "The new bridge", "language": "", "starts_at": begins, "ends_at": "", "zone": "Nowhere",
        "place": "", "link": "", "text": "", "listed": "on",
    }  # fmt: skip
    answer = browser.post(reverse("press_conferences:add"), given)
    assert "is no time zone" in answer.content.decode()
    browser.post(reverse("press_conferences:add"), {**given, "zone": "Europe/Brussels"})
    row = PressConference.objects.get()
    assert Entry.objects.get(event="press.room_changed").data["deed"] == "added"
    browser.post(reverse("press_conferences:edit", args=[row.pk]), {**given, "zone": "", "cancelled": "on"})
    row.refresh_from_db()
    assert (row.cancelled, row.changes) == (True, 1)
    assert sign_in(mo).get(reverse("press_conferences:list")).status_code == 302
    with pytest.raises(NotAllowed):
        actions.room_changed(row, deed="changed", by=mo)
    browser.post(reverse("press_conferences:delete", args=[row.pk]))
    assert not PressConference.objects.exists()


def test_the_terms_of_use_go_over_the_wire(olga: User, ines: User) -> None:
    RoomText.objects.create(language="en", terms="Free to use.")
    edition = released(olga, ines)
    edition.refresh_from_db()
    assert items.of_edition(edition).rights.usage_terms == "Free to use."


def test_where_a_picture_was_taken_is_not_published() -> None:
    exif = PillowImage.Exif()
    exif[ExifTags.Base.Artist] = "A. Lind"
    exif[ExifTags.Base.GPSInfo] = {1: "N", 2: (50.0, 50.0, 0.0)}
    taken = io.BytesIO()
    PillowImage.new("RGB", (64, 48), "navy").save(taken, "JPEG", exif=exif)
    with PillowImage.open(io.BytesIO(pages.without_place(taken.getvalue()))) as clean:
        assert ExifTags.Base.GPSInfo not in clean.getexif()
        assert clean.getexif()[ExifTags.Base.Artist] == "A. Lind"
        assert clean.size == (64, 48)
    drawn = io.BytesIO()
    PillowImage.new("RGB", (8, 8)).save(drawn, "PNG")
    assert pages.without_place(drawn.getvalue()) == drawn.getvalue()

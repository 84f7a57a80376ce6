# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from onrecord.delivery import actions as delivery
from onrecord.journal.events import CLOCK
from onrecord.journal.models import Entry
from onrecord.people.models import User
from onrecord.press import actions, reading
from onrecord.press.errors import BadEntry, BadFile
from onrecord.press.models import Import, Journalist, MediaList, Outlet
from tests.press.people import GLOBAL_WARMING, HEALTH, JAN, hand_list, journalist

pytestmark = pytest.mark.usefixtures("organisation")

TABLE = """First name;Surname;E-mail;Company;Job title;Beats;Language;Country;Shoe size
Ana;Reyes;Ana@Diario.example;El Diario;Reporter;health; es ;Spain;39
Jan;Reporter;jan@paper.example;The Paper;;;;;
Bo;;not an address;;;;;;
Cy;Young;cy@radio.example;El Diario;Editor;knitting a;;;
Di;;silent@p.example;;;;;;
Ann;Twice;ana@diario.example;;;;;;
;;;;;;;;
Eve;Noaddress;;Le Matin;;global warming;fr,en;BE;
"""
CARDS = """BEGIN:VCARD
VERSION:3.0
FN:Ana Reyes
N:Reyes;Ana;;;
ORG:El Diario;Culture
TITLE:Reporter
EMAIL;TYPE=INTERNET:old@diario.example
EMAIL;TYPE=INTERNET,PREF:Ana@diario.example
TEL;TYPE=CELL:+34 600 000 001
CATEGORIES:health,global warming
LANG:es
TZ:Europe/Madrid
END:VCARD
BEGIN:VCARD
VERSION:4.0
EMAIL:nameless@p.example
END:VCARD
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=B6rg M=C3=BCller
EMAIL;INTERNET:jm@x.example
END:VCARD
"""


def _upload(by: User, text: str = TABLE, onto: MediaList | None = None) -> Import:
    return actions.upload(
        "list.csv", text.encode(), source="old list", legal_basis="legitimate interest", onto=onto, by=by
    )


def _run(row: Import, by: User, *, keep: bool = True) -> Import:
    actions.start_import(row, row.mapping, keep=keep, by=by)
    actions.carry_on(row.pk)
    row.refresh_from_db()
    return row


def test_a_table_is_tried_then_imported_and_bad_rows_are_told(olga: User) -> None:
    journalist(olga)
    delivery.suppress("silent@p.example", reason="complaint", by=CLOCK)
    onto = hand_list(olga, name="Old list")
    row = _upload(olga, onto=onto)
    assert {name: row.columns[number] for name, number in row.mapping.items()} == {
        "given_name": "First name",
        "family_name": "Surname",
        "email": "E-mail",
        "outlet": "Company",
        "role": "Job title",
        "beats": "Beats",
        "languages": "Language",
        "country": "Country",
    }

    _run(row, olga, keep=False)
    tried = (row.state, row.added, row.known, row.silent, row.problem_count)
    assert tried == ("tried", 2, 2, 1, 2)
    assert Journalist.objects.count() == 1, "nothing is kept by trying"
    _run(row, olga)
    assert (row.state, row.added, row.known, row.silent, row.problem_count) == ("done", *tried[1:])

    assert [line for line, _said in row.problems] == [4, 5]
    assert "“not an address” is no e-mail address" in row.problems[0][1]
    assert "There is no beat “knitting a”" in row.problems[1][1]
    ana = Journalist.objects.get(contact__address="ana@diario.example")
    assert (ana.name, ana.source, ana.legal_basis) == ("Ana Reyes", "old list", "legitimate interest")
    assert [one.code for one in ana.beats.all()] == [HEALTH]
    assert ana.roles.get().outlet.country == "ES"
    eve = Journalist.objects.get(name="Eve Noaddress")
    assert [one.code for one in eve.beats.all()] == [GLOBAL_WARMING]
    assert sorted(one.language for one in eve.languages.all()) == ["en", "fr"]
    assert {one.journalist.name for one in onto.members.all()} == {
        "Ana Reyes",
        "Eve Noaddress",
        "Jan Reporter",
    }
    assert row.rows == []
    event = Entry.objects.get(event="press.imported")
    assert event.data["added"] == 2
    assert "diario" not in str(event.data)


def test_importing_a_list_twice_adds_nobody_twice(olga: User) -> None:
    _run(_upload(olga), olga)
    before = Journalist.objects.count()
    again = _run(_upload(olga), olga)
    assert again.added == 0
    assert Journalist.objects.count() == before
    assert Outlet.objects.filter(name="El Diario").count() == 1


def test_an_import_that_was_interrupted_goes_on_where_it_stopped(
    olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "name,email\n" + "".join(f"Person {n},p{n}@p.example\n" for n in range(10)) + "P,p0@p.example\n"
    row = _upload(olga, lines)
    actions.start_import(row, row.mapping, keep=True, by=olga)
    monkeypatch.setattr("onrecord.press.actions.importing.AT_ONCE", 4)

    def power_cut(_seconds: float) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as fault:
        fault.setattr("onrecord.press.actions.importing.time.sleep", power_cut)
        with pytest.raises(KeyboardInterrupt):
            actions.carry_on(row.pk)
    row.refresh_from_db()
    assert (row.done, row.state) == (4, "running")
    actions.carry_on(row.pk)
    row.refresh_from_db()
    assert (row.state, row.done, row.added, row.known) == ("done", 11, 10, 1)
    assert Journalist.objects.count() == 10


def test_cards_of_an_address_book_are_read(olga: User) -> None:
    row = _run(_upload(olga, CARDS), olga)
    assert (row.added, row.problem_count) == (2, 1)
    assert row.problems == [[14, "There is no name in this row."]]
    ana = Journalist.objects.get(name="Ana Reyes")
    assert (ana.address, ana.phone, ana.time_zone) == (
        "ana@diario.example",
        "+34 600 000 001",
        "Europe/Madrid",
    )
    assert ana.roles.get().outlet.name == "El Diario"
    assert sorted(one.code for one in ana.beats.all()) == [HEALTH, GLOBAL_WARMING]
    assert Journalist.objects.get(contact__address="jm@x.example").name == "Jörg Müller"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Nothing in this file"),
        (b"\x00\x01\x02", "Nothing in this file"),
        (b"BEGIN:VCARD\nEND:VCARD", "Nothing in this file"),
        (b"x" * (reading.LARGEST + 1), "The file has 20 MB"),
    ],
)
def test_what_is_no_list_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(BadFile, match=said):
        reading.read(content)


def test_tables_of_other_programs_are_read() -> None:
    assert reading.read("name,email\nZoë,z@x.example\n".encode("utf-16")).rows[0][1] == ["Zoë", "z@x.example"]
    assert reading.read("name;email\nZoë;z@x.example\n".encode("cp1252")).rows[0][1] == ["Zoë", "z@x.example"]
    assert reading.read(b"name\temail\nBo\n").rows == [(2, ["Bo", ""])]


def test_the_desk_maps_tries_and_imports(olga: User, sign_in: Callable[[User], Client]) -> None:
    browser = sign_in(olga)
    file = SimpleUploadedFile("people.csv", b"Who,Where to\nJan Reporter,jan@paper.example\n")
    form = {"file": file, "source": "card", "legal_basis": "consent"}
    made = browser.post("/desk/press/imports/", form)
    assert made.status_code == 302, made.content.decode()
    address = made["Location"]
    assert "Jan Reporter" in browser.get(address).content.decode()
    refused = browser.post(address + "start/", {"deed": "try"}, follow=True)
    assert "Say which column holds the name or the address." in refused.content.decode()
    columns = {"column-0": "name", "column-1": "email"}
    browser.post(address + "start/", columns | {"deed": "try"})
    row = Import.objects.get()
    actions.carry_on(row.pk)
    assert "Import 1 person" in browser.get(address).content.decode()
    browser.post(address + "start/", columns | {"deed": "import"})
    actions.carry_on(row.pk)
    assert Journalist.objects.get().address == JAN
    assert "Imported" in browser.get(address).content.decode()


def test_an_import_says_where_the_data_come_from(olga: User) -> None:
    with pytest.raises(BadEntry, match="on which legal basis"):
        actions.upload("x.csv", TABLE.encode(), source="", legal_basis="", by=olga)

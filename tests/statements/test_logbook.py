# SPDX-License-Identifier: Apache-2.0
"""The page of the log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from onrecord.bakery import pages as baked
from onrecord.bakery.pages import Key
from onrecord.people.models import Organisation, User
from onrecord.proof import note
from onrecord.proof import register as registers
from onrecord.proof.dns_record import name_for
from onrecord.proof.edition import commitment
from onrecord.proof.keys import PrivateKey
from onrecord.record import actions as record
from onrecord.record import ceremony, keys, register
from onrecord.record.models import Leaf, LogHead
from onrecord.statements import pages
from onrecord.statements.pages import log, logbook
from tests.statements.drafts import corrected, released

pytestmark = pytest.mark.django_db


def page(language: str = "en") -> str:
    """Return the page in a language."""
    (file,) = logbook.render_logbook((language,))
    return file.body.decode()


def other_leaf(number: int, **sealed: object) -> int:
    """Log something that is no statement's edition."""
    nonce, path = number.to_bytes(32, "big"), f"/other/{number}.json"
    leaf = record.append(
        commitment=commitment(nonce, path.encode()),
        nonce=nonce,
        edition_path=path,
        origin=Organisation.current().origin,
        at=timezone.now(),
        **sealed,  # type: ignore[arg-type]  # the date until which it is sealed, or nothing
    )
    return int(leaf.index)


def test_an_empty_log_says_so(organisation: Organisation) -> None:
    assert "Nothing has been published here yet." in page()
    assert "That what is said is true." in page()


def test_the_page_tells_where_the_log_stands_and_whose_keys_sign(olga: User, ines: User) -> None:
    register.bring_up_to_date()
    first = released(olga, ines)
    corrected(first, olga, ines, "It is safe.")
    text, head = page(), LogHead.objects.get()
    public = keys.public_keys(head.origin)

    assert f"<dd>{head.size}</dd>" in text
    assert bytes(head.root).hex() in text
    assert "Of 3 entries 3 are open, 0 are sealed until a date, 0 were erased" in text
    assert "Not independently witnessed" in text
    assert "Register 1 is self-declared" in text
    assert public.log.vkey in text
    assert public.release.vkey in text
    path = first.statement.publication.path
    assert f'<a href="{path}2/" lang="en" dir="ltr">Water is safe to drink</a>' in text
    assert '<a href="/register/1.json">' in text
    assert "Register of keys 1" in text


def test_the_page_says_whether_root_keys_have_signed_the_register(olga: User, ines: User) -> None:
    released(olga, ines)
    register.bring_up_to_date()
    origin = LogHead.objects.get().origin
    roots = [PrivateKey(f"{origin}/root/{label}", Ed25519PrivateKey.generate()) for label in "abc"]
    document = ceremony.name_roots(2, [one.public for one in roots])
    assert "Register 2 names root keys that are kept elsewhere, but too few have signed it yet." in page()

    text = registers.note_text(bytes(document.content))
    ceremony.add_signatures(note.sign(text, *roots[:2]).to_bytes())
    assert "Register 2 is signed by root keys that are kept elsewhere: 2 of 3 must sign." in page()
    assert registers.fingerprint(2, [one.public.vkey for one in roots]) in page()


def test_the_page_says_what_stands_in_the_dns(organisation: Organisation) -> None:
    organisation.domains = ["elmford.example"]
    organisation.save()
    register.bring_up_to_date()

    assert f"dig +short TXT {name_for('elmford.example')}" in page()
    assert "v=onrecord1; log=news.elmford.example/log" in page()


def test_a_sealed_entry_shows_its_date_and_nothing_else(organisation: Organisation) -> None:
    until = timezone.now() + timedelta(days=3)
    other_leaf(1, sealed_until=until)
    text = page()

    assert "Sealed" in text
    assert "to be opened by" in text
    assert "/other/1.json" not in text
    assert "Of 1 entries 0 are open, 1 are sealed" in text


def test_an_entry_that_was_erased_names_the_one_that_says_why(organisation: Organisation) -> None:
    erased, by = other_leaf(1), other_leaf(2)
    record.erase_leaves([erased], erased_by=Leaf.objects.get(pk=by))
    text = page()

    assert f"entry {by} says why" in text
    assert "/other/1.json" not in text


def test_the_page_speaks_every_language_of_the_newsroom(organisation: Organisation) -> None:
    paths = [file.path for _name, key in logbook.all_keys() for file in logbook.render_logbook(key)]

    assert paths == ["/log/", "/fr/log/", "/ar/log/"]


def test_the_page_costs_the_same_however_long_the_log_is(olga: User, ines: User) -> None:
    register.bring_up_to_date()
    released(olga, ines)
    page()
    with CaptureQueriesContext(
        connection,
    ) as small:
        page()
    for number in range(300):
        other_leaf(number)
    with CaptureQueriesContext(connection) as large:
        text = page()

    assert len(large) <= len(small)
    assert text.count("<li value=") == logbook.NEWEST_ENTRIES
    assert not [
        query
        for query in large.captured_queries
        if "COUNT(*)" in query["sql"] and "WHERE" not in query["sql"]
    ]


def test_a_release_renders_few_files(olga: User, ines: User) -> None:
    register.bring_up_to_date()
    released(olga, ines, title="Before")
    edition = released(olga, ines, title="The newest")
    made = {
        file.path
        for name, key in [*_of_the_log(edition.leaf_index), *pages.keys_for(edition)]
        for file in baked.families[name].render(key)
    }

    assert len(made) <= 25, sorted(made)


def _of_the_log(index: int | None) -> list[tuple[str, Key]]:
    return [(log.TILES, (str(index),)), (log.OPENINGS, ("0",)), (log.CHECKPOINT, log.NEWEST)]

# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from onrecord.journal.models import Entry
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.proof.keys import COSIGNATURE_KIND, NOTE_KIND, PrivateKey
from onrecord.record.errors import BadWitness
from onrecord.record.models import Witness
from onrecord.record.witnesses import roster
from tests.record.witnesses import OPERATOR, witness_key

ANNA = witness_key("anna")
VKEY = ANNA.public.vkey
URL = "https://anna.example/w"


def test_a_witness_is_added_once_removed_and_added_again(ada: User) -> None:
    for url in (URL, f"{URL}/", f" {URL}/add-checkpoint "):
        added = roster.add(vkey=f" {VKEY}\n", url=url, by=ada)
    assert (added.name, added.url, added.outside, added.active) == ("anna.example/witness", URL, True, True)
    roster.remove(added, by=ada)
    assert not Witness.objects.get().active
    again = roster.add(vkey=VKEY, url="https://new.example", outside=False, by=ada)
    assert (again.pk, again.active, again.outside) == (added.pk, True, False)
    told = Entry.objects.filter(event="record.witness_added").last()
    assert told is not None
    assert told.data == {"witness": ANNA.name, "vkey": VKEY, "url": "https://new.example"}


def test_only_administrators_say_who_is_asked(olga: User, ines: User, ada: User) -> None:
    added = roster.add(vkey=VKEY, url=URL, by=ada)
    for person in (olga, ines):
        with pytest.raises(NotAllowed):
            roster.add(vkey=VKEY, url=URL, by=person)
        with pytest.raises(NotAllowed):
            roster.remove(added, by=person)
    assert Witness.objects.get().active


@pytest.mark.parametrize(
    ("vkey", "url", "message"),
    [
        ("nonsense", URL, "The key of the witness cannot be read. 'nonsense' is no vkey"),
        (PrivateKey(ANNA.name, ANNA.secret, NOTE_KIND).public.vkey, URL, "is not one that cosigns"),
        (
            PrivateKey("a" * 201, ANNA.secret, COSIGNATURE_KIND).public.vkey,
            URL,
            "name of the key is too long",
        ),
        (PrivateKey("a\x7f", ANNA.secret, COSIGNATURE_KIND).public.vkey, URL, r"cannot be read. 'a\\x7f'"),
        (VKEY, "ftp://anna.example", "begins with 'ftp'"),
        (VKEY, "https://me:secret@anna.example", "carries a user name or a password"),
        (VKEY, "https://anna.example/?key=1", "must end with its path"),
        (VKEY, "", "begins with ''"),
    ],
)
def test_what_cannot_be_a_witness_is_refused(db: None, vkey: str, url: str, message: str) -> None:
    with pytest.raises(BadWitness, match=message):
        roster.add(vkey=vkey, url=url, by=OPERATOR)
    assert not Witness.objects.exists()


def test_each_key_and_each_name_counts_once(db: None) -> None:
    roster.add(vkey=VKEY, url=URL, by=OPERATOR)
    renamed = PrivateKey("twin.example/witness", ANNA.secret, COSIGNATURE_KIND)
    replaced = PrivateKey(ANNA.name, witness_key("bert").secret, COSIGNATURE_KIND)
    for other in (renamed, replaced):
        with pytest.raises(BadWitness, match=r"anna.example/witness has the same name or the same key"):
            roster.add(vkey=other.public.vkey, url=URL, by=OPERATOR)
    for number in range(29):
        roster.add(vkey=witness_key(f"w{number}").public.vkey, url=URL, by=OPERATOR)
    with pytest.raises(BadWitness, match=r"More than 30 witnesses are not asked"):
        roster.add(vkey=witness_key("one-more").public.vkey, url=URL, by=OPERATOR)

# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from onrecord.people.addresses import normalised
from onrecord.people.errors import BadAddress


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Jan@Example.org ", "jan@example.org"),
        ("jan@müller.example", "jan@xn--mller-kva.example"),
        ("jan@пример.рф", "jan@xn--e1afmkfd.xn--p1ai"),
        ("jan@mail.town.local", "jan@mail.town.local"),
    ],
)
def test_an_address_is_kept_in_one_spelling_whatever_the_alphabet_of_its_domain(
    written: str, kept: str
) -> None:
    assert normalised(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "jan",
        "jan@gmail",
        "jan@gmail.",
        "jan@localhost",
        "jan@mail.localhost",
        "jan@localhost.localdomain",
        "jan@[127.0.0.1]",
        "jan@192.0.2.1",
        "ján@example.org",
    ],
)
def test_what_no_mail_of_others_reaches_is_no_address_and_the_refusal_shows_one(written: str) -> None:
    with pytest.raises(BadAddress, match=r"is no e-mail address\. Write it as name@example\.org\."):
        normalised(written)

# SPDX-License-Identifier: Apache-2.0
"""What an organisation may say about who it is, and what is refused with the reason."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from onrecord.people import identity
from onrecord.people.actions import change_organisation
from onrecord.people.errors import NotAllowed
from onrecord.people.models import Organisation, User

LEI = "529900T8BM49AURSDO55"  # of a real register entry: Ubisecure, in the examples of GLEIF


def test_a_lei_is_held_to_its_check_digits() -> None:
    identity.validate_identifiers([{"scheme": "lei", "value": LEI}])
    for place, digit in ((19, "6"), (0, "6"), (8, "L")):
        wrong = LEI[:place] + digit + LEI[place + 1 :]
        with pytest.raises(ValidationError, match="The check digits of"):
            identity.validate_identifiers([{"scheme": "lei", "value": wrong}])
    with pytest.raises(ValidationError, match="is not a LEI"):
        identity.validate_identifiers([{"scheme": "lei", "value": LEI.lower()}])


def test_a_lei_is_tidied_as_it_is_pasted() -> None:
    pasted = {"scheme": "lei", "value": " 5299 00t8 bm49 aurs do55 "}

    assert identity.normalise_identifier(pasted)["value"] == LEI


@pytest.mark.parametrize(
    ("row", "refusal"),
    [
        ({"scheme": "vatican", "value": "1"}, "one of the kinds offered"),
        ({"scheme": "company-number", "value": "01234567"}, "Name the register"),
        ({"scheme": "other", "value": ""}, "is empty"),
        ({"scheme": "eu-transparency-register", "value": "123"}, "Write it as 123456789012-34"),
        ({"scheme": "lei", "value": LEI, "url": "javascript:alert(1)"}, "is not an address"),
        ({"scheme": "lei", "value": LEI, "colour": "red"}, "does not belong there"),
        ("lei", "does not belong there"),
        ({"scheme": "lei", "value": 5}, "is no text"),
        ({"scheme": "other", "register": "x", "value": "1" * 501}, "more than 500 characters"),
    ],
)
def test_a_register_number_that_cannot_be_right_is_refused(row: object, refusal: str) -> None:
    with pytest.raises(ValidationError, match=refusal):
        identity.validate_identifiers([row])


def test_the_same_number_twice_is_refused() -> None:
    row = {"scheme": "eu-transparency-register", "value": "905805219213-67"}
    with pytest.raises(ValidationError, match="stands there twice"):
        identity.validate_identifiers([row, dict(row)])


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("Elmford.Example", "elmford.example"),
        ("https://www.elmford.example/", "www.elmford.example"),
        ("elmford.example.", "elmford.example"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_a_domain_is_written_as_dns_writes_it(typed: str, domain: str) -> None:
    assert identity.normalise_domain(typed) == domain
    identity.validate_domains([domain])


@pytest.mark.parametrize("typed", ["http://[", "https://\u2100.example/"])
def test_what_no_browser_could_open_is_refused_as_a_domain(typed: str) -> None:
    with pytest.raises(ValidationError, match="is not a domain"):
        identity.validate_domains([identity.normalise_domain(typed)])


def test_more_than_ten_domains_are_refused() -> None:
    identity.validate_domains([f"elmford{number}.example" for number in range(10)])
    with pytest.raises(ValidationError, match="Give at most 10 lines"):
        identity.validate_domains([f"elmford{number}.example" for number in range(11)])


@pytest.mark.parametrize(
    "domain", ["elmford", "127.0.0.1", "a..example", "elm ford.example", "-a.example", "a.example/x", ""]
)
def test_what_is_no_domain_is_refused(domain: str) -> None:
    with pytest.raises(ValidationError, match="is not a domain"):
        identity.validate_domains([domain])


def test_an_e_mail_address_becomes_a_security_contact() -> None:
    assert identity.normalise_contact(" security@elmford.example ") == "mailto:security@elmford.example"
    for contact in (
        "mailto:security@elmford.example",
        "https://elmford.example/security",
        "tel:+32-2-555-0100",
    ):
        identity.validate_contact(contact)


@pytest.mark.parametrize(
    "contact",
    [
        "http://elmford.example/",
        "the town hall",
        "mailto:nobody",
        "tel:0100",
        "mailto:a@b.example\nContact: x",
    ],
)
def test_what_is_no_security_contact_is_refused(contact: str) -> None:
    with pytest.raises(ValidationError):
        identity.validate_contact(contact)


@pytest.mark.parametrize(
    ("row", "refusal"),
    [
        ({"kind": "friend", "url": "https://a.example/"}, "one of the kinds offered"),
        ({"kind": "social", "url": "https://a.example/x\ncontrol=https://b.example/"}, "is not an address"),
        ({"kind": "social", "url": "https://user@a.example/"}, "is not an address"),
        ({"kind": "social", "url": "https://a.example/#me"}, "holds a “#”"),
        ({"kind": "member"}, "is not an address"),
    ],
)
def test_a_relation_that_would_be_misread_is_refused(row: dict[str, str], refusal: str) -> None:
    with pytest.raises(ValidationError, match=refusal):
        identity.validate_relations([row])


def test_an_administrator_says_who_the_organisation_is(ada: User) -> None:
    numbers = [
        {"scheme": "lei", "value": LEI},
        {"scheme": "company-number", "value": "01234567", "register": "Companies House", "url": ""},
    ]
    change_organisation({"identifiers": numbers, "domains": ["elmford.example"]}, by=ada)

    current = Organisation.current()
    assert current.known_domain == "elmford.example"
    assert current.register_numbers() == [
        {"scheme": "lei", "value": LEI, "url": f"https://search.gleif.org/#/record/{LEI}"},
        {"scheme": "company-number", "value": "01234567", "register": "Companies House"},
    ]


def test_each_mistake_is_named_by_its_field(ada: User) -> None:
    with pytest.raises(ValidationError) as refusal:
        change_organisation({"domains": ["elmford"], "data_training": "maybe"}, by=ada)

    assert set(refusal.value.message_dict) == {"domains", "data_training"}
    assert Organisation.current().domains == []


def test_an_editor_may_not_say_who_the_organisation_is(ines: User) -> None:
    with pytest.raises(NotAllowed):
        change_organisation({"domains": ["ines.example"]}, by=ines)

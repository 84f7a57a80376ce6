# SPDX-License-Identifier: Apache-2.0
"""Queries whose SQL is built once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db.models import QuerySet
from django.forms import model_to_dict

from onrecord.people.errors import NotSetUp
from onrecord.people.models import Organisation, User
from onrecord.prepared import Prepared, PreparedObjects
from onrecord.record.models import LogHead

pytestmark = pytest.mark.django_db


def test_objects_are_those_that_an_ordinary_query_finds(ines: User, olga: User) -> None:
    people = PreparedObjects(lambda pk: User.objects.filter(pk=pk))

    for person in (ines, olga, ines):
        found = people.first(person.pk)
        assert found == person
        assert model_to_dict(found) == model_to_dict(User.objects.get(pk=person.pk))
        assert found.joined_at == person.joined_at
    assert people.first(0) is None


def test_columns_of_every_kind_are_converted(organisation: Organisation) -> None:
    signed = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert LogHead.current() is None

    LogHead.objects.create(origin="a/log", root=b"\x00\xff", edge=b"", checkpoint=b"note", signed_at=signed)

    head = LogHead.current()
    assert head is not None
    assert (head.size, bytes(head.root), head.signed_at, head.cosigned) == (0, b"\x00\xff", signed, None)
    assert Organisation.current().languages == organisation.languages


def test_before_the_set_up_there_is_no_organisation(transactional_db: None) -> None:
    Organisation.objects.all().delete()

    with pytest.raises(NotSetUp):
        Organisation.current()


def test_the_sql_is_built_once_for_each_number_of_parameters(ines: User, olga: User) -> None:
    built: list[int] = []

    def build(*numbers: int) -> QuerySet[User, tuple[int]]:
        built.append(len(numbers))
        return User.objects.filter(pk__in=numbers).order_by("pk").values_list("pk")

    ids = Prepared(build)

    assert [ids(ines.pk), ids(olga.pk), ids(ines.pk, olga.pk)] == [
        [(ines.pk,)],
        [(olga.pk,)],
        sorted([(ines.pk,), (olga.pk,)]),
    ]
    assert built == [1, 2]

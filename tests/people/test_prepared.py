# SPDX-License-Identifier: Apache-2.0
"""Queries whose SQL is built once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.forms import model_to_dict
from django.test.utils import CaptureQueriesContext

from onrecord.journal.models import Entry
from onrecord.people.errors import NotSetUp
from onrecord.people.models import Organisation, User
from onrecord.prepared import Prepared, PreparedObjects, insert
from onrecord.record.models import LogHead
from onrecord.statements.models import Edition

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


def test_a_text_is_a_parameter_too_and_columns_are_converted(ines: User, olga: User) -> None:
    joined = Prepared(
        lambda email: User.objects.filter(email=email).values_list("pk", "joined_at", "is_active")
    )

    assert joined(ines.email) == [(ines.pk, ines.joined_at, True)]
    assert joined(olga.email) == [(olga.pk, olga.joined_at, True)]
    assert joined("nobody'); --") == []


def test_order_and_several_parameters_of_both_kinds(ines: User, olga: User) -> None:
    others = PreparedObjects(
        lambda first, last, email: User.objects.filter(pk__gte=first, pk__lte=last).exclude(email=email)
    )
    first, last = sorted([ines.pk, olga.pk])

    assert others(first, last, ines.email) == [olga]
    assert others(first, last, olga.email) == [ines]
    assert others(last + 1, last + 2, "") == []


def test_a_parameter_that_the_sql_alters_is_refused(ines: User) -> None:
    begins = Prepared(lambda letters: User.objects.filter(email__startswith=letters).values_list("pk"))

    with pytest.raises(TypeError, match="for equality or order"):
        begins("ines")


def test_objects_come_without_others_beside_them(ines: User) -> None:
    releases = PreparedObjects(lambda pk: Edition.objects.filter(pk=pk).select_related("statement"))

    with pytest.raises(TypeError, match="neither selects related"):
        releases(1)


def test_rows_are_held_until_the_transaction_ends(organisation: Organisation) -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        assert Organisation.locked() == organisation

    asked = queries.captured_queries[0]["sql"]
    assert asked.endswith("FOR UPDATE") is (connection.vendor == "postgresql")


def test_an_inserted_object_is_what_a_saved_one_is() -> None:
    at = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    new = [
        Entry(event="a", at=at, actor_name="Ines", subject=subject, data={"a": [1, "é"]})
        for subject in ("one", "two")
    ]
    insert(new[0])
    new[1].save(force_insert=True)
    insert(LogHead(origin="a/log", root=b"\x00\xff", edge=b"", checkpoint=b"note", signed_at=at))

    found = Entry.objects.order_by("pk")
    assert [(one.pk, one.subject) for one in found] == [(new[0].pk, "one"), (new[1].pk, "two")]
    assert found[0].at == found[1].at == at
    assert found[0].data == found[1].data == {"a": [1, "é"]}
    assert not new[0]._state.adding
    new[0].subject = "three"
    new[0].save()
    assert list(Entry.objects.order_by("pk").values_list("subject", flat=True)) == ["three", "two"]
    head = LogHead.current()
    assert head is not None
    assert (bytes(head.root), head.signed_at) == (b"\x00\xff", at)


def test_what_may_be_there_once_is_not_inserted_twice() -> None:
    head = {"origin": "a/log", "root": b"", "edge": b"", "checkpoint": b""}
    insert(LogHead(**head))

    with pytest.raises(IntegrityError), transaction.atomic():
        insert(LogHead(**head))

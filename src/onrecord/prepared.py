# SPDX-License-Identifier: Apache-2.0
"""Queries whose SQL is built once.

For one row Django takes ten times as long to build the SQL as the database takes to answer it; a release asks
more than a hundred times, a full bake a million times. What is kept of a query is what Django's own compiler
says of it: the SQL, and how columns are converted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

Row = tuple[Any, ...]
Value = int | str
Object = TypeVar("Object", bound=Model)

_MARK = 32_749
"""Stands for the parameter while the SQL is built; those below it for further ones. It fits every column."""


class _Built:
    """What is kept of a query for one kind of database and one number of parameters."""

    def __init__(self, queryset: QuerySet[Any, Any], marks: Sequence[int]) -> None:
        compiler = queryset.query.get_compiler(connection=connection)
        self.sql, parameters = compiler.as_sql()
        places: dict[Any, int] = {}
        for place, mark in enumerate(marks):
            places[mark] = places[str(mark)] = place  # a text where it is compared with one
        self.parameters = [(each, places.get(each)) for each in parameters]
        if not set(range(len(marks))) <= {place for _each, place in self.parameters}:
            raise TypeError(
                f"The SQL does not hold each parameter as it was given: {self.sql}. Compare columns of whole"
                " numbers and of text with parameters, for equality or order."
            )
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        self.converters = list(compiler.get_converters(columns).items())

    def rows(self, values: Sequence[Value]) -> list[Row]:
        """Return the rows as the database driver returns them."""
        given = [each if place is None else values[place] for each, place in self.parameters]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, given)
            rows: list[Row] = cursor.fetchall()
        return rows

    def converted(self, values: Sequence[Value]) -> list[Row]:
        """Return the rows as Django converts them."""
        rows = self.rows(values)
        return [self._convert(row) for row in rows] if self.converters else rows

    def _convert(self, row: Row) -> Row:
        found = list(row)
        for place, (converters, column) in self.converters:
            for convert in converters:
                found[place] = convert(found[place], column, connection)
        return tuple(found)


def insert(one: Model) -> None:
    """Write a new object as `save(force_insert=True)` does, without its signals; it gets its key.

    For a model without parents whose columns have no defaults in the database.
    """
    model = type(one)
    key = model._meta.pk
    made = key is not None and one.pk is None
    fields = [field for field in model._meta.concrete_fields if not (made and field is key)]
    sql = _inserts.get((connection.vendor, model, made))
    if sql is None:
        quote = connection.ops.quote_name
        table = quote(model._meta.db_table)
        columns = ", ".join(quote(str(field.column)) for field in fields)
        marks = ", ".join(["%s"] * len(fields))
        sql = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608  # names of the schema alone
        if made and key is not None:
            sql += f" RETURNING {quote(str(key.column))}"
        _inserts[connection.vendor, model, made] = sql
    values = [
        field.get_db_prep_save(field.pre_save(one, add=True), connection=connection) for field in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        if made:
            (one.pk,) = cursor.fetchone()
    one._state.adding, one._state.db = False, connection.alias


_inserts: dict[tuple[str, type[Model], bool], str] = {}


class BuiltOnce:
    """SQL with parameters, built once for each kind of database and number of parameters."""

    def __init__(self, build: Callable[[Sequence[int]], QuerySet[Any, Any]]) -> None:
        self._build = build
        self._known: dict[tuple[str, int], _Built] = {}

    def built(self, count: int) -> _Built:
        """Return what is kept for so many parameters."""
        known = self._known.get((connection.vendor, count))
        if known is None:
            marks = [_MARK - place for place in range(count)]
            known = self._known[connection.vendor, count] = _Built(self._build(marks), marks)
        return known

    def rows(self, values: Sequence[Value]) -> list[Row]:
        """Return the rows for these values as the database driver returns them."""
        return self.built(len(values)).rows(values)


class Prepared:
    """A query for rows, with whole numbers and texts as parameters.

    `build` must return `values_list(…)` of a queryset that compares columns with the parameters, for equality
    or order.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._query = BuiltOnce(lambda marks: build(*marks))

    def __call__(self, *values: Value) -> list[Row]:
        return self._query.built(len(values)).converted(values)


class PreparedObjects(Generic[Object]):
    """A query for objects of a model, with whole numbers and texts as parameters.

    `build` must return a queryset of the model that compares columns with the parameters, for equality or
    order. It may lock rows, and neither select related objects nor prefetch nor annotate.
    """

    def __init__(self, build: Callable[..., QuerySet[Object]]) -> None:
        self._build = build
        self._query = BuiltOnce(self._columns)
        self._model: type[Object]
        self._names: list[str]

    def __call__(self, *values: Value) -> list[Object]:
        rows = self._query.built(len(values)).converted(values)
        return [self._model.from_db(connection.alias, self._names, row) for row in rows]

    def first(self, *values: Value) -> Object | None:
        """Return the first of them, None if there is none: let the query end after one."""
        return next(iter(self(*values)), None)

    def _columns(self, marks: Sequence[int]) -> QuerySet[Any, Any]:
        objects = self._build(*marks)
        if objects.query.select_related or objects.query.annotations:
            raise TypeError("A prepared query for objects neither selects related ones nor annotates them.")
        self._model = objects.model
        self._names = [field.attname for field in objects.model._meta.concrete_fields]
        return objects.values_list(*self._names)

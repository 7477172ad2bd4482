"""The guard of an UPDATE: what the row must still hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, cast

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression
from django.db.models.sql.compiler import SQLCompiler


class RowHolds(Expression):
    """Compare columns with values, as the database compares them: equal, or one of a tuple or set.

    One expression instead of a lookup for each column: for a claim, building the lookups would cost more than all
    the rest of it. For columns that hold plain values; JSON needs its own lookup.
    """

    output_field = BooleanField()

    def __init__(self, model: type[models.Model], expected: Mapping[str, Any]) -> None:
        super().__init__()
        self._expected = [
            (cast("models.Field[Any, Any]", model._meta.get_field(name)), value)
            for name, value in expected.items()
        ]

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """Write the comparison; an UPDATE has one table, so the columns need no alias."""
        conditions: list[str] = []
        params: list[Any] = []
        for field, value in self._expected:
            column = connection.ops.quote_name(str(field.column))
            if isinstance(value, (tuple, frozenset)):
                conditions.append(_one_of(column, value))
                params += [field.get_db_prep_value(choice, connection) for choice in value]
            elif value is None or (value == "" and connection.features.interprets_empty_strings_as_nulls):
                conditions.append(f"{column} IS NULL")
            else:
                # A collation may take a, A and á for the same; what is compared here must be the same.
                is_text = isinstance(field, models.CharField | models.TextField)
                exactly = "BINARY " if is_text and connection.vendor == "mysql" else ""
                conditions.append(f"{column} = {exactly}%s")
                params.append(field.get_db_prep_value(value, connection))
        return f"({' AND '.join(conditions)})", tuple(params)


def _one_of(column: str, choices: Collection[Any]) -> str:
    placeholders = ", ".join(["%s"] * len(choices))
    # No database takes an empty list.
    return f"{column} IN ({placeholders})" if choices else "1 = 0"

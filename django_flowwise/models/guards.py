"""The guarded UPDATE that every move is made of, and its guard: what the row must still hold."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from typing import Any, cast

from django.db import models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


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


class GuardedRow(models.Model):
    """Give a model its moves: each ``mark_*`` is one guarded UPDATE that sets every field of its move.

    It answers False where the row no longer allows the move; the instance then holds what the row says. Where the
    row allows it, and has otherwise changed, the instance holds the move, but of the rest still what it had read:
    its ``updated_at`` stays behind. The caller opens the transaction, gives the time, and sends the signals.
    """

    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False, db_index=True)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    class Meta:
        abstract = True

    def _update(
        self,
        lookups: Mapping[str, Any] | None = None,
        *,
        moment: datetime.datetime | None,
        values: Mapping[str, Any],
        is_whole: bool = False,
        **held: Any,
    ) -> bool:
        """Write the values where the row holds what it should; without a ``moment``, ``updated_at`` stays.

        ``is_whole`` makes a move only where nothing has changed since this instance was read: what it adds to a
        list would else write over what was added meanwhile.
        """
        if moment is not None:
            values = {**values, "updated_at": moment}
        version = self.__dict__.get("updated_at")  # loaded only now, a deferred one would be newer than the rest
        if version is not None and self._write(lookups, values, {**held, "updated_at": version}):
            self._take(values)
            return True
        if not is_whole and self._write(lookups, values, held):
            self._take({name: value for name, value in values.items() if name != "updated_at"})
            return True
        columns = [field.attname for field in self._meta.concrete_fields]
        self.refresh_from_db(using=router.db_for_write(type(self)), fields=columns)
        return False

    def _take(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            setattr(self, name, value)

    def _write(
        self, lookups: Mapping[str, Any] | None, values: Mapping[str, Any], held: Mapping[str, Any]
    ) -> bool:
        rows = type(self)._base_manager.using(router.db_for_write(type(self)))
        guard = RowHolds(type(self), {"id": self.pk, **held})
        return rows.filter(guard, **(lookups or {})).update(**values) > 0

"""Which orders? Adjectives that can be chained; nothing here writes or asks Flowwise."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from typing import Any, Self, TypeVar, cast

from django.db import models
from django.db.models import Q

from django_flowwise.models.fields import FORGOTTEN
from django_flowwise.states import CLOSED, IN_DOUBT, SUBMITTABLE, UNDER_WAY, OrderState, RefundState

_Order_co = TypeVar("_Order_co", bound=models.Model, covariant=True)


class OrderQuerySet(models.QuerySet[_Order_co]):
    """Narrow orders down by what we believe about them."""

    def live(self) -> Self:
        """Keep those that hold their reference."""
        return self.exclude(live_key=None)

    def submittable(self, moment: datetime.datetime) -> Self:
        """Keep those that submit_order may claim at this moment, expired claims included."""
        return self.filter(Q(state__in=SUBMITTABLE) | _claim_expired_at(moment))

    def in_doubt(self) -> Self:
        """Keep those that Flowwise may have, though we hold no usable answer."""
        return self.filter(state__in=IN_DOUBT)

    def due(self, moment: datetime.datetime, *, also: Collection[int] = ()) -> Self:
        """Keep those that reconcile should look at: in doubt, or with their time to look come.

        ``also`` names, by pk, those of whose refunds, captures and voids that can be said: looked for within this
        query, they would cost a walk through the whole table.
        """
        return self.filter(
            _claim_expired_at(moment)
            | Q(state=OrderState.UNCONFIRMED)
            | Q(next_check_at__lte=moment)
            | Q(pk__in=also)
        )

    def _pks(self, **lookups: Any) -> models.QuerySet[Any, Any]:
        return self.model._base_manager.filter(**lookups).values("pk")

    def _with_refund_claim_expired_at(self, moment: datetime.datetime) -> Q:
        return Q(
            pk__in=self._pks(
                payments__refunds__state=RefundState.SUBMITTING,
                payments__refunds__claim_expires_at__lt=moment,
            )
        )

    def made_at(self, base_urls: Mapping[str, str]) -> Self:
        """Keep those that were made, or may yet be made, at the base URL of their account, given by its alias."""
        wanted = Q(pk__in=())
        for account, base_url in base_urls.items():
            wanted |= Q(account=account, base_url__in=("", base_url))
        return self.filter(wanted)

    def with_signals_due(self) -> Self:
        """Keep those with a signal about money that not every receiver has taken."""
        return self.filter(signal_due__gt=0)

    def needing_attention(self) -> Self:
        """Keep those that a person must look at."""
        return self.exclude(attention=[])

    def needing_a_person(
        self, moment: datetime.datetime, *, base_urls: Mapping[str, str], own_fault_codes: Collection[str]
    ) -> Self:
        """Keep those that stay as they are until a person does something, or wait for an answer that is late.

        ``base_urls`` are those of the accounts, by alias; ``own_fault_codes`` the error codes of refusals for
        which the settings are to blame.
        """
        elsewhere = Q(pk__in=())
        for account, base_url in base_urls.items():
            elsewhere |= Q(account=account) & ~Q(base_url__in=("", base_url))
        return self.filter(
            ~Q(attention=[])
            | Q(state=OrderState.UNCONFIRMED)
            | _claim_expired_at(moment)
            | Q(state=OrderState.REFUSED, error_code__in=own_fault_codes)
            | (elsewhere & (Q(state__in=IN_DOUBT) | Q(next_check_at__isnull=False)))
            | Q(pk__in=self._pks(payments__claim_expires_at__lt=moment))
            | Q(pk__in=self._pks(payments__refunds__state=RefundState.UNCONFIRMED))
            | self._with_refund_claim_expired_at(moment)
        )

    def payable(self) -> Self:
        """Keep those whose customer can pay."""
        return self.filter(state=OrderState.ACTIVE)

    def forgettable(self, before: datetime.datetime) -> Self:
        """Keep those that are over and have not changed since, and still know whose they were."""
        known = Q()
        for name, nothing in FORGOTTEN.items():
            known |= ~Q(**{name: nothing})
        # One that was refunded after it had been forgotten knows the customer again.
        payments = cast("type[models.Model]", self.model._meta.get_field("payments").related_model)
        known |= Q(pk__in=payments._base_manager.filter(refunds__refund_note__gt="").values("order"))
        closed = self.exclude(payments__claim_expires_at__isnull=False).filter(
            known, state__in=CLOSED, next_check_at=None, attention=[], signal_due=0, updated_at__lt=before
        )
        return closed.exclude(payments__refunds__state__in=UNDER_WAY).exclude(
            payments__refunds__next_check_at__isnull=False
        )


OrderManager = models.Manager.from_queryset(OrderQuerySet)


def _claim_expired_at(moment: datetime.datetime) -> Q:
    return Q(state=OrderState.SUBMITTING, claim_expires_at__lt=moment)

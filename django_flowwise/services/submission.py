"""The heart: claim, look, post, record.

Killing the process at any line never costs an order and never creates two, as long as Flowwise keeps its word
that an order_id is unique: the claim is committed before the request leaves, and whoever finds a claim without an
answer looks before anybody posts again.
"""

from __future__ import annotations

import datetime
from typing import NoReturn

from django.utils import timezone

from django_flowwise import signals
from django_flowwise.client import Deadline, FlowwiseClient
from django_flowwise.conf import Account, get_account
from django_flowwise.exceptions import (
    FlowwiseAPIError,
    MoveNotAllowed,
    NotFound,
    OrderBusy,
    OutcomeUnknown,
    RequestNotSent,
    RequestRefused,
)
from django_flowwise.models import Order
from django_flowwise.services.absence import quiet_seconds_left
from django_flowwise.services.adoption import differing_fields, has_usable_checkout, record_active
from django_flowwise.services.announcements import announce
from django_flowwise.services.attention import refuse_other_flowwise, require_attention
from django_flowwise.services.order_request import order_request
from django_flowwise.services.refusals import error_code_of, explanation_of, is_our_fault, may_mean_that_it_exists
from django_flowwise.services.transactions import durable, refuse_open_transaction
from django_flowwise.states import SUBMITTABLE, AttentionReason, OrderState
from django_flowwise.wire import CreateOrderRequest, OrderSnapshot

CLAIM_MARGIN = datetime.timedelta(seconds=60)
"""Added to twice the deadline, for clocks that differ between machines."""


def submit_order(order: Order) -> Order:
    """Create the order at Flowwise; the instance is then ACTIVE with its checkout URL, and is returned.

    One POST and two UPDATEs on the way that goes well; a GET comes first if it was tried before. Safe to repeat:
    an order that is ACTIVE or PAID is returned without a request. Sends order_active or order_refused.

    Raises:
        RequestNotSent: nothing left; the order is as it was.
        RequestRefused: Flowwise said no; the order is REFUSED (credentials: AuthenticationRefused).
        OutcomeUnknown: the order is UNCONFIRMED; call again, or let reconcile look, after ``retry_after_seconds``.
        OrderBusy: another call is at it.
        MoveNotAllowed: its state does not allow it.
        ValidationError, FlowwiseConfigurationError, TransactionOpen: nothing was changed or sent.
    """
    refuse_open_transaction("submit_order")
    account = get_account(order.account)
    deadline = Deadline(account.deadline_seconds)
    for _ in range(2):
        request = order_request(order, account)
        attempt = _Attempt(order, account, request, deadline)
        if attempt.claim():
            attempt.run()
            return order
        if order.state in {OrderState.ACTIVE, OrderState.PAID}:
            return order
    if order.base_url not in {"", account.base_url}:
        refuse_other_flowwise(order, account)
    if order.state in {OrderState.SUBMITTING, *SUBMITTABLE}:
        raise OrderBusy(f"{order.order_id} is being created by another call; look again in a moment.")
    raise MoveNotAllowed(f"{order.order_id} is {order.state} and cannot be created at Flowwise.")


class _Attempt:
    """Walk one claimed order to Flowwise and back."""

    def __init__(self, order: Order, account: Account, request: CreateOrderRequest, deadline: Deadline) -> None:
        self._order = order
        self._account = account
        self._request = request
        self._deadline = deadline
        self._client = FlowwiseClient(account)
        self._origin = OrderState(order.state)
        self._doubted_since = order.maybe_sent_at
        self._base_url_before = order.base_url
        self._has_posted = False
        if self._origin == OrderState.SUBMITTING:
            self._origin = OrderState.UNCONFIRMED

    @property
    def _is_in_doubt(self) -> bool:
        return self._origin == OrderState.UNCONFIRMED

    def claim(self) -> bool:
        moment = timezone.now()
        lease = datetime.timedelta(seconds=2 * self._account.deadline_seconds) + CLAIM_MARGIN
        with durable():
            return self._order.mark_submitting(
                base_url=self._account.base_url, moment=moment, claim_expires_at=moment + lease
            )

    def run(self) -> None:
        is_first = self._order.attempts == 1
        try:
            if is_first or not self._found_by_a_look():
                self._post()
        except FlowwiseAPIError:
            # Bad news of a claim that was taken over; the newer truth is good.
            if self._order.state not in {OrderState.ACTIVE, OrderState.PAID}:
                raise

    def _found_by_a_look(self) -> bool:
        """Look before the post; True where the order was there and is recorded."""
        order = self._order
        try:
            snapshot = self._client.get_order(order.order_id, deadline=self._deadline)
        except NotFound as error:
            wait = self._quiet_seconds_left()
            if wait <= 0:
                return False
            self._leave_unconfirmed(
                f"Flowwise does not show it yet, but a request may still be under way; try again in {wait:.0f} s.",
                error,
                retry_after_seconds=wait,
            )
        except FlowwiseAPIError as error:
            self._give_up_the_look(error)
        self._adopt(snapshot)
        return True

    def _give_up_the_look(self, error: FlowwiseAPIError) -> NoReturn:
        if not self._is_in_doubt:
            self._return_claim()
            if isinstance(error, (RequestRefused, RequestNotSent)):
                raise error
            raise RequestNotSent(
                f"{self._order.order_id} was not sent, since the look before it brought no answer; try again.",
                operation="create_order",
                order_id=self._order.order_id,
            ) from error
        reasons = [AttentionReason.CANNOT_TELL] if isinstance(error, RequestRefused) else []
        self._leave_unconfirmed(str(error), error, *reasons)

    def _quiet_seconds_left(self) -> float:
        return quiet_seconds_left(self._doubted_since, self._account) if self._is_in_doubt else 0

    def _post(self) -> None:
        deadline = self._deadline.less(self._account.read_timeout_seconds)
        self._has_posted = True
        try:
            snapshot = self._client.create_order(self._request, deadline=deadline)
        except RequestNotSent:
            self._return_claim()
            raise
        except RequestRefused as error:
            if not may_mean_that_it_exists(error):
                self._refused(error)
            snapshot = self._look_after(error)
        except OutcomeUnknown as error:
            snapshot = self._look_after(error)
        else:
            if differing_fields(self._order, snapshot) or not has_usable_checkout(snapshot, self._account):
                snapshot = self._look_after(self._misfit())
        self._adopt(snapshot)

    def _misfit(self) -> OutcomeUnknown:
        return OutcomeUnknown(
            "Flowwise's answer does not fit the order.",
            operation="create_order",
            order_id=self._order.order_id,
        )

    def _look_after(self, doubt: FlowwiseAPIError) -> OrderSnapshot:
        try:
            return self._client.get_order(self._order.order_id, deadline=self._deadline)
        except (NotFound, RequestNotSent, OutcomeUnknown):
            self._leave_unconfirmed(str(doubt), doubt)
        except RequestRefused:
            self._leave_unconfirmed(str(doubt), doubt, AttentionReason.CANNOT_TELL)

    def _adopt(self, snapshot: OrderSnapshot) -> None:
        differing = differing_fields(self._order, snapshot)
        if differing:
            self._leave_unconfirmed(
                f"Flowwise has a different order under {self._order.order_id} ({', '.join(differing)} differ).",
                None,
                AttentionReason.BELONGS_TO_ANOTHER,
            )
        if not has_usable_checkout(snapshot, self._account):
            self._leave_unconfirmed(
                "Flowwise has the order, but gives no checkout URL that CHECKOUT_HOSTS allows.", None
            )
        record_active(self._order, snapshot, self._account)

    def _return_claim(self) -> None:
        with durable():
            self._order.mark_unsent(
                origin=self._origin,
                maybe_sent_at=self._doubted_since,
                base_url=self._base_url_before,
                moment=timezone.now(),
            )

    def _refused(self, error: RequestRefused) -> NoReturn:
        # Once a wrong address is mended, the order must not be bound to it.
        base_url = self._base_url_before if is_our_fault(error) else self._order.base_url
        with durable():
            is_recorded = self._order.mark_refused(
                code=error_code_of(error),
                message=explanation_of(error, self._account.alias),
                base_url=base_url,
                moment=timezone.now(),
            )
        if is_recorded and not is_our_fault(error):
            announce(signals.order_refused, self._order)
        raise error

    def _leave_unconfirmed(
        self,
        message: str,
        cause: FlowwiseAPIError | None,
        *reasons: AttentionReason,
        retry_after_seconds: float | None = None,
    ) -> NoReturn:
        order, moment = self._order, timezone.now()
        sent_at = order.maybe_sent_at if self._has_posted else self._doubted_since
        quiet = datetime.timedelta(seconds=self._account.quiet_seconds)
        with durable():
            order.mark_unconfirmed(
                code=error_code_of(cause),
                message=message,
                maybe_sent_at=sent_at,
                next_check_at=(sent_at or moment) + quiet,
                moment=moment,
            )
        if reasons:
            require_attention(order, *reasons)
        if isinstance(cause, OutcomeUnknown):
            raise cause
        raise OutcomeUnknown(
            message,
            operation="create_order",
            order_id=order.order_id,
            http_status=cause.http_status if cause else None,
            vendor_code=cause.vendor_code if cause else "",
            retry_after_seconds=retry_after_seconds,
        ) from cause

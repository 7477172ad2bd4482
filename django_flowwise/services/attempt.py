"""One walk of one order to Flowwise and back: claimed, looked for, posted, and recorded whatever comes of it.

For submission alone.
"""

from __future__ import annotations

import datetime
from typing import NoReturn

from django.utils import timezone

from django_flowwise import signals
from django_flowwise.client import Deadline, FlowwiseClient
from django_flowwise.conf import Account
from django_flowwise.exceptions import (
    AuthenticationRefused,
    FlowwiseAPIError,
    MoveNotAllowed,
    NotFound,
    OutcomeUnknown,
    RequestNotSent,
    RequestRefused,
)
from django_flowwise.models import Order
from django_flowwise.services.absence import latest_sending, quiet_seconds_left
from django_flowwise.services.adoption import differing_fields, has_usable_checkout, record_active
from django_flowwise.services.announcements import announce
from django_flowwise.services.attention import require_attention
from django_flowwise.services.refusals import error_code_of, explanation_of, is_our_fault, may_mean_that_it_exists
from django_flowwise.services.transactions import durable
from django_flowwise.states import AttentionReason, OrderState
from django_flowwise.wire import CreateOrderRequest, OrderSnapshot

CLAIM_MARGIN = datetime.timedelta(seconds=60)
"""Added to twice the deadline, for clocks that differ between machines."""


class Attempt:
    """Walk one claimed order to Flowwise and back."""

    def __init__(
        self,
        order: Order,
        account: Account,
        request: CreateOrderRequest,
        deadline: Deadline,
        *,
        accepts_risk: bool = False,
    ) -> None:
        self._order = order
        self._accepts_risk = accepts_risk
        self._account = account
        self._request = request
        self._deadline = deadline
        self._client = FlowwiseClient(account)
        self._origin = OrderState(order.state)
        self._doubted_since = latest_sending(order, account)
        self._base_url_before = order.base_url
        self._has_posted = False
        if self._origin == OrderState.SUBMITTING:
            self._origin = OrderState.UNCONFIRMED

    @property
    def _is_in_doubt(self) -> bool:
        return self._origin == OrderState.UNCONFIRMED

    @property
    def _is_first(self) -> bool:
        return self._order.attempts == 1

    def claim(self) -> bool:
        """Claim the order; False where another was faster, or the row is not what is in hand."""
        moment = timezone.now()
        lease = datetime.timedelta(seconds=2 * self._account.deadline_seconds) + CLAIM_MARGIN
        with durable():
            return self._order.mark_submitting(
                base_url=self._account.base_url, moment=moment, claim_expires_at=moment + lease
            )

    def run(self) -> None:
        """Look and post, and record how it ended.

        Raises:
            RequestNotSent, RequestRefused, OutcomeUnknown: the order is not ACTIVE.
        """
        try:
            if self._is_first or not self._found_by_a_look():
                self._post()
        except FlowwiseAPIError:
            # Bad news of a claim that was taken over; the newer truth is good.
            if self._order.state not in {OrderState.ACTIVE, OrderState.PAID}:
                raise

    def _found_by_a_look(self) -> bool:
        """Look before the post; True where the order was there and is recorded."""
        order, asked_at = self._order, timezone.now()
        try:
            snapshot = self._client.get_order(order.order_id, deadline=self._deadline)
        except NotFound as error:
            wait = quiet_seconds_left(self._doubted_since, self._account, asked_at) if self._is_in_doubt else 0
            if wait <= 0:
                return False
            self._leave_unconfirmed(
                f"Flowwise does not show it yet, but a request may still be under way; try again in {wait:.0f} s.",
                error,
                retry_after_seconds=wait,
            )
        except FlowwiseAPIError as error:
            if self._accepts_risk and isinstance(error, RequestRefused):
                return False
            self._give_up_the_look(error)
        self._adopt(snapshot)
        return True

    def _give_up_the_look(self, error: FlowwiseAPIError) -> NoReturn:
        if not self._is_in_doubt:
            if isinstance(error, AuthenticationRefused):
                self._refused(error)
            self._return_claim()
            if isinstance(error, (RequestRefused, RequestNotSent)):
                raise error
            raise RequestNotSent(
                f"{self._order.order_id} was not sent, since the look before it brought no answer; try again.",
                operation="create_order",
                order_id=self._order.order_id,
            ) from error
        reasons = [AttentionReason.CANNOT_TELL] if isinstance(error, RequestRefused) else []
        self._leave_unconfirmed(str(error), error, *reasons, evidence=str(error.http_status))

    def _post(self) -> None:
        deadline = self._deadline.less(self._account.read_timeout_seconds)
        self._has_posted = True
        try:
            snapshot = self._client.create_order(self._request, deadline=deadline)
        except RequestNotSent:
            self._return_claim()
            raise
        except RequestRefused as error:
            if may_mean_that_it_exists(error):
                snapshot = self._look_after(error)
            elif self._is_first or is_our_fault(error):
                self._refused(error)
            else:
                # What was sent before may have arrived meanwhile, and be the reason of this no.
                snapshot = self._look_after(error, refused=error)
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

    def _look_after(self, doubt: FlowwiseAPIError, *, refused: RequestRefused | None = None) -> OrderSnapshot:
        """Look once after a doubt; a refusal that nothing speaks against is then believed."""
        try:
            return self._client.get_order(self._order.order_id, deadline=self._deadline)
        except (NotFound, RequestNotSent, OutcomeUnknown) as error:
            if refused is not None and isinstance(error, NotFound):
                self._refused(refused)
            self._leave_unconfirmed(str(doubt), doubt)
        except RequestRefused as error:
            evidence = str(error.http_status)
            self._leave_unconfirmed(str(doubt), doubt, AttentionReason.CANNOT_TELL, evidence=evidence)

    def _adopt(self, snapshot: OrderSnapshot) -> None:
        differing = differing_fields(self._order, snapshot)
        if differing:
            self._leave_unconfirmed(
                f"Flowwise has a different order under {self._order.order_id} ({', '.join(differing)} differ).",
                None,
                AttentionReason.BELONGS_TO_ANOTHER,
                evidence=",".join(differing),
            )
        if not has_usable_checkout(snapshot, self._account):
            self._leave_unconfirmed(
                "Flowwise has the order, but gives no checkout URL that CHECKOUT_HOSTS allows.", None
            )
        record_active(self._order, snapshot, self._account)
        if self._order.state == OrderState.WITHDRAWN:
            raise MoveNotAllowed(
                f"{self._order.order_id} was withdrawn while it was being created, and stays watched."
            )

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
        evidence: str = "",
        retry_after_seconds: float | None = None,
    ) -> NoReturn:
        order, moment = self._order, timezone.now()
        # The request may have left at any moment until now.
        sent_at = moment if self._has_posted else self._doubted_since
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
            require_attention(order, *reasons, evidence=evidence)
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

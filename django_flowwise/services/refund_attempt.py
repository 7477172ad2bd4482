"""One walk of one refund to Flowwise and back: claimed, looked for, posted, and recorded whatever comes of it.

For refunds alone. Killed at any line, it leaves a claim under a refund_id that is known here: whoever finds it
looks before anybody posts again, so that there are never two, as long as Flowwise keeps its word that a
refund_id is unique.
"""

from __future__ import annotations

import datetime
from typing import Any, NoReturn

from django.utils import timezone
from msgspec import UNSET

from django_flowwise.client import Deadline, FlowwiseClient
from django_flowwise.conf import Account
from django_flowwise.exceptions import (
    FlowwiseAPIError,
    NotFound,
    OutcomeUnknown,
    RequestNotSent,
    RequestRefused,
)
from django_flowwise.models import Refund
from django_flowwise.money import amount_in
from django_flowwise.services.absence import quiet_seconds_left
from django_flowwise.services.attention import require_attention
from django_flowwise.services.refund_records import record_answer, refunds_held
from django_flowwise.services.refusals import error_code_of, explanation_of, is_our_fault, may_mean_that_it_exists
from django_flowwise.services.schedule import LATEST, SOONEST
from django_flowwise.states import AttentionReason, RefundState
from django_flowwise.wire import RefundRequest, RefundSnapshot


class RefundAttempt:
    """Walk one claimed refund to Flowwise and back."""

    def __init__(
        self,
        refund: Refund,
        account: Account,
        deadline: Deadline,
        *,
        origin: RefundState,
        doubted_since: datetime.datetime | None,
    ) -> None:
        """``origin`` and ``doubted_since`` are from before the claim."""
        self._refund = refund
        self._order = refund.payment.order
        self._account = account
        self._deadline = deadline
        self._client = FlowwiseClient(account)
        self._origin = RefundState.UNCONFIRMED if origin == RefundState.SUBMITTING else origin
        self._doubted_since = doubted_since
        self._has_posted = False

    @property
    def _is_first(self) -> bool:
        return self._refund.attempts == 1

    @property
    def _about(self) -> dict[str, Any]:
        return {
            "order_id": self._order.order_id,
            "payment_id": self._refund.payment.payment_id,
            "refund_id": self._refund.refund_id,
        }

    def run(self) -> None:
        """Look and post, and record how it ended.

        Raises:
            RequestNotSent, RequestRefused, OutcomeUnknown: Flowwise has not said that it has the refund.
        """
        if self._is_first or not self._found_by_a_look():
            self._post()

    def _found_by_a_look(self) -> bool:
        asked_at = timezone.now()
        try:
            snapshot = self._client.get_refund(self._refund.refund_id, deadline=self._deadline)
        except NotFound as error:
            is_in_doubt = self._origin == RefundState.UNCONFIRMED
            wait = quiet_seconds_left(self._doubted_since, self._account, asked_at) if is_in_doubt else 0
            if wait <= 0:
                return False
            self._leave_unconfirmed(
                f"Flowwise does not show it yet, but a request may still be under way; try again in {wait:.0f} s.",
                error,
                retry_after_seconds=wait,
            )
        except FlowwiseAPIError as error:
            if isinstance(error, RequestRefused) and not is_our_fault(error):
                self._cannot_tell(error)
            if self._origin != RefundState.UNCONFIRMED:
                self._return_claim()
                raise RequestNotSent(
                    f"{self._refund.refund_id} was not sent. {self._not_known(error)} Try again.",
                    operation="refund_payment",
                    **self._about,
                ) from error
            self._leave_unconfirmed(self._not_known(error), error)
        self._adopt(snapshot, asked_at)
        return True

    def _post(self) -> None:
        refund, asked_at = self._refund, timezone.now()
        request = RefundRequest(
            refund_id=refund.refund_id,
            refund_amount=amount_in(refund.refund_currency, refund.refund_amount),
            refund_type=refund.refund_type,
            refund_note=refund.refund_note or UNSET,
        )
        deadline = self._deadline.less(self._account.read_timeout_seconds)
        self._has_posted = True
        try:
            snapshot = self._client.refund_payment(refund.payment.payment_id, request, deadline=deadline)
        except RequestNotSent:
            self._return_claim()
            raise
        except RequestRefused as error:
            if not may_mean_that_it_exists(error) and (self._is_first or is_our_fault(error)):
                self._refused(error)
            self._look_after(error, None if may_mean_that_it_exists(error) else error)
        except OutcomeUnknown as error:
            self._look_after(error)
        else:
            self._adopt(snapshot, asked_at)

    def _look_after(self, doubt: FlowwiseAPIError, refused: RequestRefused | None = None) -> None:
        """Look once after a doubt; a refusal that nothing speaks against is then believed."""
        asked_at = timezone.now()
        try:
            snapshot = self._client.get_refund(self._refund.refund_id, deadline=self._deadline)
        except (NotFound, RequestNotSent, OutcomeUnknown) as error:
            if refused is not None and isinstance(error, NotFound):
                self._refused(refused)
            self._leave_unconfirmed(str(doubt), doubt)
        except RequestRefused as error:
            if not is_our_fault(error):
                self._cannot_tell(error)
            self._leave_unconfirmed(str(doubt), doubt)
        else:
            self._adopt(snapshot, asked_at)

    def _adopt(self, snapshot: RefundSnapshot, asked_at: datetime.datetime) -> None:
        if not record_answer(self._refund, snapshot, asked_at):
            self._leave_unconfirmed(f"Flowwise has a different refund under {self._refund.refund_id}.", None)

    def _not_known(self, error: FlowwiseAPIError) -> str:
        answered = f"HTTP {error.http_status}" if error.http_status else "no answer"
        return f"Whether Flowwise has {self._refund.refund_id} is not known: a look for it brought {answered}."

    def _cannot_tell(self, error: RequestRefused) -> None:
        seen = f"{error.http_status} {self._refund.refund_id}"
        require_attention(self._order, AttentionReason.CANNOT_TELL, evidence=seen)

    def _return_claim(self) -> None:
        moment = timezone.now()
        # Whoever asked may be gone by now: a look then calls for a person, or finds what had been lost.
        waits = {RefundState.UNCONFIRMED: SOONEST, RefundState.DRAFT: LATEST}
        due = moment + waits[self._origin] if self._origin in waits else None
        with refunds_held(self._order):
            self._refund.mark_unsent(
                origin=self._origin, maybe_sent_at=self._doubted_since, next_check_at=due, moment=moment
            )

    def _refused(self, error: RequestRefused) -> NoReturn:
        with refunds_held(self._order):
            self._refund.mark_refused(
                code=error_code_of(error),
                message=explanation_of(error, self._account.alias),
                moment=timezone.now(),
            )
        raise error

    def _leave_unconfirmed(
        self, message: str, cause: FlowwiseAPIError | None, *, retry_after_seconds: float | None = None
    ) -> NoReturn:
        moment = timezone.now()
        sent_at = moment if self._has_posted else self._doubted_since
        quiet = datetime.timedelta(seconds=self._account.quiet_seconds)
        with refunds_held(self._order):
            self._refund.mark_unconfirmed(
                code=error_code_of(cause),
                message=message,
                maybe_sent_at=sent_at,
                next_check_at=(sent_at or moment) + quiet,
                moment=moment,
            )
        if isinstance(cause, OutcomeUnknown):
            raise cause
        raise OutcomeUnknown(
            message,
            operation="refund_payment",
            **self._about,
            http_status=cause.http_status if cause else None,
            vendor_code=cause.vendor_code if cause else "",
            retry_after_seconds=retry_after_seconds,
        ) from cause

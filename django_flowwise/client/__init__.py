"""FlowwiseClient: one method for each documented operation. The only package that imports requests.

Takes values and gives snapshots; knows no settings, models or transactions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

from django_flowwise import __version__
from django_flowwise.client.deadline import Call, Deadline
from django_flowwise.client.frames import FramesDropped
from django_flowwise.client.obstacles import Obstacle, obstacle_of
from django_flowwise.client.outcomes import TRANSPORT_ERRORS, refusal, transport_error, unreadable
from django_flowwise.client.probe import ProbeAnswer, probe
from django_flowwise.client.session import LARGEST_ANSWER, session_of
from django_flowwise.conf import Account
from django_flowwise.exceptions import FlowwiseAPIError
from django_flowwise.wire import (
    CreateOrderRequest,
    OrderSnapshot,
    PaymentSnapshot,
    UnreadableAnswer,
    encode,
    read_order,
    read_payments,
)

__all__ = ["Deadline", "FlowwiseClient", "Obstacle", "ProbeAnswer", "obstacle_of", "probe"]

_HEADERS = {
    "User-Agent": f"django-flowwise/{__version__}",
    "Accept": "application/json",
    "Accept-Encoding": "identity",
}
_JSON_HEADERS = {**_HEADERS, "Content-Type": "application/json"}
_Answer = TypeVar("_Answer")


class FlowwiseClient:
    """Speak to Flowwise for one account. Cheap to make; connections are pooled for each process and account.

    Every method makes one request, follows no redirect, and raises:

        RequestNotSent: nothing left this machine.
        RequestRefused: Flowwise said no (AuthenticationRefused, NotFound).
        OutcomeUnknown: no answer that can be read came in time (TooManyRequests).
    """

    def __init__(self, account: Account) -> None:
        self._account = account

    def create_order(self, request: CreateOrderRequest, *, deadline: Deadline | None = None) -> OrderSnapshot:
        """Register an order. Not safe to repeat before a look, unless it raised RequestNotSent.

        Source: Create Order, POST /orders (read 2026-11-24).
        """
        return _or_raise(
            self._exchange(
                "create_order",
                request.order_id,
                "/orders",
                lambda body: read_order(body, request.order_id),
                request=request,
                deadline=deadline,
            )
        )

    def get_order(self, order_id: str, *, deadline: Deadline | None = None) -> OrderSnapshot:
        """Ask what Flowwise knows about an order. Safe to repeat.

        Source: Get Order, GET /orders/{order_id} (read 2026-11-24).
        """
        return _or_raise(
            self._exchange(
                "get_order",
                order_id,
                f"/orders/{quote(order_id, safe='')}",
                lambda body: read_order(body, order_id),
                deadline=deadline,
            )
        )

    def list_payments(self, order_id: str, *, deadline: Deadline | None = None) -> tuple[PaymentSnapshot, ...]:
        """Ask for every payment of an order, in no promised sequence. Safe to repeat.

        Source: Get All Payments for Order, GET /orders/{orderId}/payments (read 2026-11-24).
        """
        return _or_raise(
            self._exchange(
                "list_payments",
                order_id,
                f"/orders/{quote(order_id, safe='')}/payments",
                lambda body: read_payments(body, order_id),
                deadline=deadline,
            )
        )

    def _exchange(
        self,
        operation: str,
        order_id: str,
        path: str,
        read: Callable[[bytes], _Answer],
        *,
        request: CreateOrderRequest | None = None,
        deadline: Deadline | None = None,
    ) -> _Answer | FlowwiseAPIError:
        account = self._account
        call = Call(deadline or Deadline(account.deadline_seconds))
        try:
            with FramesDropped():
                response, answer = session_of(account).send(
                    "GET" if request is None else "POST",
                    account.base_url + path,
                    _HEADERS if request is None else _JSON_HEADERS,
                    None if request is None else encode(request),
                    call,
                )
        except TRANSPORT_ERRORS as error:
            return transport_error(error, call, operation=operation, order_id=order_id)
        if not 200 <= response.status_code < 300:
            return refusal(
                response,
                answer,
                operation=operation,
                order_id=order_id,
                private=request.private_texts() if request else (),
                secrets=(account.client_secret, account.client_id),
            )
        try:
            with FramesDropped():
                return read(_whole(answer))
        except UnreadableAnswer as error:
            return unreadable(error, operation=operation, order_id=order_id, http_status=response.status_code)


def _or_raise(outcome: _Answer | FlowwiseAPIError) -> _Answer:
    # Raised where no variable holds a secret, a header or a customer's data: error reports print variables.
    if isinstance(outcome, FlowwiseAPIError):
        raise outcome
    return outcome


def _whole(answer: bytes) -> bytes:
    if len(answer) > LARGEST_ANSWER:
        raise UnreadableAnswer("the answer is longer than any order")
    return answer

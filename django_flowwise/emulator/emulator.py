"""The emulator as one object: start it, point an account at it, look at what it holds, stop it.

The public face of the package; shops get it from `django_flowwise.emulator` or as the fixture `flowwise_emulator`.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

from django_flowwise.emulator.application import Application
from django_flowwise.emulator.behaviour import Behaviour
from django_flowwise.emulator.failures import Failure
from django_flowwise.emulator.ledger import Ledger, ReceivedRequest
from django_flowwise.emulator.payment_controls import PaymentControls
from django_flowwise.emulator.server import EVERYWHERE, LOOPBACK, Server
from django_flowwise.emulator.urls import OPERATIONS_PREFIX

POLL_SECONDS: Final = 0.02
"""How often the listening thread looks whether it has to stop."""

USUAL_BEHAVIOUR: Final = Behaviour()


def utc_now() -> datetime:
    """Return the time as an aware datetime, whatever the shop's USE_TZ says."""
    return datetime.now(UTC)


class Emulator(PaymentControls):
    """Flowwise as documented, on a port of this machine, with its state in memory.

    A context manager: inside, it answers; at its end, every connection is closed. Django must be configured.
    `host` is the address to listen on, such as 0.0.0.0 in a container; `public_url` the scheme, host and port at
    which shops and browsers reach it, where they do not reach it there.

    Attributes:
        host: the address that it listens on.
        behaviour: what it assumes where the public pages are silent; may be replaced at run time.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        host: str = LOOPBACK,
        public_url: str = "",
        client_id: str = "emulator",
        client_secret: str = "emulator-secret",  # noqa: S107 (a throwaway, of use to nobody)
        behaviour: Behaviour = USUAL_BEHAVIOUR,
        return_origin: str = "http://127.0.0.1:8000",
        clock: Callable[[], datetime] = utc_now,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._port = port
        self.host = host
        self._public_url = public_url
        self._tls = tls
        self._return_origin = return_origin
        self._ledger = Ledger(client_id=client_id, client_secret=client_secret, behaviour=behaviour, clock=clock)
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen, on the port asked for or on any free one; once started, do nothing.

        Started again, it has the port that it had, so that what a shop has stored of it still leads here.

        Raises:
            OSError: the port is taken or not allowed.
        """
        if self._server is None:
            switches = self._ledger.switches
            application = Application(self._ledger)
            address = (self.host, self._port)
            self._server = Server(address, application, pause=switches.pause, tls=self._tls)
            self._port = self._server.port
            self._ledger.origin = self.url
            self._thread = threading.Thread(
                target=self._server.serve_forever,
                kwargs={"poll_interval": POLL_SECONDS},
                name="flowwise-emulator",
                daemon=True,
            )
            self._thread.start()

    def stop(self) -> None:
        """Stop listening and close every connection; what it keeps stays; once stopped, do nothing."""
        if self._server is not None and self._thread is not None:
            self._ledger.switches.cut_pauses_short()
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = self._thread = None

    def reset(self) -> None:
        """Forget all that was kept and asked, mend every fault, and behave again as at the beginning."""
        self._ledger.start_over()

    @property
    def url(self) -> str:
        """Where people go: the list of orders.

        Raises:
            RuntimeError: the emulator has not been started.
        """
        if self._server is None:
            raise RuntimeError("The emulator has no address until it is started.")
        host = LOOPBACK if self.host == EVERYWHERE else self.host
        return self._public_url or f"{'https' if self._tls else 'http'}://{host}:{self._port}"

    @property
    def base_url(self) -> str:
        """Where the API is: what an account's BASE_URL says."""
        return f"{self.url}{OPERATIONS_PREFIX}"

    @property
    def account(self) -> dict[str, Any]:
        """The settings of one FLOWWISE alias that reach this emulator."""
        return {
            "CLIENT_ID": self._ledger.client_id,
            "CLIENT_SECRET": self._ledger.client_secret,
            "BASE_URL": self.base_url,
            "CHECKOUT_HOSTS": [urlsplit(self.url).hostname],
            "RETURN_ORIGIN": self._return_origin,
        }

    @property
    def behaviour(self) -> Behaviour:
        """What it assumes where the public pages are silent."""
        return self._ledger.behaviour

    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None:
        self._ledger.behaviour = behaviour

    @property
    def orders(self) -> Mapping[str, dict[str, Any]]:
        """A copy of the orders as they are now, by order_id, in the documented shape."""
        return {order_id: kept.answer for order_id, kept in self._ledger.all_orders().items()}

    @property
    def sent(self) -> Mapping[str, dict[str, Any]]:
        """A copy of the Create Order bodies, by order_id, with exact numbers."""
        return {order_id: kept.sent for order_id, kept in self._ledger.all_orders().items()}

    @property
    def refunds(self) -> Mapping[str, dict[str, Any]]:
        """A copy of the refunds, by refund_id, in the documented shape."""
        return self._ledger.all_refunds()

    @property
    def customers(self) -> Mapping[str, dict[str, Any]]:
        """A copy of the created customers, by customer_id, in the documented shape."""
        return self._ledger.all_customers()

    @property
    def requests(self) -> list[ReceivedRequest]:
        """A copy of the list of API requests received, oldest first, refused ones included.

        It has the last 10,000, or as many as have bodies of 64 MiB together.
        """
        return self._ledger.all_requests()

    @property
    def failures(self) -> list[Failure]:
        """A copy of the list of the emulator's own failures so far, oldest first; there should be none."""
        return self._ledger.all_failures()

    def expire(self, order_id: str) -> None:
        """Let the order expire now.

        Raises:
            KeyError: nobody created the order.
            OrderClosed: it is PAID.
        """
        self._ledger.expire(order_id)

    def settle_refund(self, refund_id: str, refund_status: str = "SUCCESS") -> dict[str, Any]:
        """End a PENDING refund as SUCCESS, FAILED, CANCELLED or USER_DROPPED, and return it.

        One that is SUCCESS may still become FAILED.

        Raises:
            KeyError: nobody created the refund.
            RefundClosed: it has ended already.
            ValueError: it cannot end in this word.
        """
        return self._ledger.settle_refund(refund_id, refund_status)

    def fail_next(self, fault: str, *, operation: str = "", seconds: float | None = None, calls: int = 1) -> None:
        """Let the next call, or the next few, go wrong, of one operation or of any.

        Faults are in `django_flowwise.emulator.FAULTS`, operations in `OPERATIONS` beside it; `seconds` is how
        long the fault's waits last.

        Raises:
            UnknownFault: there is no fault, or no operation, of that name.
            ValueError: `calls` is below 1, or `seconds` below 0 or more than a day.
        """
        self._ledger.switches.switch_on(fault, operation=operation, calls=calls, seconds=seconds)

    def fail_all(self, fault: str, *, operation: str = "", seconds: float | None = None) -> None:
        """Let every call go wrong, of one operation or of any, until it is mended.

        Raises:
            UnknownFault: there is no fault, or no operation, of that name.
            ValueError: `seconds` is below 0 or more than a day.
        """
        self._ledger.switches.switch_on(fault, operation=operation, calls=None, seconds=seconds)

    def mend(self) -> None:
        """Switch every fault off."""
        self._ledger.switches.switch_all_off()

    @property
    def faults(self) -> list[str]:
        """The names of the faults that are switched on, oldest first."""
        return [switch.fault.name for switch in self._ledger.switches.in_force()]

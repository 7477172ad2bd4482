"""Every fault that the local Flowwise can be told to have, against what asks it: the table that the docs print.

Given a fault, when we submit, refresh, reconcile, refund or capture, then this state is stored, this error is
raised, so many POSTs left, in time and in little memory; and once the fault is gone, reconcile brings the order to
where it belongs, and whoever asks again gets one refund, and one capture.
"""

from __future__ import annotations

import datetime
import ssl
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import time_machine
import trustme
from django.utils import timezone

from django_flowwise import services
from django_flowwise.client import session
from django_flowwise.emulator import FAULTS, Emulator
from django_flowwise.exceptions import (
    AuthenticationRefused,
    FlowwiseError,
    NotFound,
    OutcomeUnknown,
    RequestNotSent,
    RequestRefused,
    TooManyRequests,
)
from django_flowwise.models import Order, Payment, Refund
from tests.factories import make_order
from tests.services.conftest import verbs

pytestmark = pytest.mark.django_db

DEADLINE_SECONDS = 1.0
LONGEST_SECONDS = DEADLINE_SECONDS + 10
MOST_BYTES = 32 * 1024 * 1024
REPEATED = ("409", "400", "same", "second")


@pytest.fixture(autouse=True)
def impatient(flowwise_emulator: Any, settings: Any) -> Iterator[None]:
    """Wait less than any wait of a fault."""
    settings.FLOWWISE["default"] |= {
        "CONNECT_TIMEOUT_SECONDS": 0.6,
        "READ_TIMEOUT_SECONDS": 0.5,
        "DEADLINE_SECONDS": DEADLINE_SECONDS,
    }
    yield
    session.session_of.cache_clear()


@contextmanager
def bounded() -> Iterator[None]:
    tracemalloc.start()
    began = time.monotonic()
    try:
        yield
        assert time.monotonic() - began < LONGEST_SECONDS
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()


def run(operation: Callable[[], Any]) -> type[Exception] | None:
    """Do it within its bounds, and give the error's type."""
    with bounded():
        try:
            operation()
        except FlowwiseError as error:
            return type(error)
    return None


@dataclass(frozen=True)
class Row:
    """What one fault leads to."""

    submit: tuple[str, type[Exception] | None] = ("UNCONFIRMED", OutcomeUnknown)
    """State and error of submit_order, where every call goes wrong."""
    submit_then_look: tuple[str, type[Exception] | None] = ("ACTIVE", None)
    """The same where the POST alone goes wrong, and the look after it does not."""
    refresh: tuple[str, type[Exception] | None] = ("ACTIVE", OutcomeUnknown)
    """State and error of refresh_order for an ACTIVE order that has been paid meanwhile."""
    reconcile: str = "UNCONFIRMED"
    """Where reconcile leaves an order in doubt that Flowwise has."""
    reasons: tuple[str, ...] = ()
    """Why a person is called after submit_order."""


LOST = ("UNCONFIRMED", OutcomeUnknown)
_lost = Row(submit_then_look=LOST)
_unusable = Row(refresh=("PAID", None))
_odd_fields = Row(refresh=("ACTIVE", None))
_busy = Row(
    submit=("UNCONFIRMED", TooManyRequests),
    submit_then_look=("UNCONFIRMED", TooManyRequests),
    refresh=("ACTIVE", TooManyRequests),
)


def _no(error: type[Exception], **changes: Any) -> Row:
    return replace(
        Row(submit=("REFUSED", error), submit_then_look=("REFUSED", error), refresh=("ACTIVE", error)), **changes
    )


TABLE = {
    **dict.fromkeys(FAULTS, Row()),
    "kept_late": _lost,
    "reset_before_accept": _lost,
    "status_400": _no(RequestRefused),
    "status_401": _no(AuthenticationRefused),
    "status_403": _no(AuthenticationRefused),
    "status_404": _no(NotFound),
    "status_408": _lost,
    "status_409": Row(submit_then_look=LOST, refresh=("ACTIVE", RequestRefused), reasons=("cannot_tell",)),
    "status_429": _busy,
    "status_429_retry_after": _busy,
    "status_500_before_accept": _lost,
    "status_503": _lost,
    "status_503_retry_after": _lost,
    "wrong_types": _odd_fields,
    "nul_characters": _odd_fields,
    "missing_fields": _odd_fields,
    **dict.fromkeys((name for name in FAULTS if "checkout_url" in name), _unusable),
    "other_currency": Row(refresh=("ACTIVE", None), reasons=("belongs_to_another",)),
    "unknown_status": Row(submit=("ACTIVE", None), refresh=("ACTIVE", None), reconcile="ACTIVE"),
}


def converged(order: Order, flowwise_emulator: Any) -> str:
    """Mend the fault, let the quiet time pass, reconcile; give the state then."""
    flowwise_emulator.mend()
    posts = verbs(flowwise_emulator).count("POST")
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=10)):
        services.reconcile()
    assert verbs(flowwise_emulator).count("POST") == posts
    order.refresh_from_db()
    return order.state


@pytest.mark.parametrize("name", FAULTS)
def test_submit__every_call_goes_wrong(name: str, flowwise_emulator: Any) -> None:
    order, row = make_order(), TABLE[name]
    flowwise_emulator.fail_all(name)
    assert (run(lambda: services.submit_order(order)), order.state) == row.submit[::-1]
    assert verbs(flowwise_emulator).count("POST") == 1
    assert order.attention_reasons == list(row.reasons)
    assert Order.objects.get(pk=order.pk).state == order.state
    is_there = order.order_id in flowwise_emulator.orders
    expected = "ACTIVE" if is_there else "REFUSED" if order.state == "REFUSED" else "DRAFT"
    assert converged(order, flowwise_emulator) == expected


@pytest.mark.parametrize("name", FAULTS)
def test_submit__the_post_goes_wrong(name: str, flowwise_emulator: Any) -> None:
    order = make_order()
    flowwise_emulator.fail_next(name, operation="create_order")
    assert (run(lambda: services.submit_order(order)), order.state) == TABLE[name].submit_then_look[::-1]
    assert verbs(flowwise_emulator).count("POST") == 1


@pytest.mark.parametrize("name", FAULTS)
def test_refresh__every_call_goes_wrong(name: str, flowwise_emulator: Any) -> None:
    order = services.submit_order(make_order())
    flowwise_emulator.pay(order.order_id)
    flowwise_emulator.fail_all(name)
    assert (run(lambda: services.refresh_order(order)), order.state) == TABLE[name].refresh[::-1]
    assert verbs(flowwise_emulator).count("POST") == 1
    assert converged(order, flowwise_emulator) == "PAID"


@pytest.mark.parametrize("name", FAULTS)
def test_reconcile__every_call_goes_wrong(name: str, flowwise_emulator: Any) -> None:
    order = make_order()
    flowwise_emulator.fail_next("reset_after_accept", calls=2)
    assert run(lambda: services.submit_order(order)) is OutcomeUnknown
    flowwise_emulator.fail_all(name)
    reports: list[services.ReconcileReport] = []
    run(lambda: reports.append(services.reconcile()))
    # "Not there" is an answer, though it is not believed yet.
    is_silent = TABLE[name].refresh[1] is not None and name != "status_404"
    assert [bool(look.problem) for look in reports[0].looked_at] == [is_silent]
    order.refresh_from_db()
    assert order.state == TABLE[name].reconcile
    assert verbs(flowwise_emulator).count("POST") == 1
    assert converged(order, flowwise_emulator) == "ACTIVE"


def test_retry_after__is_carried(flowwise_emulator: Any) -> None:
    for name in ("status_429_retry_after", "status_503_retry_after"):
        flowwise_emulator.fail_all(name)
        with pytest.raises(OutcomeUnknown) as caught:
            services.submit_order(make_order())
        assert caught.value.retry_after_seconds == 7
        flowwise_emulator.mend()


@pytest.mark.parametrize("choice", REPEATED)
def test_repeated_order_id__ends_in_one_order(choice: str, flowwise_emulator: Any, break_call: Any) -> None:
    """A POST for an order that is there already, as after a claim that was believed lost."""
    order = services.submit_order(make_order())
    Order.objects.filter(pk=order.pk).update(state="DRAFT", attempts=0, checkout_url="", first_claimed_at=None)
    order.refresh_from_db()
    flowwise_emulator.behaviour = replace(flowwise_emulator.behaviour, repeated_order_id=choice)
    assert services.submit_order(order).state == "ACTIVE"
    assert len(flowwise_emulator.orders) == 1
    assert verbs(flowwise_emulator).count("POST") == 2


def test_kept_late__is_found_once_it_is_there(flowwise_emulator: Any) -> None:
    order = make_order()
    flowwise_emulator.fail_next("kept_late", seconds=3)
    assert run(lambda: services.submit_order(order)) is OutcomeUnknown
    services.reconcile()
    order.refresh_from_db()
    assert order.state == "UNCONFIRMED"
    until = time.monotonic() + 30
    while not flowwise_emulator.orders:
        assert time.monotonic() < until
        time.sleep(0.01)
    services.reconcile()
    order.refresh_from_db()
    assert (order.state, verbs(flowwise_emulator).count("POST")) == ("ACTIVE", 1)


def test_broken_tls__over_real_tls_is_no_proof_that_nothing_was_sent(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    session.session_of.cache_clear()
    with Emulator(tls=context) as emulator:
        settings.FLOWWISE = {"default": emulator.account}
        assert services.submit_order(make_order()).state == "ACTIVE"
        order = make_order()
        emulator.fail_all("broken_tls")
        with pytest.raises(OutcomeUnknown):
            services.submit_order(order)
        assert [bool(look.problem) for look in services.reconcile().looked_at] == [True]
        emulator.mend()
        services.reconcile()
        order.refresh_from_db()
        assert (order.state, verbs(emulator).count("POST")) == ("ACTIVE", 2)


def test_certificate__that_is_refused_proves_that_nothing_was_sent(settings: Any) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with Emulator(tls=context) as emulator:
        settings.FLOWWISE = {"default": emulator.account}
        order = make_order()
        with pytest.raises(RequestNotSent):
            services.submit_order(order)
        assert (order.state, emulator.requests) == ("DRAFT", [])


@dataclass(frozen=True)
class MoneyRow:
    """What one fault leads to where money goes back, or is taken."""

    refund: tuple[str, type[Exception] | None] = ("UNCONFIRMED", OutcomeUnknown)
    """State and error of refund_payment, where every call goes wrong."""
    refund_then_look: tuple[str, type[Exception] | None] = ("ACCEPTED", None)
    """The same where the POST alone goes wrong, and the look after it does not."""
    look: tuple[str, type[Exception] | None] = ("UNCONFIRMED", OutcomeUnknown)
    """State and error of refresh_order for a refund in doubt, where the look at the refund goes wrong."""
    capture: tuple[str, type[Exception] | None] = ("AUTHORISED CAPTURE", OutcomeUnknown)
    """What is stored of a capture, and the error, where every call goes wrong."""
    capture_then_look: tuple[str, type[Exception] | None] = ("SUCCESS", None)
    """The same where the POST alone goes wrong."""
    read_back: tuple[str, type[Exception] | None] = ("AUTHORISED CAPTURE", OutcomeUnknown)
    """The same where the POST's answer is lost, and the look at the payment goes wrong."""


def _never_arrived(error: type[Exception] = OutcomeUnknown) -> MoneyRow:
    lost, held = ("UNCONFIRMED", error), ("AUTHORISED CAPTURE", error)
    return MoneyRow(refund=lost, refund_then_look=lost, look=lost, capture=held, capture_then_look=held)


def _refused(error: type[Exception], **changes: Any) -> MoneyRow:
    no, held = ("REFUSED", error), ("AUTHORISED", error)
    row = MoneyRow(
        refund=no, refund_then_look=no, look=("UNCONFIRMED", error), capture=held, capture_then_look=held
    )
    return replace(row, **changes)


_taken = ("SUCCESS", None)
_wordless = ("PENDING", None)
_harmless = MoneyRow(refund=("ACCEPTED", None), look=("ACCEPTED", None), capture=_taken, read_back=_taken)
MONEY = {
    **dict.fromkeys(FAULTS, MoneyRow()),
    **dict.fromkeys(
        (
            "kept_late",
            "reset_before_accept",
            "status_408",
            "status_500_before_accept",
            "status_503",
            "status_503_retry_after",
        ),
        _never_arrived(),
    ),
    "status_400": _refused(RequestRefused),
    "status_401": _refused(AuthenticationRefused),
    "status_403": _refused(AuthenticationRefused),
    "status_404": _refused(NotFound, look=("DRAFT", None)),
    "status_409": _refused(RequestRefused, refund=LOST, refund_then_look=LOST),
    "status_429": _never_arrived(TooManyRequests),
    "status_429_retry_after": _never_arrived(TooManyRequests),
    **dict.fromkeys((name for name in FAULTS if "checkout_url" in name), _harmless),
    "other_order_id": replace(_harmless, refund=LOST, refund_then_look=LOST, look=("UNCONFIRMED", None)),
    "other_currency": _harmless,
    "unknown_status": replace(_harmless, refund=_wordless, refund_then_look=_wordless, look=_wordless),
    "missing_fields": MoneyRow(refund=_wordless, refund_then_look=_wordless, look=_wordless),
}


@pytest.fixture
def payment(flowwise_emulator: Any) -> Payment:
    order = services.submit_order(make_order())
    flowwise_emulator.pay(order.order_id)
    return services.refresh_order(order).payments.get()


@pytest.fixture
def held(flowwise_emulator: Any) -> Payment:
    order = services.submit_order(make_order())
    flowwise_emulator.authorise(order.order_id)
    return services.refresh_order(order).payments.get()


def refund(payment: Payment) -> Refund:
    return services.refund_payment(payment, 100, refund_id="refund_1")


def stored(payment: Payment) -> str:
    """Say what is stored of a capture: the payment's capture word, and what is in doubt."""
    payment = Payment.objects.get(pk=payment.pk)
    return f"{payment.capture_status} {payment.capture_action}".strip()


def reasons() -> list[str]:
    return Order.objects.get().attention_reasons


def reconciled(flowwise_emulator: Any) -> None:
    """Mend the fault, let the quiet time pass, reconcile; that posts nothing."""
    flowwise_emulator.mend()
    posts = verbs(flowwise_emulator).count("POST")
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=10)):
        services.reconcile()
    assert verbs(flowwise_emulator).count("POST") == posts


def ends_in_one_refund(payment: Payment, flowwise_emulator: Any) -> None:
    """Reconcile, and ask again under the same key."""
    reconciled(flowwise_emulator)
    known = Refund.objects.get()
    if flowwise_emulator.refunds:
        assert known.state == "ACCEPTED"
    else:
        assert known.state == "REFUSED" or (known.state == "DRAFT" and "refund_unsent" in reasons())
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=20)):
        assert refund(payment).state == "ACCEPTED"
    made = [
        refund.amount
        for kept in flowwise_emulator._ledger.all_orders().values()
        for paid in kept.payments
        for refund in paid.refunds
    ]
    assert made == [100]
    assert Order.objects.get().amount_refunded == 100


def ends_in_one_capture(payment: Payment, flowwise_emulator: Any) -> None:
    """Reconcile, and ask again."""
    was_in_doubt = stored(payment) == "AUTHORISED CAPTURE"
    reconciled(flowwise_emulator)
    [[there]] = flowwise_emulator.payments.values()
    assert stored(payment) == there["capture_status"]
    assert ("capture_in_doubt" in reasons()) is (was_in_doubt and there["capture_status"] == "AUTHORISED")
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=20)):
        assert services.capture_payment(Payment.objects.get()).is_successful
    [[there]] = flowwise_emulator.payments.values()
    assert there["capture_amount"] == there["payment_amount"]
    assert Order.objects.get().state == "PAID"


@pytest.mark.parametrize("operation", ["", "refund_payment"])
@pytest.mark.parametrize("name", FAULTS)
def test_refund__goes_wrong(name: str, operation: str, payment: Payment, flowwise_emulator: Any) -> None:
    if name != "kept_late":  # which would arrive after a time that is only made believe here
        flowwise_emulator.behaviour = replace(flowwise_emulator.behaviour, repeated_refund_id="second")
    flowwise_emulator.fail_all(name, operation=operation)
    posts = verbs(flowwise_emulator).count("POST")
    error = run(lambda: refund(payment))
    expected = MONEY[name].refund_then_look if operation else MONEY[name].refund
    assert (Refund.objects.get().state, error) == expected
    assert verbs(flowwise_emulator).count("POST") == posts + 1
    ends_in_one_refund(payment, flowwise_emulator)


@pytest.mark.parametrize("name", FAULTS)
def test_look_at_a_refund__goes_wrong(name: str, payment: Payment, flowwise_emulator: Any) -> None:
    flowwise_emulator.fail_next("reset_after_accept", calls=2)
    assert run(lambda: refund(payment)) is OutcomeUnknown
    Refund.objects.update(maybe_sent_at=timezone.now() - datetime.timedelta(hours=1))
    flowwise_emulator.fail_all(name, operation="get_refund")
    error = run(lambda: services.refresh_order(payment.order))
    assert (Refund.objects.get().state, error) == MONEY[name].look
    if name == "status_404":  # which a look that comes late enough believes
        assert reasons() == ["refund_unsent"]
        flowwise_emulator.mend()
        assert refund(payment).state == "ACCEPTED"
    ends_in_one_refund(payment, flowwise_emulator)


@pytest.mark.parametrize("operation", ["", "authorize_payment"])
@pytest.mark.parametrize("name", FAULTS)
def test_capture__goes_wrong(name: str, operation: str, held: Payment, flowwise_emulator: Any) -> None:
    flowwise_emulator.fail_all(name, operation=operation)
    posts = verbs(flowwise_emulator).count("POST")
    error = run(lambda: services.capture_payment(held))
    expected = MONEY[name].capture_then_look if operation else MONEY[name].capture
    assert (stored(held), error) == expected
    assert verbs(flowwise_emulator).count("POST") == posts + 1
    ends_in_one_capture(held, flowwise_emulator)


@pytest.mark.parametrize("name", FAULTS)
def test_look_at_a_capture__goes_wrong(name: str, held: Payment, flowwise_emulator: Any) -> None:
    flowwise_emulator.fail_next("reset_after_accept", operation="authorize_payment")
    flowwise_emulator.fail_all(name, operation="get_payment")
    error = run(lambda: services.capture_payment(held))
    assert (stored(held), error) == MONEY[name].read_back
    ends_in_one_capture(held, flowwise_emulator)

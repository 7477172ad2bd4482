"""The table of paths: what can happen to an order, and what is raised on the way. Another path is another line."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from django.core.exceptions import ValidationError

from django_flowwise import services
from django_flowwise.exceptions import (
    AuthenticationRefused,
    FlowwiseConfigurationError,
    MoveNotAllowed,
    NotFound,
    OrderBusy,
    OutcomeUnknown,
    ReferenceInUse,
    RequestNotSent,
    RequestRefused,
    TooManyRequests,
    TransactionOpen,
)
from django_flowwise.states import AttentionReason, OrderState
from tests.secrecy import steps
from tests.secrecy.marks import REFUND_NOTE, SECRET, content
from tests.secrecy.writings import WRITINGS

FAULTS = {
    **dict.fromkeys(
        (
            "broken_tls",
            "checkout_url_user_info",
            "missing_checkout_url",
            "not_json",
            "other_currency",
            "other_json_shape",
            "other_order_id",
            "redirect_302",
            "reset_after_accept",
            "reset_before_accept",
            "status_408",
            "status_500_after_accept",
            "status_502_html",
            "truncated_body",
            "wrong_types",
        ),
        OutcomeUnknown,
    ),
    "status_429_retry_after": TooManyRequests,
}


class Path:
    """One way, and the errors on it."""

    def __init__(self, walk: steps.Walk, *errors: type[Exception]) -> None:
        self.walk = walk
        self.errors = errors


PATHS = {
    "create": Path(lambda world: world.attempt(services.create_order, **content())),
    "create, again with other content": Path(
        lambda world: (
            steps.draft(),
            world.attempt(services.create_order, **content(customer_id="zzCust5d1c77b")),
        ),
        ReferenceInUse,
    ),
    "create, an e-mail address that is none": Path(
        lambda world: world.attempt(services.create_order, **content(customer_email="zzmail9e2f13 at home")),
        ValidationError,
    ),
    "create, a telephone number that is none": Path(
        lambda world: world.attempt(services.create_order, **content(customer_phone="9123987654 call me")),
        ValidationError,
    ),
    "create, an address that is too long": Path(
        lambda world: world.attempt(services.create_order, **content(customer_address="zzStreet6a0b" * 100)),
        ValidationError,
    ),
    "create, tags that are none": Path(
        lambda world: world.attempt(services.create_order, **content(order_tags={"zzTag1d9a": ["zzTag1d9a"]})),
        ValidationError,
    ),
    "create, half a character": Path(
        lambda world: world.attempt(services.create_order, **content(order_note="zzNote8f5e \ud800")),
        ValidationError,
    ),
    "create, broken settings": Path(steps.creating_with(CLIENT_IDD="x"), FlowwiseConfigurationError),
    "create, no such account": Path(
        lambda world: world.attempt(services.create_order, **content(account="zz")), ValidationError
    ),
    "place": Path(steps.placing),
    "place, asynchronous": Path(lambda world: world.attempt(async_to_sync(services.aplace_order), **content())),
    "place, asynchronous, refused": Path(
        steps.echoed(lambda world: world.attempt(async_to_sync(services.aplace_order), **content())),
        RequestRefused,
    ),
    "place, asynchronous, not valid": Path(
        lambda world: world.attempt(
            async_to_sync(services.aplace_order), **content(customer_email="zzmail9e2f13 at home")
        ),
        ValidationError,
    ),
    "place, within a transaction": Path(steps.within_a_transaction, TransactionOpen),
    "submit": Path(steps.submitting),
    "submit, asynchronous": Path(
        lambda world: world.attempt(async_to_sync(services.asubmit_order), steps.draft())
    ),
    **{
        f"submit, refused with an echo {name}": Path(steps.echoed(steps.submitting, writing), RequestRefused)
        for name, writing in WRITINGS.items()
    },
    "submit, refused with an echo as its code": Path(
        steps.echoed(steps.submitting, code="zzCust5d1c77"), RequestRefused
    ),
    "submit, refused with the secret as its code": Path(
        steps.echoed(steps.submitting, code=SECRET), RequestRefused
    ),
    "submit, credentials refused with an echo": Path(
        steps.echoed(steps.submitting, status=401), AuthenticationRefused
    ),
    "submit, not found with an echo": Path(steps.echoed(steps.submitting, status=404), NotFound),
    "submit, unavailable with an echo": Path(steps.echoed(steps.submitting, status=503), OutcomeUnknown),
    "submit, wrong credentials": Path(steps.submitting_with(CLIENT_SECRET=f"{SECRET}x"), AuthenticationRefused),
    "submit, not sent": Path(steps.unreachable, RequestNotSent),
    "submit, half a character": Path(steps.half_a_character, ValidationError),
    "submit, no address": Path(steps.submitting_with(BASE_URL=f"https://{SECRET}@x"), FlowwiseConfigurationError),
    "submit, a credential that is a number": Path(steps.submitting_with(CLIENT_ID=7), FlowwiseConfigurationError),
    "submit, a credential that cannot be had": Path(
        steps.submitting_with(CLIENT_ID=steps.lost_credential), LookupError
    ),
    "submit, a secret that no header takes": Path(
        steps.submitting_with(CLIENT_SECRET=f"{SECRET}\n{SECRET}"), FlowwiseConfigurationError
    ),
    "submit, settings that are none": Path(steps.submitting_with(CHECKOUT_HOSTS="*"), FlowwiseConfigurationError),
    "submit, from a callable": Path(steps.submitting_with(CLIENT_SECRET=lambda: SECRET)),
    "submit, a withdrawn order": Path(
        lambda world: world.attempt(services.submit_order, services.withdraw_order(steps.draft())), MoveNotAllowed
    ),
    "look": Path(lambda world: world.attempt(services.refresh_order, steps.active())),
    "look, asynchronous": Path(
        lambda world: world.attempt(async_to_sync(services.arefresh_order), steps.active())
    ),
    "look, not sent": Path(steps.stopped, RequestNotSent),
    "refresh to paid": Path(steps.paid),
    "reconcile": Path(lambda world: (steps.unconfirmed(world), world.attempt(services.reconcile)), OutcomeUnknown),
    "reconcile, dry": Path(
        lambda world: (steps.unconfirmed(world), world.attempt(services.reconcile, dry_run=True)), OutcomeUnknown
    ),
    "reconcile, refused": Path(
        lambda world: (
            steps.unconfirmed(world),
            world.emulator.fail_all("status_403"),
            world.attempt(services.reconcile),
        ),
        OutcomeUnknown,
    ),
    "reissue": Path(lambda world: world.attempt(services.reissue_order, steps.expired(world))),
    "reissue, not expired": Path(
        lambda world: world.attempt(services.reissue_order, steps.active()), MoveNotAllowed
    ),
    "supersede": Path(
        lambda world: (
            steps.active(),
            world.attempt(services.place_order, **content(order_amount=7, supersede=True)),
        )
    ),
    "supersede, busy": Path(
        lambda world: (
            steps.unconfirmed(world),
            world.attempt(services.place_order, **content(order_amount=7, supersede=True)),
        ),
        OutcomeUnknown,
        OrderBusy,
    ),
    "correct": Path(
        lambda world: world.attempt(services.correct_order, steps.refused(world), order_note="zzNote8f5e other"),
        RequestRefused,
    ),
    "correct, not valid": Path(
        lambda world: world.attempt(services.correct_order, steps.draft(), customer_email="zzmail9e2f13 at home"),
        ValidationError,
    ),
    "withdraw": Path(lambda world: world.attempt(services.withdraw_order, steps.active())),
    "withdraw, paid": Path(
        lambda world: world.attempt(services.withdraw_order, steps.paid(world)), MoveNotAllowed
    ),
    "settle": Path(
        lambda world: world.attempt(
            services.settle_attention, steps.unconfirmed(world), "seen", accept_as_paid=True
        ),
        OutcomeUnknown,
    ),
    "settle, without a note": Path(
        lambda world: world.attempt(services.settle_attention, steps.unconfirmed(world), ""),
        OutcomeUnknown,
        ValidationError,
    ),
    "refund": Path(steps.refunding()),
    "refund, asynchronous": Path(
        lambda world: world.attempt(
            async_to_sync(services.arefund_payment), steps.payment(world), None, REFUND_NOTE
        )
    ),
    **{
        f"refund, refused with an echo {name}": Path(steps.refund_echoed(writing), RequestRefused)
        for name, writing in WRITINGS.items()
        if name != "address first"
    },
    "refund, credentials refused with an echo": Path(steps.refund_echoed(status=401), AuthenticationRefused),
    "refund, unavailable with an echo": Path(steps.refund_echoed(status=503), OutcomeUnknown),
    "refund, a note that is too long": Path(steps.refunding(note=REFUND_NOTE * 20), ValidationError),
    "refund, half a character": Path(steps.refunding(note=f"{REFUND_NOTE} \ud800"), ValidationError),
    "refund, above what is left": Path(steps.refunding(5000), ValidationError),
    "refund, no amount": Path(steps.refunding("x"), ValidationError),
    "refund, again with another note": Path(steps.refunded_twice, ReferenceInUse),
    "refund, of money that is held": Path(
        steps.holding(services.refund_payment, None, REFUND_NOTE), MoveNotAllowed
    ),
    "refund, not sent": Path(steps.refunded_unreachable, RequestNotSent),
    "refund, within a transaction": Path(steps.refunded_within_a_transaction, TransactionOpen),
    "refund, of another order": Path(steps.refund_failing("other_order_id", calls=1), OutcomeUnknown),
    "refund, unknown": Path(steps.refund_failing("reset_after_accept"), OutcomeUnknown, OutcomeUnknown),
    "refund, never arrived": Path(
        steps.refund_failing("reset_before_accept", calls=2), OutcomeUnknown, OutcomeUnknown
    ),
    "refund, wrong types": Path(steps.refund_failing("wrong_types"), OutcomeUnknown, OutcomeUnknown),
    "capture": Path(steps.holding(services.capture_payment)),
    "capture, above what is held": Path(steps.holding(services.capture_payment, 5000), ValidationError),
    "capture, refused": Path(steps.holding(services.capture_payment, fault="status_400"), RequestRefused),
    "capture, unknown": Path(steps.holding(services.capture_payment, fault="reset_after_accept"), OutcomeUnknown),
    "void": Path(steps.holding(services.void_payment)),
    "void, unknown": Path(steps.holding(services.void_payment, fault="status_502_html"), OutcomeUnknown),
    "void, of money that is taken": Path(
        lambda world: world.attempt(services.void_payment, steps.payment(world)), MoveNotAllowed
    ),
    "checkout button": Path(lambda world: world.press(steps.draft())),
    "checkout button, refused": Path(steps.echoed(lambda world: world.press(steps.draft()))),
    "checkout button, unknown": Path(
        lambda world: (world.emulator.fail_all("reset_after_accept"), world.press(steps.draft()))
    ),
    "checkout button, new link": Path(lambda world: world.press(steps.expired(world))),
    "admin, save and create": Path(lambda world: world.fill_in()),
    "admin, save and create, refused": Path(steps.echoed(lambda world: world.fill_in())),
    "admin, save and create, unknown": Path(steps.admin_failing),
    "admin, save what is not valid": Path(lambda world: world.fill_in(order_amount="x")),
    "admin, create": Path(lambda world: world.act(steps.draft(), "create")),
    "admin, create, refused": Path(steps.echoed(lambda world: world.act(steps.draft(), "create"))),
    "admin, refresh": Path(lambda world: world.act(steps.active(), "refresh")),
    "admin, withdraw": Path(lambda world: world.act(steps.active(), "withdraw")),
    "admin, settle": Path(
        lambda world: world.act(steps.unconfirmed(world), "settle", note="seen"), OutcomeUnknown
    ),
    **{f"state {state}": Path(steps.in_state(state)) for state in OrderState.values},
    **{f"attention {reason}": Path(steps.needing(reason)) for reason in AttentionReason.values},
    **{f"fault {name}": Path(steps.failing(name), error) for name, error in FAULTS.items()},
}

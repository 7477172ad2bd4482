"""What other people's code may rely on can be imported, and the core without Django set up."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest
from django.db import models

from django_flowwise import exceptions, services, signals
from django_flowwise.models import Order, Payment, Refund

SERVICES = (
    "create_order submit_order place_order refresh_order reconcile correct_order reissue_order withdraw_order"
    " settle_attention aplace_order asubmit_order arefresh_order"
    " refund_payment refundable_amount capture_payment void_payment arefund_payment"
)
SIGNALS = "order_active order_refused order_expired order_paid order_reversed order_needs_attention refund_settled"
FIELDS = (
    "order_id order_amount order_currency customer_id customer_email customer_phone customer_address "
    "payment_methods expiry_time_in_minutes order_note order_tags return_base_url project_id order_status "
    "checkout_url order_hash order_expiry_time added_on key account base_url reference live_key "
    "superseded_by state attention error_code error_message attempts claim_expires_at maybe_sent_at "
    "amount_paid amount_refunded signal_due checked_at next_check_at created_at updated_at submitted_at "
    "paid_at "
)
PAYMENT_FIELDS = (
    "order account payment_id status payment_amount payment_currency payment_method capture_status capture_amount"
    " gateway_details payment_time checked_at capture_action"
)
REFUND_FIELDS = (
    "payment account refund_id refund_amount refund_currency refund_type refund_note refund_status gateway_details"
    " state error_code error_message attempts created_at settled_at next_check_at"
)


@pytest.mark.parametrize("name", SERVICES.split())
def test_services__are_there(name: str) -> None:
    assert inspect.iscoroutinefunction(getattr(services, name)) is name.startswith("a")


def test_signals__are_there() -> None:
    assert all(hasattr(signals, name) for name in SIGNALS.split())


@pytest.mark.parametrize(("model", "names"), [(Order, FIELDS), (Payment, PAYMENT_FIELDS), (Refund, REFUND_FIELDS)])
def test_models__have_their_fields(model: type[models.Model], names: str) -> None:
    fields = {field.name for field in model._meta.get_fields() if isinstance(field, models.Field)}
    assert set(names.split()) <= fields


def test_payments_and_refunds__are_found_from_above() -> None:
    related = [Order._meta.get_field("payments"), Payment._meta.get_field("refunds")]
    assert [field.related_model for field in related] == [Payment, Refund]


def test_order__has_its_permissions() -> None:
    permissions = {codename for codename, _name in Order._meta.permissions}
    assert permissions == {"submit_order", "settle_order", "refund_payment", "capture_payment"}


def test_errors__stand_where_they_should() -> None:
    assert issubclass(exceptions.AuthenticationRefused, exceptions.RequestRefused)
    assert issubclass(exceptions.TooManyRequests, exceptions.OutcomeUnknown)
    assert not issubclass(exceptions.FlowwiseConfigurationError, exceptions.FlowwiseError)
    assert not issubclass(exceptions.TransactionOpen, exceptions.FlowwiseError)


def test_core__can_be_imported_without_django_set_up() -> None:
    names = "exceptions states signals money addresses validators wire conf client emulator pytest_plugin"
    code = f"import importlib\nfor name in '{names}'.split(): importlib.import_module('django_flowwise.' + name)"
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)

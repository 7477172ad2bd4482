"""What a caller says about an order: made uniform, checked field by field, and compared with a live order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from django.core.exceptions import ValidationError

from django_flowwise.conf import Account, account_aliases, get_account
from django_flowwise.exceptions import AmountNotRepresentable
from django_flowwise.models import SENT_FIELDS, Order
from django_flowwise.money import amount_in, is_currency
from django_flowwise.validators import join_payment_methods

_CORE = ("order_amount", "order_currency", "customer_id", "customer_email", "customer_phone", "customer_address")


class OptionalContent(TypedDict, total=False):
    """What a caller may say about an order beside its amount, currency and customer's key. None says nothing."""

    customer_email: str
    customer_phone: str
    """Best with its country code."""
    customer_address: str
    """One line."""
    payment_methods: str | Iterable[str] | None
    """Codes joined by commas, or one by one; default: the account's PAYMENT_METHODS."""
    expiry_time_in_minutes: int | None
    """Default: the account's EXPIRY_MINUTES."""
    order_note: str | None
    order_tags: Mapping[str, str] | None
    return_base_url: str | None
    """Default: our return page under the account's RETURN_ORIGIN."""
    order_id: str | None
    """Default: one that nobody else has."""


def draft_of(account: str, reference: str, content: Mapping[str, Any]) -> Order:
    """Make an unsaved order; what the content leaves at None takes the account's default.

    Raises:
        ValidationError: by field.
        FlowwiseConfigurationError: the account's settings are wrong.
    """
    if account not in account_aliases():
        raise ValidationError(
            {"account": f"There is no account {account!r} in FLOWWISE; there is {', '.join(account_aliases())}."}
        )
    given = {name: value for name, value in content.items() if value is not None or name in _CORE}
    return validated(Order(account=account, reference=reference), {**_defaults(get_account(account)), **given})


def validated(order: Order, content: Mapping[str, Any]) -> Order:
    """Put the content into the order, and check all of it.

    Raises:
        ValidationError: by field; the instance is then not to be used.
    """
    errors: dict[str, Any] = {}
    for name, value in content.items():
        try:
            setattr(order, name, _uniform(name, value, content.get("order_currency", order.order_currency)))
        except ValidationError as error:
            errors[name] = error
    try:
        order.full_clean(exclude=set(errors), validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        errors = {**error.update_error_dict({}), **errors}
    if errors:
        raise ValidationError(errors)
    return order


def differing_content(live: Order, draft: Order, explicit: Iterable[str]) -> list[str]:
    """Name what the draft says otherwise than the live order: the core, and what the caller said explicitly."""
    names = dict.fromkeys((*_CORE, *explicit))
    return [name for name in names if getattr(live, name) != getattr(draft, name)]


def _defaults(account: Account) -> dict[str, Any]:
    return {
        "payment_methods": account.payment_methods,
        "expiry_time_in_minutes": account.expiry_minutes,
    }


def _uniform(name: str, value: object, currency: object) -> object:
    if name not in SENT_FIELDS:
        raise ValidationError("An order has no such field that could be set.", code="unknown_field")
    if name == "order_amount":
        if not isinstance(currency, str) or not is_currency(currency):
            return 1  # the currency's own error says what to do
        try:
            return amount_in(currency, value)
        except AmountNotRepresentable as error:
            raise ValidationError(str(error), code="invalid_amount") from error
    if name == "payment_methods":
        return _joined(value)
    if name == "expiry_time_in_minutes":
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise ValidationError("Pass a positive whole number of minutes.", code="invalid_expiry")
    elif name != "order_tags" and not isinstance(value, str):
        raise ValidationError("Pass text.", code="not_text")
    return value


def _joined(value: object) -> str:
    if not isinstance(value, (str, Iterable)):
        raise ValidationError("Pass codes such as upi, joined by commas or in a list.", code="invalid_method")
    return join_payment_methods(value)

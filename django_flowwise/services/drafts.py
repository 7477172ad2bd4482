"""What a caller says about an order: made uniform, checked field by field, and compared with a live order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from django_flowwise.conf import Account, account_aliases, get_account
from django_flowwise.exceptions import AmountNotRepresentable
from django_flowwise.models import SENT_FIELDS, Order
from django_flowwise.money import amount_in, is_currency
from django_flowwise.undisclosed import Undisclosed
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


def draft_of(account: str, reference: str, content: Undisclosed) -> Order:
    """Make an unsaved order; what the content leaves at None takes the account's default.

    Raises:
        ValidationError: by field.
        FlowwiseConfigurationError: the account's settings are wrong.
    """
    if account not in account_aliases():
        raise ValidationError(
            {
                "account": _("There is no account %(account)s in FLOWWISE; there is %(known)s.")
                % {"account": repr(account), "known": ", ".join(account_aliases())}
            }
        )
    if not isinstance(reference, str):
        raise ValidationError({"reference": _("Pass text.")})
    given = Undisclosed({name: value for name, value in content.items() if value is not None or name in _CORE})
    draft = Order(account=account, reference=_plain(reference))
    return validated(draft, Undisclosed(_defaults(get_account(account)) | given))


def validated(order: Order, content: Undisclosed) -> Order:
    """Put the content into the order, and check all of it.

    Raises:
        ValidationError: by field; the instance is then not to be used.
    """
    errors = _fill(order, content)
    try:
        order.full_clean(exclude=set(errors), validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        errors = {**error.update_error_dict({}), **errors}
    if errors:
        raise _without_values(ValidationError(errors))
    return order


def differing_content(live: Order, draft: Order, explicit: Iterable[str]) -> list[str]:
    """Name what the draft says otherwise than the live order: the core, and what the caller said explicitly."""
    names = dict.fromkeys((*_CORE, *explicit))
    return [name for name in names if _content(live, name) != _content(draft, name)]


def _fill(order: Order, content: Mapping[str, Any]) -> dict[str, Any]:
    """Put in what can be put in; give the errors of the rest."""
    errors: dict[str, Any] = {}
    for name, value in content.items():
        try:
            setattr(order, name, _uniform(name, value, content.get("order_currency", order.order_currency)))
        except ValidationError as error:
            errors[name] = error
    return errors


def _without_values(error: ValidationError) -> ValidationError:
    """Take out what was typed, which Django's validators put beside the text: errors are pickled and logged."""
    for leaf in (leaf for leaves in error.error_dict.values() for leaf in leaves):
        if leaf.params and "value" in leaf.params:
            leaf.params = {**leaf.params, "value": "…"}
            leaf.args = (leaf.message, leaf.code, leaf.params)
    return error


def _content(order: Order, name: str) -> object:
    value: object = getattr(order, name)
    # In which order the methods are named says nothing.
    return set(order.payment_methods.split(",")) if name == "payment_methods" else value


def _defaults(account: Account) -> dict[str, Any]:
    return {
        "payment_methods": account.payment_methods,
        "expiry_time_in_minutes": account.expiry_minutes,
    }


def _uniform(name: str, value: object, currency: object) -> object:
    if name not in SENT_FIELDS:
        raise ValidationError(_("An order has no such field that could be set."), code="unknown_field")
    if name == "order_amount":
        return _amount(value, currency)
    if name == "payment_methods":
        return _plain(_joined(value))
    if name == "order_tags":
        if not isinstance(value, Mapping):
            raise ValidationError(_('Pass a dictionary, such as {"source": "web"}.'), code="invalid_tags")
        return {_plain(key): _plain(text) for key, text in value.items()}
    if name == "expiry_time_in_minutes":
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise ValidationError(_("Pass a positive whole number of minutes."), code="invalid_expiry")
        return value
    if not isinstance(value, str):
        raise ValidationError(_("Pass text."), code="not_text")
    return _plain(value)


def _amount(value: object, currency: object) -> object:
    if not isinstance(currency, str) or not is_currency(currency):
        return 1  # the currency's own error says what to do
    try:
        return amount_in(currency, value)
    except AmountNotRepresentable as error:
        raise ValidationError(str(error), code="invalid_amount") from error


def _joined(value: object) -> str:
    if isinstance(value, Mapping) or not isinstance(value, (str, Iterable)):
        raise ValidationError(_("Pass codes such as upi, joined by commas or in a list."), code="invalid_method")
    return join_payment_methods(value)


def _plain(value: Any) -> Any:
    """Give text of a class of its own, as Django's SafeString, as text and nothing more: JSON takes no other."""
    return str.__str__(value) if isinstance(value, str) else value

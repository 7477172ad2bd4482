"""The family of errors: who is whose child, and that every one survives the way between two processes."""

from __future__ import annotations

import copy
import inspect
import pickle

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.transaction import TransactionManagementError

from django_flowwise import exceptions

FAMILY = [
    error
    for _, error in inspect.getmembers(exceptions, inspect.isclass)
    if error.__module__ == exceptions.__name__
]
API_FAMILY = [error for error in FAMILY if issubclass(error, exceptions.FlowwiseAPIError)]
PARENTS = {
    "FlowwiseError": Exception,
    "FlowwiseAPIError": exceptions.FlowwiseError,
    "RequestNotSent": exceptions.FlowwiseAPIError,
    "RequestRefused": exceptions.FlowwiseAPIError,
    "AuthenticationRefused": exceptions.RequestRefused,
    "NotFound": exceptions.RequestRefused,
    "OutcomeUnknown": exceptions.FlowwiseAPIError,
    "TooManyRequests": exceptions.OutcomeUnknown,
    "MoveNotAllowed": exceptions.FlowwiseError,
    "OrderBusy": exceptions.MoveNotAllowed,
    "ReferenceInUse": exceptions.FlowwiseError,
    "FlowwiseConfigurationError": ImproperlyConfigured,
    "TransactionOpen": TransactionManagementError,
    "AmountNotRepresentable": ValueError,
}
CALL = {
    "operation": "create_order",
    "order_id": "order_1",
    "payment_id": "pay_1",
    "refund_id": "refund_1",
    "http_status": 429,
    "vendor_code": "slow_down",
    "retry_after_seconds": 2.5,
}


def test_family__is_the_documented_one():
    assert {error.__name__: error.__bases__ for error in FAMILY} == {
        name: (parent,) for name, parent in PARENTS.items()
    }


@pytest.mark.parametrize("kind", [exceptions.FlowwiseConfigurationError, exceptions.TransactionOpen])
def test_family__broken_deployment_is_not_hidden_by_except_flowwise_error(kind):
    assert not issubclass(kind, exceptions.FlowwiseError)


@pytest.mark.parametrize("kind", FAMILY)
def test_every_error__says_what_is_known_or_stands_above(kind):
    assert kind.__doc__.startswith(("It is known", "It is not known", "Stand above", "Say how"))


@pytest.mark.parametrize("twin", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy])  # noqa: S301  # our own
@pytest.mark.parametrize("kind", FAMILY)
def test_every_error__pickles_with_its_attributes(kind, twin):
    if kind in API_FAMILY:
        error = kind("It ended so.", **CALL)
    elif kind is exceptions.ReferenceInUse:
        error = kind("It ended so.", reference="INV-1", fields=["order_amount", "customer_id"])
    else:
        error = kind("It ended so.")

    other = twin(error)

    assert type(other) is kind
    assert str(other) == "It ended so."
    assert vars(other) == vars(error)


@pytest.mark.parametrize("kind", API_FAMILY)
def test_api_error__carries_what_a_retry_needs(kind):
    assert vars(kind("It ended so.", **CALL)) == CALL


@pytest.mark.parametrize("kind", API_FAMILY)
def test_api_error__knows_nothing_unless_told(kind):
    assert vars(kind()) == {
        "operation": "",
        "order_id": "",
        "payment_id": "",
        "refund_id": "",
        "http_status": None,
        "vendor_code": "",
        "retry_after_seconds": None,
    }


def test_reference_in_use__keeps_the_differing_fields_in_sequence():
    error = exceptions.ReferenceInUse(reference="INV-1", fields=iter(["b", "a"]))

    assert (error.reference, error.fields) == ("INV-1", ("b", "a"))

"""One alias of the FLOWWISE setting as a typed, frozen value, read anew at each use.

The only module that reads django.conf.settings; everybody else takes values.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING
from typing import Any

from django.conf import settings

from django_flowwise.addresses import is_base_url, is_host_pattern, is_origin
from django_flowwise.exceptions import FlowwiseConfigurationError
from django_flowwise.undisclosed import Undisclosed

DEFAULT_ALIAS = "default"
SANDBOX_URL = "https://sandbox.flowwise.com/router"
"""Source: Create Order, https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/orders/create-an-order
(read 2026-11-24). Production is https://app.flowwise.com/router, on the same pages."""
REQUIRED = ("CLIENT_ID", "CLIENT_SECRET")
_LONGEST_SECONDS = 86_400
"""A day; beyond about 292 years sockets and dates fail, in the middle of a call."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Hold one merchant account: where it is, how to prove who we are, how long to wait."""

    alias: str
    """The key in FLOWWISE."""
    client_id: str = dataclasses.field(repr=False)
    """Sent as x-client-id; never shown."""
    client_secret: str = dataclasses.field(repr=False)
    """Sent as x-client-secret; never shown."""
    base_url: str = SANDBOX_URL
    """Address before /orders, without a slash at its end."""
    checkout_hosts: tuple[str, ...] = (".flowwise.com",)
    """Hosts that a customer may be sent to; a leading dot means its subdomains too."""
    connect_timeout_seconds: float = 3.05
    """Just above three seconds, after which TCP repeats its first packet."""
    read_timeout_seconds: float = 10
    """How long one wait for bytes may last."""
    deadline_seconds: float = 20
    """How long one whole call of a service may last, a second look included."""
    quiet_seconds: float = 30
    """How long after a POST in doubt "it is not there" is not yet believed."""
    return_origin: str = ""
    """Scheme and host of the shop, for return URLs made where there is no request."""
    payment_methods: str = ""
    """Default for new orders; empty leaves the choice to Flowwise."""
    expiry_minutes: int | None = None
    """Default for new orders; None leaves the choice to Flowwise."""


_FIELDS = {field.name.upper(): field.name for field in dataclasses.fields(Account) if field.name != "alias"}
_DEFAULTS = {field.name: field.default for field in dataclasses.fields(Account) if field.default is not MISSING}
_NUMBERS = ("CONNECT_TIMEOUT_SECONDS", "READ_TIMEOUT_SECONDS", "DEADLINE_SECONDS", "QUIET_SECONDS")
_TEXTS = ("BASE_URL", "RETURN_ORIGIN", "PAYMENT_METHODS")


def account_aliases() -> tuple[str, ...]:
    """Give the configured aliases.

    Raises:
        FlowwiseConfigurationError: FLOWWISE is not a dictionary of dictionaries.
    """
    return tuple(_configured())


def written_accounts() -> Mapping[str, Mapping[str, Any]]:
    """Give the accounts as they are written, unread; none where the project has no FLOWWISE."""
    return _configured() if hasattr(settings, "FLOWWISE") else {}


def get_account(alias: str = DEFAULT_ALIAS) -> Account:
    """Read one alias; callables are called for their credentials each time.

    Raises:
        FlowwiseConfigurationError: the text names each setting that is wrong, and the remedy.
    """
    configured = _configured()
    if alias not in configured:
        known = ", ".join(sorted(configured)) or "none"
        raise FlowwiseConfigurationError(
            f"FLOWWISE has no account {alias!r} (it has: {known}). Add it to FLOWWISE in your settings."
        )
    values, problems = _read(alias, configured[alias])
    if problems:
        raise FlowwiseConfigurationError(" ".join(problems))
    for key, is_usable, remedy in _ADDRESSES:
        if key.lower() in values and not is_usable(values[key.lower()]):
            # Before a claim, and for every order: no call could do anything with it.
            raise FlowwiseConfigurationError(f"FLOWWISE[{alias!r}][{key!r}] {remedy}")
    return Account(alias=alias, **values)


def inspect_account(alias: str, *, calls_callables: bool) -> tuple[dict[str, Any], list[str]]:
    """Read a configured alias as far as it can be read, for the system checks.

    Gives the values that are right, defaults included, by Account's field names, and a sentence for each problem.
    Credentials that are callables are absent unless they may be called.
    """
    given = _configured()[alias]
    uncalled = () if calls_callables else [key for key in REQUIRED if callable(given.get(key))]
    values, problems = _read(alias, given, uncalled=uncalled)
    defaults = {name: default for name, default in _DEFAULTS.items() if name.upper() not in given}
    return Undisclosed(defaults | values), problems


def is_debug() -> bool:
    """Tell whether the project runs with DEBUG."""
    return bool(settings.DEBUG)


def keeps_aware_times() -> bool:
    """Tell whether the project runs with USE_TZ."""
    return bool(settings.USE_TZ)


def atomic_request_databases() -> tuple[str, ...]:
    """Name the databases that have ATOMIC_REQUESTS on."""
    databases: Mapping[str, Any] = settings.DATABASES
    return tuple(alias for alias, given in databases.items() if given.get("ATOMIC_REQUESTS"))


def task_backends() -> Mapping[str, str]:
    """Give the dotted path of each backend in TASKS; empty where the project has no such setting of its own."""
    project: Any = settings
    tasks: Any = project.TASKS if project.is_overridden("TASKS") else None
    if not isinstance(tasks, Mapping):
        return {}
    return {
        str(alias): str(given.get("BACKEND", "")) for alias, given in tasks.items() if isinstance(given, Mapping)
    }


def has_urls() -> bool:
    """Tell whether the project serves pages at all, which a worker's settings need not do."""
    return bool(getattr(settings, "ROOT_URLCONF", None))


def _configured() -> Mapping[str, Mapping[str, Any]]:
    accounts = _accounts_in(getattr(settings, "FLOWWISE", None))
    if accounts is None:
        raise FlowwiseConfigurationError(
            'FLOWWISE must be a dictionary of accounts, such as {"default": {"CLIENT_ID": …, "CLIENT_SECRET": …}}.'
        )
    return accounts


def _accounts_in(setting: object) -> Undisclosed | None:
    if not isinstance(setting, Mapping) or not all(isinstance(given, Mapping) for given in setting.values()):
        return None
    return Undisclosed({alias: Undisclosed(given) for alias, given in setting.items()})


def _read(
    alias: str, given: Mapping[str, Any], *, uncalled: Collection[str] = ()
) -> tuple[dict[str, Any], list[str]]:
    values = Undisclosed()
    problems = []
    missing = [key for key in REQUIRED if given.get(key) is None or given[key] == ""]
    for key, value in given.items():
        if key not in _FIELDS:
            problems.append(_unknown_key(alias, key))
        elif key not in missing and key not in uncalled:
            try:
                values[_FIELDS[key]] = _READERS[key](f"FLOWWISE[{alias!r}][{key!r}]", value)
            except FlowwiseConfigurationError as error:
                problems.append(str(error))
    if missing:
        problems.append(
            f"FLOWWISE[{alias!r}] lacks {' and '.join(missing)}. Both are in the Flowwise Merchant Dashboard."
        )
    return values, problems


def _unknown_key(alias: str, key: object) -> str:
    nearest = difflib.get_close_matches(str(key).upper(), _FIELDS, n=1, cutoff=0)
    return f"FLOWWISE[{alias!r}] has an unknown key {key!r}. Did you mean {nearest[0]!r}?"


def _read_credential(name: str, value: Any) -> str:
    credential = value() if callable(value) else value
    if not isinstance(credential, str):
        raise FlowwiseConfigurationError(f"{name} must be text, or a callable that returns text.")
    # A secret file often ends with a newline, which would break the header.
    credential = credential.strip()
    if not credential:
        raise FlowwiseConfigurationError(f"{name} is empty. Take it from the Flowwise Merchant Dashboard.")
    if not (credential.isascii() and credential.isprintable()):
        raise FlowwiseConfigurationError(f"{name} must be printable ASCII; a character in it is not.")
    return credential


def _read_text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise FlowwiseConfigurationError(f"{name} must be text.")
    return value.strip().rstrip("/")


def _read_number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= _LONGEST_SECONDS:
        raise FlowwiseConfigurationError(
            f"{name} must be a number of seconds greater than zero, and at most {_LONGEST_SECONDS}."
        )
    return value


def _read_hosts(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple, set)) or not all(isinstance(host, str) for host in value):
        raise FlowwiseConfigurationError(f'{name} must be a list of hosts, such as [".flowwise.com"].')
    if "*" in value:
        raise FlowwiseConfigurationError(
            f'{name} may not hold "*": customers could be sent anywhere. Name the hosts.'
        )
    return tuple(value)


def _read_minutes(name: str, value: Any) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value <= 0):
        raise FlowwiseConfigurationError(f"{name} must be a positive whole number of minutes, or None.")
    return value


_ADDRESSES: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    ("BASE_URL", is_base_url, f"must be an absolute web address, such as {SANDBOX_URL}."),
    (
        "RETURN_ORIGIN",
        lambda origin: not origin or is_origin(origin),
        "must be a scheme and a host, such as https://shop.example.",
    ),
    (
        "CHECKOUT_HOSTS",
        lambda hosts: all(map(is_host_pattern, hosts)),
        'must hold hosts without scheme and port, such as "pay.example" or ".flowwise.com".',
    ),
)
_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(REQUIRED, _read_credential),
    **dict.fromkeys(_TEXTS, _read_text),
    **dict.fromkeys(_NUMBERS, _read_number),
    "CHECKOUT_HOSTS": _read_hosts,
    "EXPIRY_MINUTES": _read_minutes,
}

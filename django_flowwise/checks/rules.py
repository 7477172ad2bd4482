"""What can be wrong in the settings of one account: the table of the checks, and the questions that it asks.

Knows values alone and reads no setting. For the checks of this package only.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

from django.core import checks
from django.core.exceptions import ValidationError

from django_flowwise import conf
from django_flowwise.addresses import (
    WEB,
    is_base_url,
    is_host_pattern,
    is_loopback,
    is_origin,
    is_private_network,
    split_address,
)
from django_flowwise.validators import join_payment_methods, validate_payment_methods

_DASHBOARD = "Take both credentials from the Flowwise Merchant Dashboard."
_BASE_URLS = f'Use "https://app.flowwise.com/router" for production, or "{conf.SANDBOX_URL}".'
_PLACEHOLDER = re.compile(
    r"\W*|<.*>|\[.*\]|\{.*\}|x{3,}|change[-_ ]?(me|it)|your[-_ ].*|replace[-_ ].*|todo|placeholder|"
    r"(api|secret)[-_ ]?key|client[-_ ]?(id|secret)",
    re.IGNORECASE,
)


def _is_placeholder(credential: str) -> bool:
    return _PLACEHOLDER.fullmatch(credential) is not None


def _host_of(address: str) -> str:
    parts = split_address(address, schemes=WEB)
    return (parts.hostname or "") if parts else ""


def _is_plain_http(address: str) -> bool:
    parts = split_address(address, schemes=("http",))
    return parts is not None and not is_loopback(parts.hostname or "")


def _are_no_methods(codes: str) -> bool:
    try:
        if codes:
            validate_payment_methods(join_payment_methods(codes))
    except ValidationError:
        return True
    return False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Say when a setting of an account is wrong; not asked where one of its keys cannot be read at all."""

    id: str
    kind: type[checks.Error | checks.Warning]
    keys: tuple[str, ...]
    """The keys of the account that the question is about; the message names the first."""
    finds: Callable[..., bool]
    """Called with the values of these keys."""
    problem: str
    hint: str


RULES = (
    *(
        Rule(
            id="django_flowwise.E003",
            kind=checks.Error,
            keys=(key,),
            finds=_is_placeholder,
            problem="is a placeholder.",
            hint=_DASHBOARD,
        )
        for key in conf.REQUIRED
    ),
    Rule(
        id="django_flowwise.E004",
        kind=checks.Error,
        keys=("BASE_URL",),
        finds=lambda address: not is_base_url(address),
        problem="is not an absolute web address without user name, query and fragment.",
        hint=_BASE_URLS,
    ),
    Rule(
        id="django_flowwise.E005",
        kind=checks.Error,
        keys=("BASE_URL",),
        finds=lambda address: _is_plain_http(address) and not is_private_network(_host_of(address)),
        problem="is not https: the credentials would travel in the open.",
        hint=_BASE_URLS,
    ),
    Rule(
        id="django_flowwise.W006",
        kind=checks.Warning,
        keys=("BASE_URL",),
        finds=lambda address: _is_plain_http(address) and is_private_network(_host_of(address)),
        problem="is not https: everybody in this private network can read the credentials.",
        hint="Give your own Flowwise a certificate and use https, or silence this if the network is yours alone.",
    ),
    *(
        Rule(
            id="django_flowwise.E007",
            kind=checks.Error,
            keys=(key, "DEADLINE_SECONDS"),
            finds=lambda seconds, deadline_seconds: seconds > deadline_seconds,
            problem="is above DEADLINE_SECONDS, which bounds the whole call.",
            hint="Make it smaller than DEADLINE_SECONDS; the defaults are 3.05 to connect, 10 to read, 20 in all.",
        )
        for key in ("CONNECT_TIMEOUT_SECONDS", "READ_TIMEOUT_SECONDS")
    ),
    Rule(
        id="django_flowwise.E008",
        kind=checks.Error,
        keys=("CHECKOUT_HOSTS",),
        finds=lambda hosts: not hosts or not all(map(is_host_pattern, hosts)),
        problem="is empty, or holds what is not a host: no customer could be sent to the checkout.",
        hint='List host names without scheme and port: "pay.example", or ".flowwise.com" for its subdomains too.',
    ),
    Rule(
        id="django_flowwise.W009",
        kind=checks.Warning,
        keys=("RETURN_ORIGIN",),
        finds=lambda origin: not origin,
        problem="is not set: customers come back only where an order has a return_base_url of its own.",
        hint='Set it to the scheme and host of your shop, such as "https://shop.example".',
    ),
    Rule(
        id="django_flowwise.E010",
        kind=checks.Error,
        keys=("RETURN_ORIGIN",),
        finds=lambda origin: bool(origin) and not is_origin(origin),
        problem="is not a scheme and a host, and nothing more.",
        hint='Write it as "https://shop.example", without a path; the return page\'s path comes from your URLs.',
    ),
    Rule(
        id="django_flowwise.E011",
        kind=checks.Error,
        keys=("PAYMENT_METHODS",),
        finds=_are_no_methods,
        problem="is not a list of codes joined by commas.",
        hint='Write it as "cc,dc,upi", or leave it out to have Flowwise offer what it has.',
    ),
)
"""What is wrong in an account, wherever the project runs."""

DEPLOYMENT_RULES = (
    Rule(
        id="django_flowwise.E012",
        kind=checks.Error,
        keys=("BASE_URL",),
        finds=lambda address: is_loopback(_host_of(address)),
        problem="is this machine, as the emulator is, although DEBUG is off: nobody would really pay.",
        hint=_BASE_URLS,
    ),
    Rule(
        id="django_flowwise.W013",
        kind=checks.Warning,
        keys=("BASE_URL",),
        finds=lambda address: _host_of(address) == _host_of(conf.SANDBOX_URL),
        problem="is the sandbox, although DEBUG is off: nobody would really pay.",
        hint='Set it to "https://app.flowwise.com/router" in production.',
    ),
    Rule(
        id="django_flowwise.W014",
        kind=checks.Warning,
        keys=("RETURN_ORIGIN",),
        finds=_is_plain_http,
        problem="is not https, although DEBUG is off.",
        hint='Serve the shop over https and write "https://".',
    ),
)
"""What is wrong in an account that takes real money: asked by ``check --deploy`` where DEBUG is off."""

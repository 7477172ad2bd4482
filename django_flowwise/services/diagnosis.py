"""Are the settings, the network and the credentials of an account good, and is our return page where it should be?

Two GETs, about orders that do not exist; reads and writes no order. Gives values, which others word.
"""

from __future__ import annotations

import dataclasses
import enum
import uuid
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.urls import NoReverseMatch, reverse

from django_flowwise.addresses import WEB, split_address
from django_flowwise.client import FlowwiseClient, Obstacle, ProbeAnswer, obstacle_of, probe
from django_flowwise.conf import DEFAULT_ALIAS, Account, get_account
from django_flowwise.exceptions import (
    AuthenticationRefused,
    FlowwiseAPIError,
    FlowwiseConfigurationError,
    NotFound,
    RequestRefused,
    TooManyRequests,
)
from django_flowwise.models import new_order_id
from django_flowwise.services.page_marks import PAGE_MARK_HEADER, page_mark, page_question
from django_flowwise.services.transactions import refuse_open_transaction


class Severity(enum.Enum):
    """Say what a finding means."""

    GOOD = "good"
    UNKNOWN = "unknown"
    """It cannot be told from here."""
    WRONG = "wrong"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """Say one thing that was found, without any credential."""

    severity: Severity
    text: str
    remedy: str = ""
    """What to do; empty where there is nothing to do."""


@dataclasses.dataclass(frozen=True, slots=True)
class Diagnosis:
    """Say what was found about one account."""

    account: str
    findings: tuple[Finding, ...]

    @property
    def wrong(self) -> tuple[Finding, ...]:
        """What must be mended."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.WRONG)


def diagnose(account: str = DEFAULT_ALIAS) -> Diagnosis:
    """Look at everything that one account needs. Two GETs, within the account's deadline each; changes nothing.

    What is wrong is a finding and no error, settings that cannot be read included.

    Raises:
        TransactionOpen: nothing was asked.
    """
    refuse_open_transaction("diagnose")
    try:
        settings = get_account(account)
    except FlowwiseConfigurationError as error:
        return Diagnosis(account, (Finding(Severity.WRONG, str(error), "Correct FLOWWISE in your settings."),))
    return Diagnosis(
        account,
        (
            Finding(Severity.GOOD, f"The settings can be read: BASE_URL is {settings.base_url}."),
            *_gateway(settings),
            _return_page(settings),
            *_BEYOND_REACH,
        ),
    )


_BEYOND_REACH = (
    Finding(
        Severity.UNKNOWN,
        "Whether customers outside of this network reach RETURN_ORIGIN cannot be seen from here.",
        "Open the shop with a telephone that is not in your network.",
    ),
    Finding(
        Severity.UNKNOWN,
        "Flowwise documents no webhooks, and none are used: nothing will tell the shop of a payment by itself.",
        "Let flowwise_reconcile run every minute.",
    ),
)


def _gateway(account: Account) -> tuple[Finding, ...]:
    try:
        FlowwiseClient(account).get_order(new_order_id())
    except NotFound:
        return (
            Finding(
                Severity.GOOD,
                'Flowwise answered "not there" about an order that nobody made, as it should: network and address'
                " answer, and the credentials were not refused.",
            ),
            Finding(
                Severity.UNKNOWN,
                "Whether the credentials are right: Flowwise does not document whether it checks them before it"
                " looks. A wrong path in BASE_URL is answered in the same way.",
                "Create one order, and look at it in the Flowwise Merchant Dashboard.",
            ),
        )
    except FlowwiseAPIError as error:
        return (_gateway_problem(error, urlsplit(account.base_url).netloc),)
    return (_NO_FLOWWISE,)


_NO_FLOWWISE = Finding(
    Severity.WRONG,
    "What answers at BASE_URL is no Flowwise: it says yes to an order that nobody made.",
    "Correct BASE_URL.",
)


def _gateway_problem(error: FlowwiseAPIError, host: str) -> Finding:
    status = error.http_status
    if status is None:
        return _obstructed(obstacle_of(error), "BASE_URL", host)
    if isinstance(error, AuthenticationRefused):
        text = f"Flowwise does not accept CLIENT_ID and CLIENT_SECRET (HTTP {status})."
        remedy = (
            "Take both from the Flowwise Merchant Dashboard; those of the sandbox are not those of production."
        )
    elif isinstance(error, TooManyRequests):
        text = f"Flowwise asks for fewer requests (HTTP {status}), so nothing can be told."
        remedy = "Wait, then check again."
    elif isinstance(error, RequestRefused):
        text = f'Flowwise refused the question (HTTP {status}) instead of answering "not there".'
        remedy = "Check BASE_URL. If it is right, tell us: no order in doubt could be decided so."
    elif 200 <= status < 300:
        return _NO_FLOWWISE
    elif status < 400:
        text = f"BASE_URL redirects (HTTP {status}), which is never followed: the secret would travel."
        remedy = "Set BASE_URL to the address that the redirect leads to, if that is Flowwise's."
    else:
        text = f"Flowwise, or what stands before it, is out of order (HTTP {status})."
        remedy = "Check again in a while; if it stays, check BASE_URL and ask Flowwise."
    return Finding(Severity.WRONG, text, remedy)


def _return_page(account: Account) -> Finding:
    if not account.return_origin:
        return Finding(
            Severity.UNKNOWN,
            "RETURN_ORIGIN is not set: customers come back only where an order has a return_base_url of its own.",
            'Set it to the scheme and host of your shop, such as "https://shop.example".',
        )
    key = uuid.uuid4()
    try:
        url = account.return_origin + reverse("django_flowwise:return", args=[key])
    except (NoReverseMatch, ImproperlyConfigured):
        return Finding(
            Severity.WRONG,
            "The package's return page has no address.",
            'Add path("flowwise/", include("django_flowwise.urls")) to your root URLs.',
        )
    question = page_question(key)
    answer = probe(
        url,
        {PAGE_MARK_HEADER: question},
        connect_timeout_seconds=account.connect_timeout_seconds,
        read_timeout_seconds=account.read_timeout_seconds,
        deadline_seconds=account.deadline_seconds,
    )
    if isinstance(answer, Obstacle):
        return _obstructed(answer, "RETURN_ORIGIN", urlsplit(url).netloc)
    if answer.http_status == 404 and answer.headers.get(PAGE_MARK_HEADER) == page_mark(key, asked=question):
        return Finding(Severity.GOOD, f"Our return page answers under {account.return_origin}, from this machine.")
    return _return_problem(answer)


def _return_problem(answer: ProbeAnswer) -> Finding:
    status = answer.http_status
    if 300 <= status < 400:
        parts = split_address(answer.headers.get("Location", ""), schemes=WEB)
        target = f"{parts.scheme}://{parts.netloc}" if parts else "another page of the same host"
        return Finding(
            Severity.WRONG,
            f"Our return page redirects to {target} (HTTP {status}).",
            "Set RETURN_ORIGIN to where the page is, and let nothing before it ask for a login.",
        )
    text, remedy = _RETURN_PROBLEMS.get(status, _SOMETHING_ELSE)
    if status >= 500:
        text, remedy = _SHOP_BROKEN
    return Finding(Severity.WRONG, f"{text} (HTTP {status}).", remedy)


_SOMETHING_ELSE = (
    "Something else than our return page answers under RETURN_ORIGIN",
    "Let it be this shop, with this SECRET_KEY and django_flowwise.urls, and let its proxy pass our paths on.",
)
_SHOP_BROKEN = (
    "The shop under RETURN_ORIGIN is out of order",
    "Start it, or look into its log.",
)
_LOCKED = ("Our return page is locked", "Let customers see it without a password: its address alone is the key.")
_RETURN_PROBLEMS = {
    400: ("The shop refuses its own host name", "Add the host of RETURN_ORIGIN to ALLOWED_HOSTS."),
    401: _LOCKED,
    403: _LOCKED,
}


def _obstructed(obstacle: Obstacle, setting: str, host: str) -> Finding:
    text, remedy = _OBSTACLES[obstacle]
    return Finding(Severity.WRONG, f"{setting}: {text.format(host=host)}, seen from this machine.", remedy)


_OBSTACLES = {
    Obstacle.CERTIFICATE: (
        "the certificate of {host} is not accepted",
        "Renew it, name the host in it, or trust its issuer (REQUESTS_CA_BUNDLE).",
    ),
    Obstacle.PROXY: ("the proxy on the way to {host} does not let it through", "Check HTTPS_PROXY and NO_PROXY."),
    Obstacle.NAME: ("the name of {host} is not found", "Check its spelling, and this machine's DNS."),
    Obstacle.TLS: ("{host} does not speak TLS as it should", "Check scheme and port."),
    Obstacle.TIME: (
        "{host} does not answer in time",
        "Check firewalls; if it is merely slow, raise the timeouts.",
    ),
    Obstacle.CONNECTION: ("nobody listens at {host}", "Check scheme and port, and whether it has been started."),
    Obstacle.BROKEN: ("{host} broke the connection or spoke no HTTP", "Check scheme and port."),
}

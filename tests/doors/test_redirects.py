"""No trick with a checkout URL ever leads a browser anywhere: not answered by Flowwise, not stored in the row."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from django_flowwise import services
from django_flowwise.addresses import may_receive_customers
from django_flowwise.emulator import FAULTS, Fault
from django_flowwise.emulator.faults import alterations, switches
from django_flowwise.exceptions import OutcomeUnknown
from django_flowwise.models import Order, Payment
from tests.doors.conftest import TYPED, act_page, admin_page, leads_away, leads_to, order_in, page_of
from tests.factories import make_order

pytestmark = pytest.mark.django_db

HOSTS = [".flowwise.com", "pay.example", "127.0.0.1", "[::1]"]
TRICKS = [
    "https://evilflowwise.com/x",
    "https://flowwise.com.evil.example/x",
    "https://flowwise.com.evil.example:443/x",
    "https://payments.flowwise.com./x",
    "https://payments.flowwise.com../x",
    "https://xn--flowise-2za.com/x",
    "https://payments.flowwise。com/x",  # the full stop of another script is the trick
    "https://payments.flowwise．com/x",  # noqa: RUF001  # and this one
    "https://evil。example/.flowwise.com",
    "https://pаyments.flowwise.com/x",  # noqa: RUF001  # the Cyrillic letter is the trick
    "https://ﬂowwise.com/x",
    "https://payments.flowwise.com:99999/x",
    "https://payments.flowwise.com:evil.example/x",
    "https://payments.flowwise.com@evil.example/x",
    "https://payments.flowwise.com:x@evil.example/x",
    "https://evil.example:x@payments.flowwise.com/x",
    "https://[::ffff:203.0.113.9]/x",
    "https://[2001:db8::1]/x",
    "https://[::1]@evil.example/x",
    "http://2130706433/x",
    "http://0x7f000001/x",
    "http://0177.0.0.1/x",
    "http://127.1/x",
    "https://3405803785/x",
    "https://payments.flowwise.com%2eevil.example/x",
    "https://evil.example%2f.flowwise.com/x",
    "https://evil.example%23.flowwise.com/x",
    "https%3a%2f%2fpayments.flowwise.com/x",
    "javascript:alert(1)//payments.flowwise.com",
    "JaVaScRiPt://payments.flowwise.com/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "blob:https://payments.flowwise.com/x",
    "//payments.flowwise.com/x",
    "///evil.example/x",
    "////evil.example/x",
    "\\\\evil.example\\x",
    "/\\evil.example/x",
    "https:\\\\payments.flowwise.com\\x",
    "https:evil.example",
    "https:///evil.example/x",
    "https://evil.example\\.flowwise.com/x",
    "https://evil.example\t.flowwise.com/x",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\thttps://evil.example/x",
    " javascript:alert(1)",
    "https://payments.flowwise.com/\r\nLocation: https://evil.example/",
    "https://payments.flowwise.com/\nSet-Cookie: a=b",
    'https://payments.flowwise.com/" onclick="alert(1)',
    "https://payments.flowwise.com/<script>alert(1)</script>",
    "https://payments.flowwise.com/x;url=https://evil.example\u2028",
    "http://payments.flowwise.com/x",
    "HTTP://PAYMENTS.FLOWWISE.COM/x",
    "ftp://payments.flowwise.com/x",
    "https://sub.pay.example/x",
    "https://pay.example.evil.example/x",
    "https://?.flowwise.com/x",
    "https://#.flowwise.com/x",
    "https://*.flowwise.com/x",
    "https://.flowwise.com/x",
    "payments.flowwise.com/x",
    "/x",
    "?",
    "https://payments.flowwise.com/" + "x" * 2000,
]
ALLOWED = [
    "https://payments.flowwise.com/checkout/order_1",
    "https://flowwise.com",
    "HTTPS://Payments.FlowWise.COM/x",
    "https://payments.flowwise.com:8443/x?next=https://evil.example/#@evil.example",
    "https://xn--flowise-2za.flowwise.com/x",
    "https://payments.flowwise.com/%0d%0aLocation:%20https://evil.example",
    "https://pay.example/x",
    "http://127.0.0.1:8800/x",
    "http://[::1]:8800/x",
]


@pytest.fixture
def hosts(settings: Any) -> None:
    settings.FLOWWISE["default"]["CHECKOUT_HOSTS"] = HOSTS


def answering(address: str, monkeypatch: pytest.MonkeyPatch, emulator: Any) -> None:
    """Let every answer of Flowwise carry this checkout URL."""
    trick = Fault(name="trick", does="", meets="", alteration=alterations.checkout_url(lambda _: address))
    monkeypatch.setattr(switches, "FAULTS", MappingProxyType({**FAULTS, "trick": trick}))
    emulator.fail_all("trick")


@pytest.mark.parametrize("address", TRICKS, ids=ascii)
def test_trick__answered_by_flowwise_is_not_stored(
    address: str, client: Client, flowwise_emulator: Any, hosts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(address, monkeypatch, flowwise_emulator)
    order = make_order()
    with pytest.raises(OutcomeUnknown):
        services.submit_order(order)
    answers = [
        client.post(order.get_absolute_url()),
        *(client.get(page_of(name, order)) for name in ("checkout", "continue", "return")),
    ]
    assert [leads_away(answer) for answer in answers] == [[]] * 4
    assert Order.objects.filter(checkout_url="", state="UNCONFIRMED").count() == 1


@pytest.mark.parametrize("address", TRICKS, ids=ascii)
def test_trick__stored_in_the_row_leads_nobody_anywhere(
    address: str, client: Client, boss: Client, hosts: None
) -> None:
    order = order_in("ACTIVE", checkout_url=address)
    Payment.objects.create(order=order, payment_id="pay_1")
    answers = {
        "checkout": client.get(page_of("checkout", order)),
        "button": client.post(page_of("checkout", order)),
        "continue": client.get(page_of("continue", order)),
        "return": client.get(page_of("return", order)),
        "list": boss.get(admin_page("changelist")),
        "change": boss.get(admin_page("change", order.pk)),
        **{f"{name} asked": boss.get(act_page(name, order)) for name in ("refund", "capture", "void")},
        **{name: boss.post(act_page(name, order), TYPED[name]) for name in ("refund", "capture", "void")},
    }
    assert answers["checkout"].status_code == 409
    assert {name: leads_away(answer) for name, answer in answers.items()} == {name: [] for name in answers}


@pytest.mark.parametrize("address", ALLOWED)
def test_allowed__is_reached_by_every_way(address: str, client: Client, boss: Client, hosts: None) -> None:
    """What the tests above would see if a trick came through."""
    order = order_in("ACTIVE", checkout_url=address)
    for client_, page in (
        (client, page_of("checkout", order)),
        (client, page_of("continue", order)),
        (boss, admin_page("changelist")),
    ):
        response: HttpResponse = client_.get(page)
        assert set(leads_away(response)) == {address}, page
    assert list(leads_to(client.get(page_of("continue", order)))).count(address) == 2


@pytest.mark.parametrize(
    ("hosts", "address", "may"),
    [
        ([".flowwise.com"], "https://flowwise.com/", True),
        (["flowwise.com"], "https://payments.flowwise.com/", False),
        (["FLOWWISE.com"], "https://flowwise.com/", True),
        (["flowwise.com"], "https://flowwise.com:444/", True),
        (["*"], "https://flowwise.com/", False),
        ([".com"], "https://flowwise.com/", True),
        ([""], "https://flowwise.com/", False),
        (["."], "https://flowwise.com/", False),
        (["203.0.113.9"], "https://203.0.113.9/", True),
        (["203.0.113.9"], "https://3405803785/", False),
        (["203.0.113.9"], "https://0xcb007109/", False),
        (["203.0.113.9"], "https://0313.0.113.9/", False),
        (["203.0.113.9"], "http://203.0.113.9/", False),
        (["localhost"], "http://localhost/", True),
        (["localhost"], "http://localhost.evil.example/", False),
        ([".localhost"], "http://evil.localhost/", False),
        (["[::1]"], "http://[0:0:0:0:0:0:0:1]/", False),
        (["[2001:db8::1]"], "https://[2001:db8::1]/", True),
        (["[2001:db8::1]"], "https://[2001:DB8::1]:444/", True),
        (["[2001:db8::1]"], "https://[2001:db8::2]/", False),
        (["[::ffff:127.0.0.1]"], "http://[::ffff:127.0.0.1]/", True),
        (["[::ffff:8.8.8.8]"], "http://[::ffff:8.8.8.8]/", False),
    ],
)
def test_hosts__at_their_edges(hosts: list[str], address: str, may: bool) -> None:  # a table
    assert may_receive_customers(address, hosts=hosts) is may

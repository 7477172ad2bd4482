"""Addresses from outside: the tricks with which a customer could be sent elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_flowwise.addresses import (
    LONGEST_ADDRESS,
    is_loopback,
    is_private_network,
    may_receive_customers,
    split_address,
)

HOSTS = (".flowwise.com", "pay.example", "127.0.0.1", "[::1]", "localhost", "*")


@pytest.mark.parametrize(
    "address",
    [
        "https://payments.flowwise.com/checkout/order_summer_fashion_001",
        "https://flowwise.com",
        "https://a.b.flowwise.com/?q=1#part",
        "https://payments.flowwise.com:8443/x",
        "HTTPS://PAYMENTS.FLOWWISE.COM/x",
        "https://pay.example/",
        "https://127.0.0.1/x",
        "https://[::1]:8443/x",
        "http://127.0.0.1:8800/checkout/1",
        "http://localhost:8800/checkout/1",
        "http://[::1]:8800/checkout/1",
    ],
)
def test_may_receive_customers__allowed(address):
    assert may_receive_customers(address, hosts=HOSTS)


TRICKS = [
    "",
    "payments.flowwise.com",
    "//payments.flowwise.com/x",
    "/checkout/1",
    "http://payments.flowwise.com/x",
    "ftp://payments.flowwise.com/x",
    "javascript:alert(1)//payments.flowwise.com",
    "data:text/html,https://payments.flowwise.com",
    "https:payments.flowwise.com",
    "https:/payments.flowwise.com",
    "https:///payments.flowwise.com",
    "https://",
    "https://evil.example/",
    "https://evil.example/payments.flowwise.com",
    "https://evil.example?.flowwise.com",
    "https://evil.example#.flowwise.com",
    "https://evil.example#@payments.flowwise.com",
    "https://evil.example\\@payments.flowwise.com",
    "https://evil.example\\.flowwise.com",
    "https://payments.flowwise.com@evil.example/",
    "https://payments.flowwise.com:443@evil.example/",
    "https://user:password@payments.flowwise.com/",
    "https://@payments.flowwise.com/",
    "https://notflowwise.com/",
    "https://flowwise.com.evil.example/",
    "https://sub.pay.example/",
    "https://payments.flowwise.com./",
    "https://payments.flowwise.com%2eevil.example/",
    "https://evil.example%2f.flowwise.com/",
    "https://evil.example%00.flowwise.com/",
    "https://evil.example\x00.flowwise.com/",
    "https://evil.example\t.flowwise.com/",
    "https://payments.flowwise.com/\r\nSet-Cookie: a=b",
    "\nhttps://payments.flowwise.com/",
    " https://payments.flowwise.com/",
    "https://payments.flowwise.com/ ",
    "https://payments。flowwise。com/",
    "https://pаyments.flowwise.com/",  # noqa: RUF001  # the Cyrillic letter is the trick
    "https://evil.example/.flowwise.com",
    "https://payments.flowwise.com:0/",
    "https://payments.flowwise.com:65536/",
    "https://payments.flowwise.com:https/",
    "https://payments.flowwise.com:-1/",
    "https://.flowwise.com/",
    "https://-payments.flowwise.com/",
    "https://[payments.flowwise.com]/",
    "https://[v1.flowwise.com]/",
    "https://[::1].flowwise.com/",
    "https://payments.flowwise.com[::1]/",
    "https://[::1",
    "https://[fe80::1%25eth0]/",
    'https://payments.flowwise.com/"onmouseover="',
    "https://payments.flowwise.com/<script>",
    "http://127.0.0.2:8800/",
    "http://pay.example/",
    "http://2130706433/",
    "http://0x7f.1/",
    "https://payments.flowwise.com/" + "x" * LONGEST_ADDRESS,
]


@pytest.mark.parametrize("address", TRICKS, ids=ascii)
def test_may_receive_customers__tricks(address):
    assert not may_receive_customers(address, hosts=HOSTS)


@pytest.mark.parametrize("hosts", [(), ("*",), ["evil.example"]])
def test_may_receive_customers__nobody_is_let_in_by_a_star_or_an_empty_list(hosts):
    assert not may_receive_customers("https://payments.flowwise.com/x", hosts=hosts)


def test_may_receive_customers__plain_http_not_even_where_the_host_is_allowed():
    assert not may_receive_customers("http://payments.flowwise.com/x", hosts=["payments.flowwise.com"])


def test_may_receive_customers__loopback_only_where_it_is_among_the_hosts():
    assert not may_receive_customers("http://127.0.0.1:8800/x", hosts=[".flowwise.com"])


@given(st.text(max_size=60).map(lambda text: f"https://{text}"))
def test_may_receive_customers__whatever_is_let_in_is_under_an_allowed_host(address):
    host = address.removeprefix("https://").split("/")[0].split("?")[0].split("#")[0].split(":")[0]
    is_under_it = f".{host.lower()}".endswith(".flowwise.com")
    assert is_under_it or not may_receive_customers(address, hosts=[".flowwise.com"])


@given(st.text(alphabet="https:/@[]%.\\?#-_aA0\t\n ", max_size=30))
def test_split_address__never_raises_and_gives_a_host(address):
    parts = split_address(address, schemes=("http", "https"))

    assert parts is None or parts.hostname


@pytest.mark.parametrize("address", ["https://h.example", "https://h.example:/x", f"https://h/{'x' * 1990}"])
def test_split_address__well_formed(address):
    assert split_address(address, schemes=("https",)).geturl() == address


def test_split_address__only_the_given_schemes():
    assert split_address("http://h.example", schemes=("https",)) is None
    assert split_address("HTTP://h.example", schemes=("http",)).scheme == "http"


@pytest.mark.parametrize(
    ("host", "is_own"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("10.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104  # nothing is bound to it
        ("", False),
    ],
)
def test_is_loopback__the_machine_itself(host, is_own):
    assert is_loopback(host) is is_own


@pytest.mark.parametrize(
    ("host", "is_private"),
    [
        ("10.1.2.3", True),
        ("192.168.0.9", True),
        ("172.16.0.1", True),
        ("fd00::1", True),
        ("payments", True),
        ("flowwise.internal", True),
        ("flowwise.local", True),
        ("box.home.arpa", True),
        ("8.8.8.8", False),
        ("app.flowwise.com", False),
        ("internal.example", False),
        ("2606:4700::1111", False),
    ],
)
def test_is_private_network__by_address_or_name(host, is_private):
    assert is_private_network(host) is is_private

"""Web addresses that come from outside: which are well formed, and where a customer may be sent.

Strict on purpose: browsers repair what urllib reads differently, and the difference is an open redirect.
Imports nothing of the package.
"""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from django.http.request import validate_host

WEB = ("http", "https")
LONGEST_ADDRESS = 2000
"""Characters of an address that every common browser and our column take."""
_UNSAFE = re.compile(r"[^!-~]|[\\\"<>^`{|}]")
_HOST_AND_PORT = re.compile(r"([a-z0-9]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:]*:[0-9a-f:.]*\])(:[0-9]{0,5})?")
_PRIVATE_SUFFIXES = (".local", ".internal", ".lan", ".home.arpa")


@functools.lru_cache(maxsize=256)
def split_address(address: str, *, schemes: tuple[str, ...]) -> SplitResult | None:
    """Take an absolute address apart; None where it is not plain ASCII, has user-info, or no proper host."""
    if len(address) > LONGEST_ADDRESS or _UNSAFE.search(address):
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    is_proper = parts.scheme in schemes and port != 0 and _HOST_AND_PORT.fullmatch(parts.netloc.lower())
    return parts if is_proper else None


def is_base_url(address: str) -> bool:
    """Tell whether an API may be below it: http or https, without user name, query and fragment."""
    return split_address(address, schemes=WEB) is not None and not {"?", "#"}.intersection(address)


def is_origin(address: str) -> bool:
    """Tell whether it is a scheme and a host, and nothing more."""
    parts = split_address(address, schemes=WEB)
    return parts is not None and address.lower() == f"{parts.scheme}://{parts.netloc.lower()}"


def is_host_pattern(allowed: str) -> bool:
    """Tell whether it names a host without scheme and port, or with a leading dot the subdomains of one too."""
    name = allowed.removeprefix(".")
    parts = split_address(f"https://{name}", schemes=("https",))
    is_whole_name = parts is not None and parts.netloc == name and parts.port is None and not name.endswith(":")
    return is_whole_name and not (allowed.startswith(".") and "." not in name)


def is_loopback(host: str) -> bool:
    """Tell whether this host is the machine itself."""
    if host == "localhost":
        return True
    try:
        return _address(host).is_loopback
    except ValueError:
        return False


def is_private_network(host: str) -> bool:
    """Tell whether this host is, by its address or its name, within a network of one's own."""
    try:
        return _address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(_PRIVATE_SUFFIXES)


def may_receive_customers(address: str, *, hosts: Collection[str]) -> bool:
    """Tell whether a customer may be sent there: https, to one of the hosts.

    Hosts are read as in ALLOWED_HOSTS, save that "*" lets nobody in. A loopback host that is itself among them
    may use http.
    """
    parts = split_address(address, schemes=("https", "http"))
    if parts is None or not parts.hostname:
        return False
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if parts.scheme == "http":
        return is_loopback(parts.hostname) and host in hosts
    return validate_host(host, [allowed for allowed in hosts if allowed != "*"])


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    # Of an IPv4 address in IPv6's clothes, Python tells since 3.13 what it tells of the plain one.
    address = ipaddress.ip_address(host)
    return getattr(address, "ipv4_mapped", None) or address

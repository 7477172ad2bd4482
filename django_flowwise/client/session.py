"""One pooled session for each process and account, with nothing in it that requests would do unasked.

No .netrc, no cookies, no redirects, no retries; proxies and the CA bundle are read from the environment once.
Only the client uses this.
"""

from __future__ import annotations

import functools
import os
import zlib
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import DecodeError

from django_flowwise.addresses import is_loopback
from django_flowwise.client.deadline import POOL_CLASSES, Call, Deadline, current_call
from django_flowwise.conf import Account

CLIENT_ID_HEADER = "x-client-id"
CLIENT_SECRET_HEADER = "x-client-secret"  # noqa: S105  # the header's name, not its value
"""Source: Create Order, Authorizations (read 2026-11-24)."""
LARGEST_ANSWER = 1024 * 1024
"""Bytes after decompression; an order is below one kilobyte."""
_POOLED_CONNECTIONS = 32
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32


class _Credentials(requests.auth.AuthBase):
    """Put the two headers on a request. An auth object of its own also keeps requests away from .netrc."""

    def __init__(self, account: Account) -> None:
        self._headers = {CLIENT_ID_HEADER: account.client_id, CLIENT_SECRET_HEADER: account.client_secret}

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self._headers)
        return request


class DeadlineAdapter(HTTPAdapter):
    """Where every request of the client leaves, and no other request of the project."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make connections that end with their call."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOL_CLASSES

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Make such connections through a proxy."""
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = POOL_CLASSES
        return manager


class _PlainSession(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """See no redirect: to prepare the next request, requests would read the whole answer, however large."""
        return None


class Session:
    """Exchange one request for one answer, within a deadline. Safe to share between threads."""

    def __init__(
        self,
        url: str,
        *,
        connect_timeout_seconds: float,
        read_timeout_seconds: float,
        auth: requests.auth.AuthBase | None = None,
    ) -> None:
        """The proxy and the CA bundle are those that the environment names; this machine needs none."""
        self._longest_seconds = connect_timeout_seconds, read_timeout_seconds
        self._auth = auth
        self._session = _PlainSession()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.mount("https://", _adapter())
        self._session.mount("http://", _adapter())
        self._transport = self._session.merge_environment_settings(url, {}, True, None, None)
        if is_loopback(urlsplit(url).hostname or ""):
            self._transport["proxies"] = {}

    def send(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes | None,
        call: Call,
        *,
        most_bytes: int = LARGEST_ANSWER,
    ) -> tuple[requests.Response, bytes]:
        """Send it and read the answer, up to one byte more than the most; a redirect is an answer like any other.

        Raises:
            OSError, urllib3's HTTPError, http.client's HTTPException: no whole answer came.
            DeadlinePassedUnsent: time was up before the first byte.
        """
        request = requests.PreparedRequest()
        request.prepare(method=method, url=url, headers=headers, data=body, auth=self._auth)
        token = current_call.set(call)
        try:
            with self._session.send(
                request, allow_redirects=False, timeout=self._timeouts(call.deadline), **self._transport
            ) as response:
                return response, _read_body(response, most_bytes)
        finally:
            current_call.reset(token)

    def _timeouts(self, deadline: Deadline) -> tuple[float, float]:
        # urllib3 refuses zero; a deadline that has passed is noticed before the first byte.
        left = max(deadline.left_seconds, 0.001)
        connect_seconds, read_seconds = self._longest_seconds
        return min(connect_seconds, left), min(read_seconds, left)

    def close(self) -> None:
        """Close the connections that are kept."""
        self._session.close()


def _adapter() -> HTTPAdapter:
    return DeadlineAdapter(pool_maxsize=_POOLED_CONNECTIONS, max_retries=0)


def _read_body(response: requests.Response, most_bytes: int) -> bytes:
    """Read at most so much; what is longer comes back one byte too long."""
    # Not decoded by urllib3, whose older versions inflate a bomb before anyone can count.
    body: bytes = response.raw.read(most_bytes + 1, decode_content=False)
    if response.headers.get("Content-Encoding", "identity").lower() not in {"gzip", "deflate"}:
        return body
    try:
        return zlib.decompressobj(_GZIP_OR_ZLIB).decompress(body, most_bytes + 1)
    except zlib.error as error:
        raise DecodeError("the answer is not compressed as it says") from error


@functools.lru_cache(maxsize=64)
def session_of(account: Account) -> Session:
    """Give the session of an account, made at its first use in this process."""
    return Session(
        account.base_url,
        connect_timeout_seconds=account.connect_timeout_seconds,
        read_timeout_seconds=account.read_timeout_seconds,
        auth=_Credentials(account),
    )


# After a fork, parent and child would read each other's answers from the shared sockets.
os.register_at_fork(after_in_child=session_of.cache_clear)

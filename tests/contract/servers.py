"""A server that answers what a test wants it to, for a sandbox that nobody should trust."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from django_flowwise.conf import Account

SECRETS = ("TEST_acme_4711", "The-S3cret")


def account(base_url: str) -> Account:
    return Account(alias="sandbox", client_id=SECRETS[0], client_secret=SECRETS[1], base_url=base_url)


@contextmanager
def hostile_server(
    answer: Callable[[BaseHTTPRequestHandler, bytes], tuple[bytes, str]],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Serve what is answered, body and content type, and echo the secret in a header."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            asked = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            body, content_type = answer(self, asked)
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("X-RateLimit-Limit", self.headers.get("x-client-secret", ""))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = answer  # noqa: N815

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/router"
        finally:
            server.shutdown()
            thread.join()

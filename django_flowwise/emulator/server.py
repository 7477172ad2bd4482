"""The sockets: a threaded HTTP/1.1 server that keeps connections open and ends at once when told to.

Only the emulator imports it. Each answer leaves by `Connection._send`, step by step as the application says.
"""

from __future__ import annotations

import logging
import os
import re
import socket
import ssl
import struct
import sys
import threading
from collections.abc import Callable
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, Final

from django.http import HttpResponse

from django_flowwise.emulator.application import BODY, RAW_PATH, Application, Journey, straight
from django_flowwise.emulator.bodies import BodyCutShort, BodyRefused, read_body
from django_flowwise.emulator.failures import Failure
from django_flowwise.emulator.faults import End, Step, Unencrypted

logger = logging.getLogger(__name__)

LOOPBACK: Final = "127.0.0.1"
EVERYWHERE: Final = "0.0.0.0"  # noqa: S104  # only where it is asked for: in a container, nobody else can reach it
CLOSING_SECONDS: Final = 5.0
"""How long `server_close` waits for the threads of open connections."""
_AUTHORITY: Final = re.compile(r"\Ahttps?://[^/?]*", re.IGNORECASE)
"""What stands before the path where a client asks as it would ask a proxy (RFC 9112 section 3.2.2)."""
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class Server(ThreadingMixIn, TCPServer):
    """Gives each connection a daemon thread; knows every open connection."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        application: Application,
        *,
        pause: Callable[[float], bool],
        tls: ssl.SSLContext | None,
    ) -> None:
        self.application = application
        self.pause = pause
        self.tls = tls
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        super().__init__(address, Connection)

    @property
    def port(self) -> int:
        """The port in use, also when any free one was asked for."""
        return int(self.socket.getsockname()[1])

    def get_request(self) -> Any:
        """Accept a connection; the handshake of TLS is left to its own thread."""
        connection, address = super().get_request()
        if self.tls is not None:
            connection = self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def process_request(self, request: Any, client_address: Any) -> None:
        """Note the connection before its thread starts, so that closing cannot miss it."""
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection to its end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._changed:
                self._open.discard(request)
                self._changed.notify_all()

    def server_close(self) -> None:
        """Close the listening socket and every open connection, and wait for their threads."""
        super().server_close()
        with self._changed:
            for connection in self._open:
                _hang_up(connection)
            self._changed.wait_for(lambda: not self._open, timeout=CLOSING_SECONDS)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Have noted what broke outside of an answer; the connection ends."""
        self.application.note(Failure(asked=f"a request from {client_address}", error=sys.exception()))


class Connection(BaseHTTPRequestHandler):
    """Reads the requests of one connection and answers them in turn."""

    server: Server
    protocol_version = "HTTP/1.1"
    # An answer must not wait for the acknowledgement of the one before it.
    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Serve until either side closes; a client that goes away is no error."""
        try:
            super().handle()
        except (ConnectionError, ssl.SSLError) as err:
            logger.debug("emulator_connection_lost error=%s", type(err).__name__)

    def answer(self) -> None:
        """Read the rest of one request, have it answered, send the answer."""
        try:
            body = read_body(self.headers, self.rfile)
        except BodyRefused as err:
            self.send_error(err.status, explain=err.reason)
            return
        except BodyCutShort:
            self.close_connection = True
            return
        self._send(*self._answered(self._environ(body)))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815 (stdlib)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (http.server's name)
        """Log to the package's logger instead of standard error."""
        logger.debug("emulator_request line=%s", format % args)

    def handle_one_request(self) -> None:
        """Forget the headers of the request before, and serve this one."""
        self.headers = Message()
        super().handle_one_request()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what is no request that can be read, in the shape of the address that it asks for."""
        self.close_connection = True
        # The path of the request before this one may still be there.
        path = [*self.requestline.split(), "", ""][1]
        reason = explain or message or HTTPStatus(code).description
        accept = self.headers.get("accept", "")
        self._send(self.server.application.refuse(path, accept, status=code, reason=reason), straight)

    def _answered(self, environ: dict[str, Any]) -> tuple[HttpResponse, Journey]:
        try:
            return self.server.application(environ)
        finally:
            # Whatever it is, the other side hears that it is the emulator's; then it goes on to handle_error.
            error = sys.exception()
            if error is not None:
                self.close_connection = True
                self._send(self.server.application.own_up(environ, error), straight)

    def _environ(self, body: bytes) -> dict[str, Any]:
        path, _, query = _AUTHORITY.sub("", self.path).partition("?")
        return {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": path or "/",
            "QUERY_STRING": query,
            "SERVER_NAME": LOOPBACK,
            "SERVER_PORT": str(self.server.port),
            "SERVER_PROTOCOL": self.request_version,
            "CONTENT_TYPE": self.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "https" if self.server.tls else "http",
            "wsgi.input": BytesIO(body),
            RAW_PATH: path or "/",
            BODY: body,
            **_header_keys(self.headers),
        }

    def _send(self, response: HttpResponse, journey: Journey) -> None:
        response.headers.setdefault("Content-Length", str(len(response.content)))
        response.headers["Date"] = self.date_time_string()
        response.headers["Connection"] = "close" if self.close_connection else "keep-alive"
        self.log_request(response.status_code)
        head = f"HTTP/1.1 {response.status_code} {response.reason_phrase}\r\n".encode("latin-1")
        body = b"" if self.command == "HEAD" else response.content
        for step in journey(head + response.serialize_headers() + b"\r\n\r\n", body):
            if not self._take(step):
                self.close_connection = True
                return

    def _take(self, step: Step) -> bool:
        """Take one step of a delivery; False where it was the last."""
        if isinstance(step, bytes):
            self.connection.sendall(step)
        elif isinstance(step, Unencrypted):
            with socket.socket(fileno=os.dup(self.connection.fileno())) as beneath:
                beneath.sendall(step.content)
        elif isinstance(step, End):
            if step is End.RESET:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
                # Anything but a bare close would say goodbye first.
                os.close(self.connection.detach())
            return False
        else:
            return self.server.pause(step)
        return True


def _header_keys(headers: Message) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers.items():
        key = f"HTTP_{name.upper().replace('-', '_')}"
        # A name with an underscore could pass for another one with a hyphen.
        if "_" not in name and key not in {"HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"}:
            found[key] = f"{found[key]},{value}" if key in found else value
    return found


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError as err:
        # The other side, or the connection's own thread, was faster.
        logger.debug("emulator_already_closed error=%s", type(err).__name__)

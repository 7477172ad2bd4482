"""The sockets: a threaded HTTP/1.1 server on loopback that keeps connections open and ends at once when told to.

Only the emulator imports it. Each answer leaves by `Connection._send`, step by step as the application says.
"""

from __future__ import annotations

import logging
import os
import socket
import ssl
import struct
import sys
import threading
from collections.abc import Callable
from email.message import Message
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, Final

from django.http import HttpResponse

from django_flowwise.emulator.application import BODY, RAW_PATH, Journey
from django_flowwise.emulator.faults import End, Step, Unencrypted

logger = logging.getLogger(__name__)

HOST: Final = "127.0.0.1"
MAXIMUM_BODY_BYTES: Final = 1 << 20
CLOSING_SECONDS: Final = 5.0
"""How long `server_close` waits for the threads of open connections."""
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class Server(ThreadingMixIn, TCPServer):
    """Listens on loopback; gives each connection a daemon thread; knows every open connection."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        port: int,
        application: Callable[[dict[str, Any]], tuple[HttpResponse, Journey]],
        *,
        pause: Callable[[float], bool],
        tls: ssl.SSLContext | None,
    ) -> None:
        self.application = application
        self.pause = pause
        self.tls = tls
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        super().__init__((HOST, port), Connection)

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
        """Log what a view raised; the connection is closed without an answer."""
        logger.error("emulator_failed client=%s", client_address, exc_info=sys.exception())


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
        length = self._body_length()
        if length is None:
            return
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        self._send(*self.server.application(self._environ(body)))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815 (stdlib)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (http.server's name)
        """Log to the package's logger instead of standard error."""
        logger.debug("emulator_request line=%s", format % args)

    def _body_length(self) -> int | None:
        if self.headers.get("transfer-encoding"):
            self.send_error(411)
            return None
        written = self.headers.get("content-length", "0")
        if not (written.isascii() and written.isdigit()):
            self.send_error(400)
            return None
        # An absurd number of digits is refused by its length: int() itself would object to it.
        if len(written) > 12 or int(written) > MAXIMUM_BODY_BYTES:
            self.send_error(413)
            return None
        return int(written)

    def _environ(self, body: bytes) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        return {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": HOST,
            "SERVER_PORT": str(self.server.port),
            "SERVER_PROTOCOL": self.request_version,
            "CONTENT_TYPE": self.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "https" if self.server.tls else "http",
            "wsgi.input": BytesIO(body),
            RAW_PATH: path,
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

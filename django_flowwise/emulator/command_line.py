"""The options of a local Flowwise that is started from a command line, and the words it introduces itself with.

`manage.py flowwise_emulator` and `python -m django_flowwise.emulator` share it.
"""

from __future__ import annotations

import difflib
import json
import re
import socket
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django_flowwise.emulator.behaviour import Behaviour
from django_flowwise.emulator.behaviour.written import UnknownAssumption, assuming
from django_flowwise.emulator.emulator import Emulator
from django_flowwise.emulator.faults import FAULTS, OPERATIONS
from django_flowwise.emulator.server import LOOPBACK

DEFAULT_PORT: Final = 8800
MOST_PORT: Final = 65_535
PURPOSE: Final = (
    "Runs a local Flowwise with a checkout page to click through. No real money, no account, no network."
)
FAREWELL: Final = "The Flowwise emulator has stopped; its orders are forgotten."

_HOST_NAME: Final = r"[A-Za-z0-9][A-Za-z0-9._-]*"


class PortTaken(Exception):
    """Nothing can listen there; the text names the remedy."""


class WrongOptions(Exception):
    """The options have no sense, alone or together; the text says which and why."""


def add_options(parser: ArgumentParser) -> None:
    """Add the options to a parser."""
    _add_address(parser)
    _add_account(parser)
    _add_conduct(parser)


def start_emulator(options: Mapping[str, Any]) -> Emulator:
    """Start what the options describe; it is to be stopped by the caller.

    Raises:
        PortTaken: the port cannot be used.
        WrongOptions: the assumptions are none, or a fault could never strike.
    """
    _refuse_hidden_faults(options["fault"])
    try:
        behaviour = assuming(Behaviour(), dict(options["behaviour"]))
    except UnknownAssumption as err:
        raise WrongOptions(str(err)) from err
    emulator = Emulator(
        port=options["port"],
        host=options["host"],
        public_url=options["public_url"] or "",
        client_id=options["client_id"],
        client_secret=options["client_secret"],
        return_origin=options["return_origin"],
        behaviour=behaviour,
    )
    try:
        emulator.start()
    except socket.gaierror as err:
        raise PortTaken(f"{options['host']} is no address of this machine ({err.strerror}); see --host.") from err
    except OSError as err:
        raise _port_taken(options["host"], options["port"], str(err.strerror)) from err
    for name, operation in options["fault"]:
        emulator.fail_all(name, operation=operation)
    return emulator


def introduction(emulator: Emulator) -> str:
    """Say where it is, and what a shop's settings have to say."""
    # Text and lists of text are written alike in JSON and in Python.
    settings = "".join(f'        "{name}": {json.dumps(value)},\n' for name, value in emulator.account.items())
    lines = [
        f"The Flowwise emulator answers at {emulator.url}/ (orders and their checkout pages).",
        "No real money moves here. Put this into the settings of your shop:\n",
        f'FLOWWISE = {{\n    "default": {{\n{settings}    }},\n}}\n',
        f"Other languages: {emulator.url}/openapi.json describes the operations below {emulator.base_url}.",
    ]
    if not emulator.host.startswith(("127.", "localhost")):
        lines.append(f"Whoever reaches {emulator.host} can steer it: its pages and acts ask for no password.")
    if emulator.faults:
        lines.append(f"Switched on: {', '.join(emulator.faults)}.")
    return "\n".join([*lines, "It serves until Ctrl-C."])


def _add_address(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--port",
        type=_port,
        default=DEFAULT_PORT,
        help="The port to listen on; 0 takes any free one. Default: %(default)s.",
    )
    parser.add_argument(
        "--host",
        type=_host,
        default=LOOPBACK,
        help="The address to listen on; 0.0.0.0 in a container. Who reaches it, steers it. Default: %(default)s.",
    )
    parser.add_argument(
        "--public-url",
        type=_origin,
        help="Scheme, host and port under which browsers reach it, where they do not at --host and --port.",
    )


def _add_account(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--client-id", type=_credential, default="emulator", help="The id it accepts. Default: %(default)s."
    )
    parser.add_argument(
        "--client-secret",
        type=_credential,
        default="emulator-secret",
        help="The secret it accepts; it is printed, so never use a real one. Default: %(default)s.",
    )
    parser.add_argument(
        "--return-origin",
        type=_origin,
        default="http://127.0.0.1:8000",
        help="Scheme and host of your shop. Default: %(default)s.",
    )


def _add_conduct(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        type=_fault,
        metavar="NAME[:OPERATION]",
        help="Let every call go wrong so, or every call of one operation "
        f"({', '.join(OPERATIONS)}); may be given again for another operation. Names: {', '.join(FAULTS)}.",
    )
    parser.add_argument(
        "--behaviour",
        action="append",
        default=[],
        type=_assumption,
        metavar="NAME=VALUE",
        help="Assume this where the public pages are silent, such as repeated_order_id=same; may be given again.",
    )


def _port(written: str) -> int:
    if written.isascii() and written.isdigit() and len(written) <= 5 and int(written) <= MOST_PORT:
        return int(written)
    raise ArgumentTypeError(f"{written!r} is not a port: use 0 to {MOST_PORT}")


def _host(written: str) -> str:
    if re.fullmatch(_HOST_NAME, written):
        return written
    raise ArgumentTypeError(f"{written!r} is not a host: write 0.0.0.0, or an address or a name of this machine")


def _origin(written: str) -> str:
    if re.fullmatch(rf"https?://({_HOST_NAME}|\[[0-9A-Fa-f:.]+\])(:[0-9]{{1,5}})?", written):
        return written
    raise ArgumentTypeError(f"{written!r} is not a scheme and a host, such as http://127.0.0.1:8000")


def _credential(written: str) -> str:
    if re.fullmatch(r"[!-~]+", written):
        return written
    raise ArgumentTypeError(f"{written!r} cannot be sent in a header: write ASCII characters without blanks")


def _port_taken(host: str, port: int, reason: str) -> PortTaken:
    other = port + 1 if port < MOST_PORT else DEFAULT_PORT
    return PortTaken(
        f"Port {port} cannot be used at {host} ({reason}). Stop the program that listens there, or choose another "
        f"port: --port {other}, or --port 0 for any free one."
    )


def _refuse_hidden_faults(faults: Sequence[tuple[str, str]]) -> None:
    seen: dict[str, str] = {}
    for name, operation in faults:
        earlier = seen.get("") or seen.get(operation)
        if earlier:
            calls = f"a call of {operation}" if operation else "any call"
            raise WrongOptions(f"--fault {name} would never strike {calls}: {earlier} does, which comes first.")
        seen[operation] = name


def _fault(written: str) -> tuple[str, str]:
    name, _, operation = written.partition(":")
    if name not in FAULTS or operation not in {"", *OPERATIONS}:
        nearest = difflib.get_close_matches(name, FAULTS, n=1, cutoff=0)[0]
        raise ArgumentTypeError(f"{written!r} is no fault; did you mean {nearest!r}, or {nearest}:create_order?")
    return name, operation


def _assumption(written: str) -> tuple[str, str]:
    name, _, value = written.partition("=")
    return name, value

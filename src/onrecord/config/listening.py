# SPDX-License-Identifier: Apache-2.0
"""The socket readers connect to. The supervisor holds it: nobody is refused while a child is replaced."""

from __future__ import annotations

import errno
import socket

from onrecord.config.errors import StartError

BACKLOG = 1024


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; raise StartError when the address cannot be had."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror:
        raise StartError(
            f"ONRECORD_HOST is '{host}', which is no address of this machine. Use 127.0.0.1 or 0.0.0.0."
        ) from None
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Connections inherit it on Linux. Without it the body of an answer waits, on a connection that is used
    # again, until the reader's machine has acknowledged the head: 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise StartError(_reason(error, host, port)) from None
    listener.setblocking(False)
    return listener


def shown(host: str, port: int) -> str:
    """Return the address a person on this machine types."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{name}:{port}"


def _reason(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is used by another program. Choose another one with ONRECORD_PORT."
    if error.errno == errno.EACCES:
        return f"Port {port} may only be used by the system. Choose one above 1023 with ONRECORD_PORT."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"ONRECORD_HOST is '{host}', which is no address of this machine. Use 127.0.0.1 or 0.0.0.0."
    return f"Cannot listen on {host}, port {port}: {error.strerror}. See ONRECORD_HOST, ONRECORD_PORT."

"""Clients that take their time, on many sockets: what they hold must be little, and not for long."""

import json
import selectors
import socket
import time

from support.frames import (END_HEADERS, END_STREAM, HEADERS, connect, frame, grpc_head,
                            grpc_message, head, setting, split)
from support.rest import Rest

GIVE_UP_SECONDS = 30


def wait_until_closed(sockets, drip=None):
    """How many of them the server closed. `drip` bytes are sent on each now and then."""
    selector = selectors.DefaultSelector()
    for one in sockets:
        one.setblocking(False)
        selector.register(one, selectors.EVENT_READ)
    closed, deadline, next_drip = 0, time.monotonic() + GIVE_UP_SECONDS, time.monotonic()
    while closed < len(sockets) and time.monotonic() < deadline:
        for key, _ in selector.select(0.1):
            if is_closed(key.fileobj):
                closed += 1
                selector.unregister(key.fileobj)
        if drip and time.monotonic() >= next_drip:
            next_drip += 0.5
            for key in list(selector.get_map().values()):
                try:
                    key.fileobj.send(drip)
                except OSError:
                    pass
    return {"sockets": len(sockets), "closed": closed}


def is_closed(one):
    try:
        return not one.recv(65536)
    except BlockingIOError:
        return False
    except OSError:
        return True


def plain(address, first):
    host, port = address.rsplit(":", 1)
    connection = socket.create_connection((host, int(port)), timeout=30)
    connection.sendall(first)
    return connection


def slow_headers(http, _grpc, sockets=500):
    return wait_until_closed([plain(http, b"GET / HTTP/1.1\r\nHost: t\r\nX-Slow: ")
                              for _ in range(sockets)], drip=b"a")


def slow_first_bytes(_http, grpc, sockets=500):
    return wait_until_closed([plain(grpc, b"PRI * HT") for _ in range(sockets)])


def slow_bodies(http, _grpc, sockets=500):
    first = (b"POST /v3/events HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
             b"Content-Length: 100000\r\n\r\n[")
    return wait_until_closed([plain(http, first) for _ in range(sockets)], drip=b" ")


def slow_messages(_http, grpc, sockets=500):
    """Half a gRPC message on each, and no more of it."""
    opened = []
    for _ in range(sockets):
        connection = connect(grpc)
        part = grpc_message(b"x" * 4000)[:1000]
        connection.sendall(frame(HEADERS, END_HEADERS, 1, grpc_head()) + frame(0, 0, 1, part))
        opened.append(connection)
    return {"sockets": sockets, "ended": sum(stream_ends(one) for one in opened)}


def stream_ends(connection):
    """Whether the stream was answered; the connection may live on."""
    connection.settimeout(GIVE_UP_SECONDS)
    data = b""
    try:
        while b"grpc-status" not in data and not has_trailers(data):
            more = connection.recv(65536)
            if not more:
                return True
            data += more
    except OSError:
        return False
    return True


def has_trailers(data):
    return any(kind == HEADERS and flags & END_STREAM for kind, flags, _, _ in split(data))


def zero_windows(http, _grpc, sockets=10):
    """Asks for pages and takes not a byte of them."""
    opened = []
    for _ in range(sockets):
        connection = connect(http, setting(4, 0))
        for stream in range(1, 200, 2):
            connection.sendall(frame(HEADERS, END_HEADERS | END_STREAM, stream,
                                     head("GET", "/metrics")))
        opened.append(connection)
    time.sleep(4)  # not a wait for something: the time that the answers are held
    return {"sockets": sockets}


def unread_pages(http, _grpc, sockets=3):
    """The same with pages of 2 MiB: 600 MiB if all of them were kept."""
    report = {"name": "unread", "start": 1, "end": 2, "message": "m" * 10_000}
    told = Rest(http).call("POST", "/api/v1/events",
                           [{**report, "id": f"unread-{number}"} for number in range(200)])
    opened = []
    for _ in range(sockets):
        connection = connect(http, setting(4, 0))
        for stream in range(1, 200, 2):
            connection.sendall(frame(HEADERS, END_HEADERS | END_STREAM, stream,
                                     head("GET", "/api/v1/events?name=unread&from=0")))
        opened.append(connection)
    time.sleep(4)  # not a wait for something: the time that the answers are held
    return {"stored": told.status}


SLOW = {one.__name__: one for one in (slow_headers, slow_first_bytes, slow_bodies, slow_messages,
                                      zero_windows, unread_pages)}

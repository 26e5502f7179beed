"""Senders of one server that are many, or one that is loud; from loopback addresses of their own."""

import json
import socket
import threading
import time

from support.frames import read_to_end

NOISY_SECONDS = 3
BATCH = 500
ADDRESSES = 2000
GUESSES_EACH = 50


def connect_from(source, address):
    host, port = address.rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=30, source_address=(source, 0))


def post(body, *headers):
    return b"\r\n".join([b"POST /api/v1/events HTTP/1.1", b"Host: t",
                         b"Content-Type: application/json", b"Content-Length: %d" % len(body),
                         *headers, b"", body])


def noisy_sender(http, _grpc):
    """One address that reports as fast as it can on four connections: how much was stored."""
    request = post(json.dumps([{"name": "Noise", "start": 1_700_000_000_000}] * BATCH).encode())
    statuses = []
    until = time.monotonic() + NOISY_SECONDS

    def send():
        with connect_from("127.0.0.9", http) as connection:
            while time.monotonic() < until:
                connection.sendall(request)
                statuses.append(connection.recv(1 << 20)[9:12])

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"stored": BATCH * statuses.count(b"200"), "refused": statuses.count(b"429")}


def token_guessers(http, _grpc):
    """Many addresses with many wrong tokens each."""
    answered = 0
    for number in range(ADDRESSES):
        source = f"127.{1 + number // 60_000}.{number // 250 % 240}.{1 + number % 250}"
        guesses = [post(b"[]", b"Authorization: Bearer tdg_%06d%04d" % (number, guess))
                   for guess in range(GUESSES_EACH - 1)]
        last = post(b"[]", b"Authorization: Bearer wrong", b"Connection: close")
        with connect_from(source, http) as connection:
            connection.sendall(b"".join([*guesses, last]))
            told = read_to_end(connection)
        answered += told.count(b"HTTP/1.1 401 ") + told.count(b"HTTP/1.1 429 ")
    return {"answered": answered}


CROWDS = {one.__name__: one for one in (noisy_sender, token_guessers)}

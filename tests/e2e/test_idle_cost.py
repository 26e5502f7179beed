"""What a connection costs in the server's memory while nothing happens on it."""

import socket
import ssl

import pytest

from support import pki
from support.process import memory
from support.server import Server

REQUEST = b"GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n"
# The first ones pay for what all share.
FIRST = 100
COUNT = 1000


def open_many(server, count, wrap):
    """Connections that have had an answer each, and keep still."""
    host, port = server.http.rsplit(":", 1)
    opened = []
    for _ in range(count):
        one = wrap(socket.create_connection((host, int(port)), timeout=60))
        one.sendall(REQUEST)
        assert one.recv(4096).startswith(b"HTTP/1.1 200 ")
        opened.append(one)
    return opened


def bytes_of_each(server, wrap):
    first = open_many(server, FIRST, wrap)
    before = memory(server)
    many = open_many(server, COUNT, wrap)
    grown = memory(server) - before
    for one in (*first, *many):
        one.close()
    return grown / COUNT


@pytest.mark.unsanitized
@pytest.mark.parametrize("protocol, most", [("plain", 20 << 10), ("tls", 60 << 10)])
def test_idle_connection_is_cheap(tmp_path, protocol, most):
    authority = pki.Authority(tmp_path)
    settings, wrap = [], lambda one: one
    if protocol == "tls":
        settings = pki.server_settings(*authority.issue("server", "DNS:localhost,IP:127.0.0.1"))
        context = ssl.create_default_context(cafile=authority.certificate)
        wrap = lambda one: context.wrap_socket(one, server_hostname="localhost")
    server = Server(tmp_path, settings).start()
    try:
        each = bytes_of_each(server, wrap)
        print(f"an idle {protocol} connection: {each / 1024:.1f} KiB")
        assert each < most
    finally:
        server.stop()

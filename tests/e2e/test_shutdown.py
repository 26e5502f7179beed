"""SIGTERM: readiness off, no new work, what was begun is answered, nothing acknowledged is lost."""

import http.client
import signal
import socket
import time

import grpc
import pytest

from support import load, oracle, wire
from support.grpc_client import OpenStream
from support.process import metric
from support.rest import Rest
from support.waiting import until


def test_sigterm_under_load_loses_nothing_and_exits_zero(server):
    everybody = []
    for number in range(3):
        reporters = load.reporters(server, f"term{number}")
        for reporter in reporters:
            reporter.start()
        time.sleep(0.5)  # not a wait for something: some load before the signal
        server.stop()
        for reporter in reporters:
            reporter.stop()
        everybody += reporters
        server.start()
        oracle.check(server, everybody)
    assert all(reporter.acknowledged() for reporter in everybody)


def test_open_stream_ends_unavailable_and_what_it_sent_is_stored(server):
    with OpenStream(server.grpc) as stream:
        stream.send(wire.event({"id": "drained", "name": "D", "start": load.START}))
        until(lambda: Rest(server.http).status_of("drained") == 200, "the event is visible")
        server.stop()
        assert stream.outcome().code == grpc.StatusCode.UNAVAILABLE
    server.start()
    assert Rest(server.http).status_of("drained") == 200


def test_idle_connections_do_not_hold_the_stop_up(server):
    """Nor half a header: it is refused while a call that was begun goes on, and is answered."""
    host, port = server.http.split(":")

    def connect(begin=b""):
        one = socket.create_connection((host, int(port)), timeout=60)
        one.sendall(begin)
        return one

    report = b'{"id":"begun","name":"B","start":1700000000000}'
    head = (b"POST /api/v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n" % len(report))
    idle = [connect() for _ in range(20)]
    half = connect(b"POST /v3/events HTTP/1.1\r\nHost: x\r\n")
    begun = connect(head + report[:10])
    until(lambda: metric(server, "tidings_connections") >= 22, "they are accepted")
    server.signal(signal.SIGTERM)
    assert half.recv(1000).startswith(b"HTTP/1.1 503 ")
    assert [one.recv(1) for one in idle] == [b""] * 20
    begun.sendall(report[10:])
    assert begun.recv(1000).startswith(b"HTTP/1.1 200 ")
    assert server.wait() == 0
    for one in (*idle, half, begun):
        one.close()
    server.start()
    assert Rest(server.http).status_of("begun") == 200


def test_a_stopping_server_says_so_to_who_asks_for_its_health(server):
    """While a request that was begun is waited for: 503 and `draining` for /readyz, 200 for /healthz, 503
    for all else, on connections that end after one answer. gRPC is closed.
    """
    host, port = server.http.split(":")
    report = b'{"id":"slow","name":"S","start":1700000000000}'
    with socket.create_connection((host, int(port)), timeout=60) as begun:
        begun.sendall(b"POST /api/v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                      b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % len(report))
        assert begun.recv(1000).startswith(b"HTTP/1.1 100 ")
        server.signal(signal.SIGTERM)
        until(lambda: answers_unavailable(server.http), "it drains")
        ready = Rest(server.http).call("GET", "/readyz")
        assert ready.status == 503 and ready.body.startswith(b"draining\n")
        assert ready.headers["connection"] == "close"
        assert Rest(server.http).call("GET", "/healthz").status == 200
        assert Rest(server.http).call("GET", "/metrics").status == 200
        other = Rest(server.http).call("GET", "/api/v1/events")
        assert other.status == 503 and b"the server stops" in other.body
        with pytest.raises(ConnectionRefusedError):
            grpc_host, grpc_port = server.grpc.split(":")
            socket.create_connection((grpc_host, int(grpc_port)), timeout=60)
        silent = socket.create_connection((host, int(port)), timeout=60)
        begun.sendall(report)
        assert begun.recv(1000).startswith(b"HTTP/1.1 200 ")
        assert server.wait() == 0
        assert silent.recv(1) == b""
    server.start()
    assert Rest(server.http).status_of("slow") == 200


def answers_unavailable(address):
    """Who connects in the moment of the signal may be closed without an answer."""
    try:
        return Rest(address).call("GET", "/readyz").status == 503
    except (ConnectionError, http.client.HTTPException):
        return False


def test_second_signal_ends_at_once(server):
    """The stop hangs on a call that does not get on; the second signal does not wait for it."""
    host, port = server.http.split(":")
    with socket.create_connection((host, int(port))) as begun:
        begun.sendall(b"POST /v3/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                      b"Content-Length: 1000\r\n\r\n[")
        server.signal(signal.SIGTERM)
        until(lambda: "stopping" in server.log() or not server.running(), "it has begun to stop")
        if server.running():
            server.signal(signal.SIGTERM)
        assert server.wait() in (0, 128 + signal.SIGTERM, -signal.SIGTERM)
    server.start()


def test_sigint_is_a_stop_too(server):
    server.signal(signal.SIGINT)
    assert server.wait() == 0
    server.start()


def test_same_ports_at_once_after_a_stop_with_clients_connected(server):
    addresses = server.http, server.grpc
    for _ in range(5):
        with OpenStream(server.grpc) as stream:
            stream.send(wire.event({"id": "again", "name": "A", "start": load.START}))
            until(lambda: Rest(server.http).status_of("again") == 200, "the event is visible")
            server.restart()
    assert (server.http, server.grpc) == addresses


def test_ready_line_names_what_a_person_needs(server):
    for part in (server.http, server.grpc, "/ui/", str(server.data.resolve())):
        assert part in server.ready_line
    for path in ("/healthz", "/readyz", "/healthcheck"):
        assert Rest(server.http).call("GET", path).status == 200

"""Too few of something - file descriptors, room, windows, attention - and nobody is stuck or lied to."""

import http.client
import json
import os
import resource
import signal
import socket
import time

import pytest

from fault_proxy import FaultProxy, Faults
from support import grpc_client, load, oracle, wire
from support.bystander import Bystander
from support.frames import (DATA, END_HEADERS, END_STREAM, HEADERS, WINDOW_UPDATE, connect, frame,
                            grpc_head, grpc_message, split)
from support.process import memory, metric, open_files, refused
from support.rest import Rest, request
from support.server import Server, address_in
from support.waiting import until

START = 1_700_000_000_000
HALF_WAY_CLIENTS = 1000
CONTINUE_SECONDS = float(os.environ.get("SIGSTOP_SECONDS", "5"))


def event(event_id):
    return wire.event({"id": event_id, "name": "Short", "service": "shortage", "start": START})


def padded(event_id, size):
    """An event of about that size, filled up by a field that every receiver skips."""
    return event(event_id) + wire.chunk(100, b"x" * size)


class HalfWay:
    """A client that stands in the middle of a message until it is told to go on."""

    def __init__(self, server, event_id, size, before):
        self.id = event_id
        self.connection = connect(server.grpc, timeout=120)
        self.message = grpc_message(padded(event_id, size))
        self.sent = 0
        self.windows = {0: 65535, 1: 65535}
        self.initial = 65535
        self.buffer = b""
        self.trailers = None
        self.connection.sendall(frame(HEADERS, END_HEADERS, 1, grpc_head()))
        self.send_until(min(before, 60_000))

    def send_until(self, end):
        """Sends as far as the windows allow, waits for more of them, and so on."""
        while self.sent < end:
            room = min(self.windows[0], self.windows[1], 16_000, end - self.sent)
            if room > 0:
                piece = self.message[self.sent:self.sent + room]
                self.connection.sendall(frame(DATA, 0, 1, piece))
                self.sent += room
                self.windows[0] -= room
                self.windows[1] -= room
            elif not self.read():
                return

    def read(self):
        """Takes in one reading. False when the stream has ended."""
        more = self.connection.recv(65536)
        self.buffer += more
        whole = 0
        for kind, flags, stream, payload in split(self.buffer):
            if len(self.buffer) < whole + 9 + len(payload):
                break
            if len(payload) != int.from_bytes(self.buffer[whole:whole + 3], "big"):
                break
            whole += 9 + len(payload)
            self.take(kind, flags, stream, payload)
        self.buffer = self.buffer[whole:]
        return bool(more) and self.trailers is None

    def take(self, kind, flags, stream, payload):
        if kind == WINDOW_UPDATE:
            self.windows[stream] += int.from_bytes(payload, "big")
        elif kind == 4 and not flags:
            for at in range(0, len(payload), 6):
                if payload[at:at + 2] == b"\0\4":
                    value = int.from_bytes(payload[at + 2:at + 6], "big")
                    self.windows[1] += value - self.initial
                    self.initial = value
        elif kind == HEADERS and flags & END_STREAM:
            self.trailers = payload

    def finish(self):
        self.send_until(len(self.message))
        if self.trailers is None:
            self.connection.sendall(frame(DATA, END_STREAM, 1))
        while self.read():
            pass
        self.connection.close()


@pytest.mark.unsanitized
def test_a_thousand_clients_half_way_through_a_message_do_not_lock_each_other_out(tmp_path):
    """4 MiB each, 4 GiB in all, where 64 MiB may be in flight: one finishes after the other in the order
    in which they came, and when the rest has gone there is room for everybody again.
    """
    server = Server(tmp_path, ["limits.incomplete_timeout=10m",
                               "receivers.skywalking_grpc.max_wait=10m"]).start()
    before = memory(server)
    clients = [HalfWay(server, f"half-{number}", (4 << 20) - 200, 60_000)
               for number in range(HALF_WAY_CLIENTS)]
    for client in clients[:50]:
        client.finish()
    # Those that have not finished held what may be in flight, and no more.
    assert memory(server) - before < 192 << 20
    for client in clients[50:]:
        client.connection.close()
    stored = [Rest(server.http).status_of(client.id) for client in clients[:50]]
    assert stored == [200] * 50
    assert grpc_client.collect(server.grpc, [event("small")], timeout=30).code.name == "OK"
    until(lambda: metric(server, "tidings_inflight_bytes") == 0, "nothing is in flight any more")
    server.stop()


def test_slow_large_messages_do_not_keep_small_reports_out(shared):
    """Twenty clients announce 4 MiB each, more than may be in flight, and stop half-way; a small report
    gets through at once all the same. The control: a large one finds no room.
    """
    holders = [HalfWay(shared, f"holder-{number}", (4 << 20) - 200, 60_000) for number in range(20)]
    try:
        until(lambda: metric(shared, "tidings_inflight_bytes") > 40 << 20, "the large ones hold room")
        small = grpc_client.collect(shared.grpc, [event("beside-holders")], timeout=4)
        assert small.code.name == "OK"
        large = grpc_client.collect(shared.grpc, [padded("beside-holders", 1 << 20)], timeout=4)
        assert large.code.name == "UNAVAILABLE"
    finally:
        for holder in holders:
            holder.connection.close()


def test_message_larger_than_the_window_of_its_stream(shared):
    client = HalfWay(shared, "wide", 1 << 20, 1000)
    client.finish()
    assert Rest(shared.http).status_of("wide") == 200


def test_slow_client_does_not_hold_up_another(shared):
    """A message at 2 KiB/s and an answer that nobody reads; the bystander's requests are all right."""
    with FaultProxy(shared.grpc, Faults(throttle=2000)) as proxy:
        with grpc_client.OpenStream(proxy.address) as slow:
            slow.send(padded("slow", 20_000))
            with Bystander(shared, "beside-slow") as bystander:
                bystander.wait_for(100)
            assert not bystander.failures and len(bystander.latencies) >= 100


def test_stopped_process_loses_nothing_when_it_goes_on(server):
    """SIGSTOP under load: clients wait or time out, nothing acknowledged is lost, no row is doubled."""
    reporters = load.reporters(server, "stopped")
    for reporter in reporters:
        reporter.start()
    time.sleep(0.5)  # not a wait for something: some load before the stop
    server.signal(signal.SIGSTOP)
    time.sleep(CONTINUE_SECONDS)  # not a wait for something: the length of the stop
    server.signal(signal.SIGCONT)
    time.sleep(0.5)  # and some load after it
    for reporter in reporters:
        reporter.stop()
    assert oracle.check(server, reporters) > 0


@pytest.fixture
def few_files(tmp_path):
    """A server that may open 256 files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        server = Server(tmp_path).launch()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4096), hard))
    server.ready_line = server._read_line(time.monotonic() + 60)
    server.http = address_in(server.ready_line, "HTTP")
    server.grpc = address_in(server.ready_line, "gRPC")
    yield server
    server.stop()


# UndefinedBehaviorSanitizer opens a pipe to look at a pointer: without one it takes any for a bad one.
@pytest.mark.unsanitized
def test_no_file_descriptors_left(few_files):
    """Accepting pauses, who is connected is served, the log says so once per shortage and not once per
    connection, and it recovers.
    """
    with Bystander(few_files, "connected") as bystander:
        bystander.wait_for(20)
        host, port = few_files.http.split(":")
        crowd = []
        for _ in range(1000):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex((host, int(port)))
            crowd.append(one)
        until(lambda: "cannot accept" in few_files.log(), "it has run out of descriptors")
        served = len(bystander.latencies)
        bystander.wait_for(served + 50)
        assert not bystander.failures
        for one in crowd:
            one.close()
    until(lambda: open_files(few_files) < 200, "the crowd's descriptors are free again")
    assert Rest(few_files.http).report([{"id": "after", "name": "A"}]).status == 200
    assert few_files.log().count("cannot accept") == 1


def test_more_connections_than_allowed_are_refused_at_once(tmp_path):
    server = Server(tmp_path, ["limits.connections=10"]).start()
    host, port = server.http.split(":")
    kept = [http.client.HTTPConnection(host, int(port), timeout=30) for _ in range(9)]
    for one in kept:
        one.request("GET", "/healthz")
        assert one.getresponse().read()
    extra = [socket.create_connection((host, int(port)), timeout=30) for _ in range(20)]
    assert sum(not closed_at_once(one) for one in extra) <= 1
    for one in kept:
        one.request("GET", "/healthz")
        assert one.getresponse().read()
    for one in (*kept, *extra):
        one.close()
    until(lambda: works(server), "there is room again")
    assert refused(server, "connections") >= 19
    server.stop()


def closed_at_once(one):
    one.settimeout(1)
    try:
        one.sendall(b"GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n")
        return b"200 OK" not in one.recv(1000)
    except OSError:
        return True


def works(server):
    try:
        return request(server.http, "GET", "/healthz").status == 200
    except (OSError, http.client.HTTPException):
        return False


@pytest.mark.parametrize("key, size, status", [
    ("receivers.skywalking_http.max_body_bytes", "1KiB", 413),
    ("receivers.skywalking_http.max_reports", "5", 413),
    ("receivers.skywalking_http.max_json_depth", "8", 400),
    ("rest.max_body_bytes", "1KiB", 413),
    ("rest.max_reports", "5", 413),
    ("rest.max_json_depth", "8", 400),
])
def test_limit_of_a_body_is_the_configured_one(tmp_path, key, size, status):
    nested = "1"
    for _ in range(12):
        nested = {"a": nested}
    body = [{"id": f"b-{number}", "name": "B", "message": "m" * 200, "start": START,
             "parameters": {"deep": nested}} for number in range(10)]
    path = "/api/v1/events"
    if "skywalking" in key:
        path = "/v3/events"
        body = [{**wire.json_event({"id": one["id"], "name": "B", "message": "m" * 200,
                                    "start": START}), "extra": nested} for one in body]
    text = json.dumps(body)
    kind = {"Content-Type": "application/json"}
    server = Server(tmp_path, [f"{key}={size}"]).start()
    assert request(server.http, "POST", path, text, kind).status == status
    server.settings = []
    server.restart()
    assert request(server.http, "POST", path, text, kind).status == 200
    server.stop()


def test_message_limit_is_the_configured_one(tmp_path):
    server = Server(tmp_path, ["receivers.skywalking_grpc.max_message_bytes=1KiB"]).start()
    message = padded("limited", 2000)
    assert grpc_client.collect(server.grpc, [message]).code.name == "RESOURCE_EXHAUSTED"
    assert refused(server, "message_size") == 1
    server.settings = []
    server.restart()
    assert grpc_client.collect(server.grpc, [message]).code.name == "OK"
    server.stop()

"""While the store is being opened: probes are told so, and who reports comes back or waits."""

import os
import threading

import pytest

from support import load, wire
from support.grpc_client import collect
from support.rest import Rest, request
from support.waiting import until


@pytest.fixture
def starting(server):
    """A server that starts for as long as nobody writes what stands in its file of views."""
    server.stop()
    views = server.data / "views.json"
    os.mkfifo(views)
    server.launch()
    server.ready_line = ""

    def is_listening():
        try:
            return request(server.http, "GET", "/healthz").status == 200
        except OSError:
            return False

    until(is_listening, "the server takes connections")
    yield server
    if not server.ready_line:
        server.kill()


def let_open(server):
    (server.data / "views.json").write_text('{"views": []}', encoding="utf-8")
    server.await_ready()
    (server.data / "views.json").unlink()


def test_probes_and_http_are_told_and_grpc_waits(starting):
    ready = request(starting.http, "GET", "/readyz")
    assert ready.status == 503
    assert ready.body.startswith(b"starting\n")
    refused = Rest(starting.http).report([{"id": "early", "name": "E", "start": load.START}])
    assert refused.status == 503
    assert refused.headers["retry-after"]
    assert b"the server is starting" in refused.body
    outcomes = []
    report = wire.event({"id": "patient", "name": "P", "start": load.START})
    patient = threading.Thread(target=lambda: outcomes.append(collect(starting.grpc, [report])))
    patient.start()
    let_open(starting)
    patient.join()
    assert [outcome.code.name for outcome in outcomes] == ["OK"]
    assert request(starting.http, "GET", "/readyz").status == 200
    assert Rest(starting.http).status_of("patient") == 200
    assert Rest(starting.http).status_of("early") == 404

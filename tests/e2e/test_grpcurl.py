"""grpcurl: reflection, a call described by it, health."""

import json
import os
import pathlib
import subprocess

import pytest

from support.rest import Rest

GRPCURL = pathlib.Path(os.environ.get("E2E_TOOLS", "build/e2e")) / "bin" / "grpcurl"
SERVICES = ["grpc.health.v1.Health", "skywalking.v3.EventService"]


def grpcurl(*arguments, text=None):
    return subprocess.run([GRPCURL, "-plaintext", *arguments], capture_output=True, text=True,
                          input=text, timeout=60, check=False)


def test_lists_the_services(shared):
    listed = grpcurl(shared.grpc, "list")
    assert listed.returncode == 0, listed.stderr
    services = listed.stdout.split()
    assert set(SERVICES) <= set(services)
    assert any("reflection" in service for service in services)


@pytest.mark.parametrize("name, part", [
    ("skywalking.v3.EventService", "rpc collect ( stream .skywalking.v3.Event )"),
    ("skywalking.v3.Event", "string uuid = 1;"),
    ("skywalking.v3.Event", "map<string, string> parameters = 6;"),
    ("skywalking.v3.Event", "string layer = 9;"),
    ("skywalking.v3.Source", "string serviceInstance = 2;"),
    ("skywalking.v3.Type", "Error = 1;"),
    ("grpc.health.v1.Health", "rpc Check"),
])
def test_describes(shared, name, part):
    described = grpcurl(shared.grpc, "describe", name)
    assert described.returncode == 0, described.stderr
    assert part in described.stdout


def test_reports_by_reflection_alone(shared):
    text = (json.dumps({"uuid": "by-grpcurl", "name": "Curled", "startTime": "1700000000000"})
            + json.dumps({"uuid": "by-grpcurl", "endTime": "1700000001000", "type": "Error"}))
    told = grpcurl("-d", "@", shared.grpc, "skywalking.v3.EventService/collect", text=text)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == {}
    event = Rest(shared.http).get("by-grpcurl")
    assert (event["name"], event["duration"], event["type"]) == ("Curled", 1000, "Error")


@pytest.mark.parametrize("service", ["", "skywalking.v3.EventService"])
def test_health(shared, service):
    told = grpcurl("-d", json.dumps({"service": service}), shared.grpc,
                   "grpc.health.v1.Health/Check")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == {"status": "SERVING"}


def test_health_of_an_unknown_service_is_not_found(shared):
    told = grpcurl("-d", '{"service": "nobody"}', shared.grpc, "grpc.health.v1.Health/Check")
    assert "NotFound" in told.stderr


def test_rejection_is_shown(shared):
    told = grpcurl("-d", json.dumps({"uuid": "x" * 129}), shared.grpc,
                   "skywalking.v3.EventService/collect")
    assert "InvalidArgument" in told.stderr and "#0 id" in told.stderr

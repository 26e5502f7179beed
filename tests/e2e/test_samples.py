"""What SkyWalking's clients put on the wire, byte by byte, by gRPC and as JSON by HTTP."""

import json

import pytest

from support import grpc_client, model
from support.rest import Rest, expect

# In this order: the end report follows the start of the same uuid.
SAMPLES = ("swctl-start-only", "swctl-end-same-uuid", "swctl-type-error", "swctl-parameters",
           "swctl-i18n", "k8s-normal-pod", "k8s-warning-pod", "java-agent-start")


def described(testdata, sample):
    return json.loads((testdata / "skywalking" / f"{sample}.json").read_text())["decoded"]


def report_of(decoded):
    """A sample's description in the words of the oracle."""
    source = decoded["source"]
    return {"id": decoded["uuid"], "service": source.get("service", ""),
            "instance": source.get("serviceInstance", ""), "endpoint": source.get("endpoint", ""),
            "name": decoded.get("name", ""), "type": decoded.get("type", "Normal"),
            "message": decoded.get("message", ""), "parameters": decoded.get("parameters", {}),
            "start": decoded.get("startTime", 0), "end": decoded.get("endTime", 0),
            "layer": decoded.get("layer", "")}


def check_all(server, testdata):
    reports = [report_of(described(testdata, sample)) for sample in SAMPLES]
    for event_id in {report["id"] for report in reports}:
        expected = model.join([report for report in reports if report["id"] == event_id])
        assert model.knowledge(Rest(server.http).get(event_id)) == expected


def test_samples_by_grpc(server, testdata):
    for sample in SAMPLES:
        message = (testdata / "skywalking" / f"{sample}.bin").read_bytes()
        assert grpc_client.collect(server.grpc, [message]).code.name == "OK"
    check_all(server, testdata)


def test_samples_by_http(server, testdata):
    expect(Rest(server.http).skywalking([described(testdata, sample) for sample in SAMPLES]))
    check_all(server, testdata)


def test_samples_by_both_are_no_second_events(server, testdata):
    for sample in SAMPLES:
        message = (testdata / "skywalking" / f"{sample}.bin").read_bytes()
        grpc_client.collect(server.grpc, [message])
    before = Rest(server.http).list(from_=0)
    expect(Rest(server.http).skywalking([described(testdata, sample) for sample in SAMPLES]))
    assert Rest(server.http).list(from_=0) == before
    assert len(before) == len(SAMPLES) - 1


def test_array_with_times_as_text_and_as_number(shared, testdata):
    body = (testdata / "skywalking" / "http-array.json").read_bytes()
    expect(Rest(shared.http).skywalking(body))
    event = Rest(shared.http).get("http-1")
    assert (event["start"], event["end"], event["state"]) == (
        1_700_000_000_000, 1_700_000_060_000, "closed")
    assert event["source"] == {"service": "checkout", "instance": "checkout-1", "endpoint": "/pay"}
    assert event["parameters"] == {"from": "1.4", "to": "1.5"}


@pytest.mark.parametrize("as_object", [False, True], ids=["array", "one object"])
def test_documented_example_without_layer_and_with_source_instance(shared, testdata, as_object):
    body = json.loads((testdata / "skywalking" / "http-like-documented.json").read_text())
    expect(Rest(shared.http).skywalking(body[0] if as_object else body))
    event = Rest(shared.http).get(body[0]["uuid"])
    assert event["source"]["instance"] == "checkout-1"
    assert (event["layer"], event["name"]) == ("GENERAL", "Reboot")

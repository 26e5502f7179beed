"""Bodies of POST /v3/events and POST /api/v1/events: good, partly bad, bad, compressed, without type."""

import gzip
import json
import socket
import subprocess
import uuid

import pytest

from support import wire
from support.rest import Rest, request

START = 1_700_000_000_000


def report(event_id, **more):
    return {"id": event_id, "name": "Posted", "service": "posts", "start": START, **more}


def hundred_with_three_bad():
    ids = [str(uuid.uuid4()) for _ in range(100)]
    bad = {7: {"layer": "l" * 65}, 50: {"name": "n" * 257}, 99: {"end": START - 1}}
    return ids, bad, [report(one, **bad.get(index, {})) for index, one in enumerate(ids)]


def test_three_bad_of_a_hundred_are_named_and_the_others_stored(shared):
    ids, bad, reports = hundred_with_three_bad()
    answer = Rest(shared.http).skywalking([wire.json_event(one) for one in reports])
    assert answer.status == 400
    told = answer.json()
    assert told["accepted"] == 97
    assert [one["index"] for one in told["rejected"]] == sorted(bad)
    for one, field in zip(told["rejected"], ("layer", "name", "end")):
        assert field in one["field"].lower()
        assert one["error"]
    assert "64" in told["rejected"][0]["error"] and "65" in told["rejected"][0]["error"]
    assert [Rest(shared.http).status_of(one) for one in ids] == [
        404 if index in bad else 200 for index in range(100)]


def test_three_bad_of_a_hundred_by_rest_are_a_problem_document(shared):
    ids, bad, reports = hundred_with_three_bad()
    answer = Rest(shared.http).report(reports)
    assert answer.status == 400
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    told = answer.json()
    assert "partially-stored" in told["type"]
    assert (told["accepted"], told["new"], told["rejected_count"]) == (97, 97, 3)
    assert [one["index"] for one in told["rejected"]] == sorted(bad)
    assert told["ids"] == [None if index in bad else one for index, one in enumerate(ids)]


@pytest.mark.parametrize("body", [
    b"garbage", b"", b"[", b'[{"uuid":"g"', b'{"uuid":"g","startTime":1}garbage', b'"text"', b"7",
    b'[{"uuid":"g","startTime":1},]', b'[{"uuid":"g","startTime":1},7', b"\xff\xfe", b"\0",
    b"[" * 100_000, b'[{"uuid":"g","startTime":1e400}]', b'{"uuid":"g" "name":"x"}',
], ids=lambda body: repr(body[:24]))
@pytest.mark.parametrize("path", ["/v3/events", "/api/v1/events"])
def test_garbage_is_400_and_stores_nothing(shared, path, body):
    before = Rest(shared.http).call("GET", "/api/v1/status").json()
    answer = Rest(shared.http).call("POST", path, body)
    assert answer.status == 400, answer
    assert answer.body, "says what is wrong"
    assert Rest(shared.http).status_of("g") == 404
    assert before["version"] == Rest(shared.http).call("GET", "/api/v1/status").json()["version"]


def test_int64_edges_and_names_of_types(shared):
    body = [{"uuid": "edge-1", "startTime": "1700000000000", "type": 1, "name": "E"},
            {"uuid": "edge-2", "startTime": 1700000000000, "type": "Normal", "name": "E"},
            {"uuid": "edge-3", "startTime": "9223372036854775807", "name": "E"},
            {"uuid": "edge-4", "startTime": "-9223372036854775808", "name": "E"}]
    answer = Rest(shared.http).skywalking(body)
    assert [one["index"] for one in answer.json()["rejected"]] == [2]
    assert Rest(shared.http).get("edge-1")["type"] == "Error"
    assert Rest(shared.http).get("edge-4")["time_inferred"]


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_compressed_body(shared, coding):
    event_id = f"coded-{coding}"
    body = json.dumps([wire.json_event(report(event_id))]).encode()
    packed = gzip.compress(body) if coding == "gzip" else subprocess.run(
        ["zstd", "-c"], input=body, capture_output=True, check=True).stdout
    answer = Rest(shared.http).skywalking(packed, {"Content-Encoding": coding})
    assert answer.status == 200, answer
    assert Rest(shared.http).status_of(event_id) == 200


def test_cut_compressed_body_stores_nothing(shared):
    body = gzip.compress(json.dumps([wire.json_event(report("cut-gzip"))]).encode())
    answer = Rest(shared.http).skywalking(body[:-9], {"Content-Encoding": "gzip"})
    assert answer.status == 400
    assert Rest(shared.http).status_of("cut-gzip") == 404


def test_unknown_coding_is_named(shared):
    answer = Rest(shared.http).skywalking(b"x", {"Content-Encoding": "br"})
    assert answer.status == 415
    assert b"br" in answer.body


def test_missing_content_type_is_told_what_to_add(shared):
    answer = request(shared.http, "POST", "/api/v1/events", json.dumps(report("no-type")),
                     {"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 415
    assert b"content-type: application/json" in answer.body.lower()


def test_unknown_field_rejects_that_report_and_names_the_nearest(shared):
    answer = Rest(shared.http).report([report("typo", mesage="m"), report("no-typo")])
    assert answer.status == 400
    (rejected,) = answer.json()["rejected"]
    assert rejected["index"] == 0 and "mesage" in rejected["error"] + rejected["field"]
    assert "message" in rejected["error"]
    assert [Rest(shared.http).status_of(one) for one in ("typo", "no-typo")] == [404, 200]


def test_what_was_read_can_be_reported_again(shared):
    Rest(shared.http).report([report("again", end=START + 5, message="m", layer="K8S")])
    event = Rest(shared.http).get("again")
    told = Rest(shared.http).report(event).json()
    assert (told["accepted"], told["rejected"]) == (1, [])
    again = Rest(shared.http).get("again")
    assert {**again, "received_last": 0} == {**event, "received_last": 0}


def test_newline_delimited_reports(shared):
    lines = "\n".join(json.dumps(report(f"line-{number}")) for number in range(5)) + "\n\n"
    answer = Rest(shared.http).call("POST", "/api/v1/events", lines,
                                    {"Content-Type": "application/x-ndjson"})
    assert (answer.status, answer.json()["accepted"]) == (200, 5)


def test_typed_parameters_come_back_as_they_were(shared):
    parameters = {"flag": True, "count": 9007199254740993, "ratio": 0.5, "text": "x",
                  "list": [1, "a"], "nothing": None}
    Rest(shared.http).report([report("typed", parameters=parameters)])
    event = Rest(shared.http).get("typed")
    assert event["parameters"] == {"count": 9007199254740993, "flag": True, "list": '[1,"a"]',
                                   "ratio": 0.5, "text": "x"}


def test_seconds_are_stored_and_warned_of(shared):
    told = Rest(shared.http).report([report("seconds", start=1_700_000_000)]).json()
    assert told["accepted"] == 1
    assert told["warnings"]


def test_chunked_body(shared):
    pieces = json.dumps([wire.json_event(report("chunked"))]).encode()
    answer = request(shared.http, "POST", "/v3/events",
                     iter([pieces[:10], pieces[10:11], pieces[11:]]),
                     {"Content-Type": "application/json"})
    assert answer.status == 200
    assert Rest(shared.http).status_of("chunked") == 200


def test_body_beyond_the_limit_is_refused_by_its_length(shared):
    """Before a byte of it is sent: the client waits for leave."""
    host, port = shared.http.split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(b"POST /v3/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                           b"Content-Length: 21000000\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 413 ")

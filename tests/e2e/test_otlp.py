"""OTLP logs by gRPC and HTTP: answers, limits, retries, and what Flink was seen to send."""

import gzip
import json
import os
import subprocess

import grpc
import pytest

from support import grpc_client, guide, otlp
from support.rest import Rest, expect
from support.server import Server, binary
from support.waiting import until

TRACES = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
METRICS = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"


def send(server, message, way):
    """Sends protobuf one of the ways; must be stored whole."""
    data = message if isinstance(message, bytes) else message.SerializeToString()
    if way == "http":
        answer = expect(otlp.by_http(server.otlp_http, data))
        assert (answer.body, answer.headers["Content-Type"]) == (b"", otlp.PROTOBUF)
        return
    outcome, told = otlp.by_grpc(server.otlp_grpc if way == "grpc" else server.grpc, data)
    assert outcome.code == grpc.StatusCode.OK, outcome
    assert not told.HasField("partial_success"), told


@pytest.mark.parametrize("way", ("grpc", "grpc-11800", "http"))
def test_record_becomes_an_event(shared, api, way):
    send(shared, otlp.request(("Deploy", {"event.id": f"e-{way}", "version": "1.5", "n": 3},
                               otlp.START), service=way), way)
    event = api.get(f"e-{way}")
    assert (event["name"], event["source"]["service"], event["layer"]) == ("Deploy", way, "GENERAL")
    assert (event["state"], event["start"], event["end"]) == ("instant", otlp.START, otlp.START)
    assert event["parameters"] == {"n": 3, "version": "1.5", "resource.service.name": way}


def test_two_records_of_one_id_are_an_interval(shared, api):
    for name, member, at in (("Backup", "event.start_time", 0), ("", "event.end_time", 60_000)):
        send(shared, otlp.request((name, {"event.id": "pair", member: otlp.START + at},
                                   otlp.START + at)), "grpc")
    event = api.get("pair")
    assert (event["name"], event["state"], event["duration"]) == ("Backup", "closed", 60_000)


@pytest.mark.parametrize("way", ("grpc", "http"))
def test_retry_changes_nothing(shared, api, way):
    message = otlp.request(*[("Retried", {"n": n}, otlp.START) for n in range(5)],
                           service=f"retry-{way}")
    for _ in range(3):
        send(shared, message, way)
    assert len(api.list(service=f"retry-{way}", from_="0")) == 5


@pytest.mark.parametrize("name", otlp.SAMPLES)
def test_what_flink_sends(shared, api, name):
    request, description = otlp.sample(name)
    for way in ("grpc", "http"):  # By both, and no event twice.
        send(shared, request, way)
    for record in description["records"]:
        attributes = {key: next(iter(value.values()))
                      for key, value in record["attributes"].items()}
        observed = int(record["observed_time_unix_nano"]) // 1_000_000
        sent = int(record["time_unix_nano"]) // 1_000_000
        at = observed if observed < 1 << 43 else sent
        found = [event for event in api.list(**{"from": "0"}, service=attributes["job_name"],
                                             name=attributes["name"])
                 if event["start"] == at and
                 all(event["parameters"].get(key) == value for key, value in attributes.items()
                     if key not in ("name", "jobId"))]
        assert len(found) == 1, (record, found)
        (event,) = found
        assert (event["layer"], event["end"]) == ("FLINK", at)
        assert event["parameters"]["scope"] == record["scope"]
        assert event["source"]["instance"] == attributes.get("tm_id", attributes["host"])
        assert event["message"] == record["body"] or not record["body"]


def checkpoint_of(job_sample, number, status, at):
    """The captured failed checkpoint, told of the job of another sample."""
    job = otlp.first_record(otlp.sample(job_sample)[0])[1]
    message, record = otlp.first_record(otlp.sample("07-grpc-checkpoint-failed-by-timeout")[0])
    same = {one.key: one.value for one in job.attributes
            if one.key in ("job_id", "jobId", "job_name")}
    for attribute in record.attributes:
        if attribute.key in same:
            attribute.value.CopyFrom(same[attribute.key])
        elif attribute.key == "checkpointId":
            attribute.value.int_value = number
        elif attribute.key == "checkpointStatus":
            attribute.value.string_value = status
    record.observed_time_unix_nano = at * 1_000_000
    return message


def test_a_flink_jobs_life_at_a_glance(server):
    """The table of the guide: what a job's cluster was seen to send, and two failed checkpoints."""
    for number, name in enumerate(otlp.SAMPLES[:6], start=1):
        assert name.startswith(f"{number:02}-")
        send(server, otlp.sample(name)[0], "grpc")
    runs_again = 1_795_328_489_041
    for number, status in ((7, "FAILED"), (8, "FAILED"), (9, "COMPLETED")):
        send(server, checkpoint_of("01-grpc-job-running", number, status,
                                   runs_again + 2000 * (number - 6)), "http")
    command = [binary(), "list", "--address", server.http, "--from", "0", "--order", "asc", "-q",
               "layer:FLINK service:orders-count derived:true"]

    def listed():
        return subprocess.run(command, capture_output=True, text=True, check=True,
                              env={**os.environ, "TZ": "UTC"}).stdout

    expected = guide.block("flink.md", "text", "JobStatus")
    until(lambda: listed().count("\n") == expected.count("\n"), "all intervals are shown")
    assert listed() == expected


def test_flink_posts_to_the_root(shared, api):
    request, _ = otlp.sample("14-http-adaptive-scheduler-created-running")
    expect(otlp.by_http(shared.otlp_http, request, path="/"))
    assert {event["parameters"]["newJobStatus"] for event in
            api.list(service="adaptive", name="JobStatusChangeEvent", **{"from": "0"})} >= {
                "CREATED", "RUNNING"}


def json_request(*records):
    return {"resourceLogs": [{"scopeLogs": [{"scope": {"name": "json"},
                                             "logRecords": list(records)}]}]}


def test_json_with_gzip(shared, api):
    body = json_request({"eventName": "Json", "timeUnixNano": str(otlp.START * 1_000_000),
                         "attributes": [{"key": "event.id", "value": {"stringValue": "json-1"}},
                                        {"key": "n", "value": {"intValue": "7"}}]})
    answer = expect(otlp.by_http(shared.otlp_http, gzip.compress(json.dumps(body).encode()),
                                 otlp.JSON, headers={"Content-Encoding": "gzip"}))
    assert answer.json() == {}
    assert api.get("json-1")["parameters"] == {"n": 7, "scope": "json"}


def test_bad_records_are_told_and_the_others_stored(shared, api):
    message = otlp.request(("Good", {"event.id": "good-1"}, otlp.START),
                           ("x" * 300, {"event.id": "bad-1"}, otlp.START),
                           ("", {}, otlp.START))
    outcome, told = otlp.by_grpc(shared.otlp_grpc, message)
    assert outcome.code == grpc.StatusCode.OK
    assert told.partial_success.rejected_log_records == 1
    assert "#1 name" in told.partial_success.error_message
    assert "receivers.otlp.unnamed_records" in told.partial_success.error_message
    assert (api.status_of("good-1"), api.status_of("bad-1")) == (200, 404)
    answer = expect(otlp.by_http(shared.otlp_http, json_request({"eventName": 5}), otlp.JSON))
    assert answer.json()["partialSuccess"]["rejectedLogRecords"] == "1"
    metrics = Rest(shared.http).call("GET", "/metrics").body.decode()
    assert 'tidings_otlp_unnamed_records_total{protocol="otlp-grpc"} 1' in metrics
    assert 'tidings_reports_total{outcome="new",protocol="otlp-grpc"}' in metrics


def test_log_lines_are_kept_when_told_so(tmp_path):
    server = Server(tmp_path, ["receivers.otlp.unnamed_records=keep"]).start()
    expect(otlp.by_http(server.otlp_http, json_request({"body": {"stringValue": "a line"}}),
                        otlp.JSON))
    (event,) = Rest(server.http).list(**{"from": "0"})
    assert (event["name"], event["message"]) == ("json", "a line")
    server.stop()


def test_malformed_requests_are_refused_for_good(shared):
    outcome, _ = otlp.by_grpc(shared.otlp_grpc, b"\xff\xff")
    assert outcome.code == grpc.StatusCode.INVALID_ARGUMENT
    assert otlp.by_http(shared.otlp_http, b"\xff\xff").status == 400
    answer = otlp.by_http(shared.otlp_http, "{", otlp.JSON)
    assert (answer.status, answer.json()["code"]) == (400, 3)
    assert otlp.by_http(shared.otlp_http, "{}", "text/plain").status == 415


def test_too_large_requests_are_refused_for_good(tmp_path):
    server = Server(tmp_path, ["receivers.otlp.max_body_bytes=64KiB",
                               "receivers.otlp.max_inflated_bytes=1MiB"]).start()
    large = otlp.request(("Large", {"much": "x" * 100_000}, otlp.START)).SerializeToString()
    assert otlp.by_grpc(server.otlp_grpc, large)[0].code == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert otlp.by_http(server.otlp_http, large).status == 413
    bomb = otlp.request(*[("Bomb", {"much": "x" * 10_000}, n + 1) for n in range(200)])
    assert otlp.by_http(server.otlp_http, gzip.compress(bomb.SerializeToString()),
                        headers={"Content-Encoding": "gzip"}).status == 413
    with grpc_client.channel(server.otlp_grpc) as channel:
        call = channel.unary_unary(otlp.EXPORT).future(
            bomb.SerializeToString(), compression=grpc.Compression.Gzip, timeout=60)
        assert grpc_client.outcome_of(call).code == grpc.StatusCode.RESOURCE_EXHAUSTED
    small = otlp.request(*[("Small", {"much": "x" * 10_000}, n + 1) for n in range(50)])
    with grpc_client.channel(server.otlp_grpc) as channel:
        call = channel.unary_unary(otlp.EXPORT).future(
            small.SerializeToString(), compression=grpc.Compression.Gzip, timeout=60)
        assert grpc_client.outcome_of(call).code == grpc.StatusCode.OK, "64 KiB bound the wire only"
    server.stop()


def test_traces_and_metrics_are_told_where_to_go(shared):
    for address in (shared.otlp_grpc, shared.grpc):
        for method, word in ((TRACES, "TRACES"), (METRICS, "METRICS")):
            outcome = grpc_client.unary(address, method, b"")
            assert outcome.code == grpc.StatusCode.UNIMPLEMENTED
            assert f"OTEL_{word}_EXPORTER=none" in outcome.details
    for path, word in (("/v1/traces", "TRACES"), ("/v1/metrics", "METRICS")):
        answer = otlp.by_http(shared.otlp_http, "{}", otlp.JSON, path=path)
        assert answer.status == 404 and f"OTEL_{word}_EXPORTER=none" in answer.json()["message"]


def test_profiles_are_told_where_to_go(shared):
    outcome = grpc_client.unary(
        shared.otlp_grpc,
        "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export", b"")
    assert outcome.code == grpc.StatusCode.UNIMPLEMENTED and "no profiles" in outcome.details
    answer = otlp.by_http(shared.otlp_http, "{}", otlp.JSON, path="/v1development/profiles")
    assert answer.status == 404 and "no profiles" in answer.json()["message"]


def test_wrong_ports_and_paths_are_told_where_otlp_is(shared):
    for address, path in ((shared.otlp_http, "/v1/log"), (shared.otlp_http, "/v1/logs/"),
                          (shared.otlp_http, otlp.EXPORT), (shared.otlp_grpc, "/v1/logs"),
                          (shared.http, "/v1/logs")):
        answer = otlp.by_http(address, b"", path=path)
        assert answer.status == 404
        told = answer.json()["detail"]
        assert f"over HTTP at {shared.otlp_http}" in told and shared.otlp_grpc in told
    assert "OTLP" not in otlp.by_http(shared.http, b"", path="/v3/event").json()["detail"]


def test_senders_in_a_hurry_wait_for_the_rate_limit_before_they_are_refused(tmp_path):
    server = Server(tmp_path, ["limits.events_per_second_per_address=100"]).start()
    try:
        ways = ("http", "grpc", "grpc-11800")
        for way in ways:
            # More than a burst of two seconds: who comes next must wait.
            send(server, otlp.request(*[("Hurry", {"event.id": f"{way}-{n}"}, otlp.START)
                                        for n in range(250)]), way)
        assert all(Rest(server.http).status_of(f"{way}-249") == 200 for way in ways)
    finally:
        server.stop()


def test_stored_events_survive_a_crash(server):
    send(server, otlp.request(("Survivor", {"event.id": "s-1"}, otlp.START)), "grpc")
    server.crash_and_restart()
    assert Rest(server.http).get("s-1")["name"] == "Survivor"
    send(server, otlp.request(("Survivor", {"event.id": "s-1"}, otlp.START)), "http")


@pytest.mark.unsanitized
@pytest.mark.parametrize("protocol, connections, in_flight", (
    ("otlp-grpc", 32, 8), ("otlp-http", 128, 1), ("otlp-json", 64, 1)))
def test_senders_wait_when_there_is_more_than_fits(server, protocol, connections, in_flight):
    """Flink loses what is refused: more than may be under way at once waits, and is stored."""
    subprocess.run([binary(), "bench", "--address", server.http, "--protocol", protocol,
                    "--batch", "1000", "--connections", str(connections), "--in-flight",
                    str(in_flight), "--events", "256000", "--no-floor"], check=True, timeout=300)


def test_listeners_are_off_when_told_so(tmp_path):
    server = Server(tmp_path, ["otlp.grpc_address=off", "otlp.http_address=off"]).start()
    assert (server.otlp_grpc, server.otlp_http) == ("off", "off")
    assert server.http != "off" and server.grpc != "off"
    server.stop()

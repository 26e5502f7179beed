"""gRPC streams that are not one message and a half-close."""

import gzip
import uuid

import grpc
import pytest

from support import wire
from support.grpc_client import OpenStream, collect, unary
from support.rest import Rest
from support.waiting import until

START = 1_700_000_000_000


def report(event_id, **more):
    return {"id": event_id, "name": "Streamed", "service": "streams", "start": START, **more}


def new_ids(count):
    return [str(uuid.uuid4()) for _ in range(count)]


def test_exporter_never_half_closes_and_sees_its_events_at_once(server):
    """SkyWalking's Kubernetes exporter: one stream for its life; durable and visible on arrival."""
    first, second = new_ids(2)
    with OpenStream(server.grpc) as stream:
        stream.send(wire.event(report(first)))
        until(lambda: Rest(server.http).status_of(first) == 200, "the first event is visible")
        stream.send(wire.event(report(second)))
        until(lambda: Rest(server.http).status_of(second) == 200, "the second event is visible")
        stream.send(wire.event({"id": first, "end": START + 5}))
        until(lambda: Rest(server.http).get(first)["end"] == START + 5, "the end has joined")
        assert not stream.ended()
        server.crash_and_restart()
        assert [Rest(server.http).status_of(one) for one in (first, second)] == [200, 200]


def test_report_that_breaks_a_rule_does_not_end_an_open_stream(shared):
    good, after = new_ids(2)
    with OpenStream(shared.grpc) as stream:
        stream.send(wire.event(report(good)))
        stream.send(wire.event(report("x" * 129)))
        stream.send(wire.event(report(after)))
        until(lambda: Rest(shared.http).status_of(after) == 200, "the one behind is visible")
        outcome = stream.half_close()
    assert outcome.code == grpc.StatusCode.INVALID_ARGUMENT
    assert "#1 id" in outcome.details
    assert Rest(shared.http).status_of(good) == 200


def test_rejected_reports_are_counted_and_named_at_the_half_close(shared):
    ids = new_ids(7)
    bad = {1: {"name": "n" * 257}, 4: {"layer": "l" * 65}, 5: {"service": "s" * 513}}
    outcome = collect(shared.grpc, [wire.event(report(one, **bad.get(index, {})))
                                    for index, one in enumerate(ids)])
    assert outcome.code == grpc.StatusCode.INVALID_ARGUMENT
    for part in ("4", "3", "#1 name", "#4 layer", "#5 "):
        assert part in outcome.details
    assert [Rest(shared.http).status_of(one) for one in ids] == [
        404 if index in bad else 200 for index in range(7)]


@pytest.mark.parametrize("malformed", [
    b"\xff", b"\x0a\x7fshort", b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", b"\x08\x01\x00",
    wire.event(report("cut"))[:-3],
], ids=["lone tag byte", "length beyond the end", "huge length", "field number 0", "cut"])
def test_malformed_message_ends_the_stream_by_its_index_and_keeps_what_came_before(
        shared, malformed):
    before, behind = new_ids(5), new_ids(1)
    outcome = collect(shared.grpc, [wire.event(report(one)) for one in before] + [malformed]
                      + [wire.event(report(one)) for one in behind])
    assert outcome.code == grpc.StatusCode.INVALID_ARGUMENT
    assert "5" in outcome.details
    assert [Rest(shared.http).status_of(one) for one in before + behind] == [200] * 5 + [404]


def test_no_byte_of_a_message_can_be_lost_or_added_unnoticed(shared):
    """Every prefix of a message is either refused or is itself a message; never OK and not stored."""
    whole = wire.event(report("prefix", message="m", layer="G", parameters={"k": "v"}))
    for length in range(1, len(whole)):
        before = str(uuid.uuid4())
        outcome = collect(shared.grpc, [wire.event(report(before)), whole[:length]])
        assert outcome.code in (grpc.StatusCode.OK, grpc.StatusCode.INVALID_ARGUMENT), outcome
        assert Rest(shared.http).status_of(before) == 200


def test_unknown_fields_are_ignored(shared):
    (one,) = new_ids(1)
    extended = wire.event(report(one)) + wire.number(99, 7) + wire.chunk(100, b"later")
    assert collect(shared.grpc, [extended]).code == grpc.StatusCode.OK
    assert Rest(shared.http).status_of(one) == 200


def test_unknown_type_is_rejected(shared):
    (one,) = new_ids(1)
    outcome = collect(shared.grpc, [wire.event(report(one)) + wire.number(4, 2)])
    assert outcome.code == grpc.StatusCode.INVALID_ARGUMENT
    assert "type" in outcome.details


def test_thousand_messages_on_one_stream(shared):
    ids = new_ids(1000)
    outcome = collect(shared.grpc, [wire.event(report(one, service="thousand")) for one in ids])
    assert outcome.code == grpc.StatusCode.OK
    found = Rest(shared.http).list(service="thousand", from_=START, to=START + 1, limit=400)
    assert {event["id"] for event in found} == set(ids) and len(found) == 1000


def test_gzip_messages(shared):
    ids = new_ids(3)
    outcome = collect(shared.grpc, [wire.event(report(one, message="m" * 4000)) for one in ids],
                      compression=grpc.Compression.Gzip)
    assert outcome.code == grpc.StatusCode.OK
    assert Rest(shared.http).get(ids[0])["message"] == "m" * 4000


def test_message_beyond_four_mebibytes_is_refused(shared):
    outcome = collect(shared.grpc, [wire.event(report("big", message="m" * (4 << 20)))])
    assert outcome.code == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert Rest(shared.http).status_of("big") == 404


def test_metadata_of_agents_is_accepted(shared):
    (one,) = new_ids(1)
    metadata = (("agent-version", "8.7.0"), ("authentication", "token"))
    assert collect(shared.grpc, [wire.event(report(one))], metadata=metadata).code.name == "OK"


@pytest.mark.parametrize("method", [
    "/skywalking.v3.JVMMetricReportService/collect",
    "/skywalking.v3.ManagementService/reportInstanceProperties",
    "/skywalking.v3.ManagementService/keepAlive",
])
def test_other_calls_of_agents_get_empty_commands(shared, method):
    outcome = unary(shared.grpc, method, b"")
    assert (outcome.code, outcome.answer) == (grpc.StatusCode.OK, b"")


def test_unknown_method_is_unimplemented(shared):
    outcome = unary(shared.grpc, "/skywalking.v3.TraceSegmentReportService/collect", b"")
    assert outcome.code == grpc.StatusCode.UNIMPLEMENTED


def test_many_streams_on_one_connection(shared):
    from support.grpc_client import COLLECT, channel, outcome_of
    ids = new_ids(50)
    with channel(shared.grpc) as connection:
        collect_call = connection.stream_unary(COLLECT)
        calls = [collect_call.future(iter([wire.event(report(one))]), timeout=60) for one in ids]
        assert {outcome_of(call).code for call in calls} == {grpc.StatusCode.OK}
    assert {Rest(shared.http).status_of(one) for one in ids} == {200}


def test_empty_stream_is_ok(shared):
    assert collect(shared.grpc, []).code == grpc.StatusCode.OK


def test_gzip_bomb_is_refused_without_being_inflated(shared):
    bomb = gzip.compress(b"\0" * (64 << 20))
    answer = Rest(shared.http).skywalking(bomb, {"Content-Encoding": "gzip"})
    assert answer.status in (400, 413)

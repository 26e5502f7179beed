"""A network that cuts, splits, delays and half-closes: no partial event, no false acknowledgement."""

import json
import uuid

import grpc
import pytest

from fault_proxy import FaultProxy, Faults
from support import grpc_client, model, rest, wire
from support.rest import Rest

START = 1_700_000_000_000


def report(event_id, **more):
    return {"id": event_id, "name": "Faulty", "service": "faults", "layer": "K8S",
            "message": "m" * 50, "parameters": {"k": "v"}, "start": START, "end": START + 5, **more}


def by_grpc(address, one):
    return grpc_client.collect(address, [wire.event(one)], timeout=30).code == grpc.StatusCode.OK


def by_http(address, one):
    try:
        answer = rest.request(address, "POST", "/v3/events", json.dumps([wire.json_event(one)]),
                              {"Content-Type": "application/json"})
    except (OSError, rest.http.client.HTTPException):
        return False
    return answer.status == 200


WAYS = {"grpc": (by_grpc, "grpc"), "http": (by_http, "http")}


def bytes_of_a_whole_report(server, way):
    """How many bytes a client sends for one report, all frames included."""
    send, listener = WAYS[way]
    with FaultProxy(getattr(server, listener), Faults()) as proxy:
        assert send(proxy.address, report(str(uuid.uuid4())))
        return proxy.passed


@pytest.mark.parametrize("way", WAYS)
def test_connection_cut_anywhere_leaves_a_whole_event_or_none(shared, way):
    send, listener = WAYS[way]
    total = bytes_of_a_whole_report(shared, way)
    acknowledged = []
    for cut_after in range(0, total + 1, 7):
        one = report(str(uuid.uuid4()))
        with FaultProxy(getattr(shared, listener), Faults(cut_after=cut_after)) as proxy:
            stored = send_once(send, proxy.address, one)
        answer = Rest(shared.http).call("GET", Rest(shared.http).event_path(one["id"]))
        if stored:
            acknowledged.append(one)
        if answer.status != 404:
            assert model.knowledge(answer.json()) == model.join([one])
    for one in acknowledged:
        assert model.knowledge(Rest(shared.http).get(one["id"])) == model.join([one])


def send_once(send, address, one):
    """One attempt to connect only."""
    if send is not by_grpc:
        return send(address, one)
    with grpc_client.channel(address) as connection:
        outcome = grpc_client.collect_on(connection, [wire.event(one)], timeout=30, patient=False)
        return outcome.code == grpc.StatusCode.OK


@pytest.mark.parametrize("way", WAYS)
def test_single_bytes_are_as_good_as_whole_segments(shared, way):
    send, listener = WAYS[way]
    one = report(str(uuid.uuid4()))
    with FaultProxy(getattr(shared, listener), Faults(single_bytes=True)) as proxy:
        assert send(proxy.address, one)
    assert model.knowledge(Rest(shared.http).get(one["id"])) == model.join([one])


@pytest.mark.parametrize("way", WAYS)
def test_slow_network_is_no_error(shared, way):
    send, listener = WAYS[way]
    one = report(str(uuid.uuid4()))
    with FaultProxy(getattr(shared, listener), Faults(delay=0.05)) as proxy:
        assert send(proxy.address, one)
    assert model.knowledge(Rest(shared.http).get(one["id"])) == model.join([one])


@pytest.mark.parametrize("way", WAYS)
def test_sending_side_closed_in_the_middle_acknowledges_nothing(shared, way):
    """FIN before END_STREAM, or before the whole body."""
    send, listener = WAYS[way]
    total = bytes_of_a_whole_report(shared, way)
    for half_close_after in (total // 4, total // 2, total - 30):
        one = report(str(uuid.uuid4()))
        faults = Faults(half_close_after=half_close_after)
        with FaultProxy(getattr(shared, listener), faults) as proxy:
            assert not send_once(send, proxy.address, one)
        assert Rest(shared.http).status_of(one["id"]) in (404, 200)


def test_stream_cut_between_messages_keeps_the_whole_ones(shared):
    """Messages that arrived whole are stored although the stream never ended."""
    ids = [str(uuid.uuid4()) for _ in range(3)]
    with FaultProxy(shared.grpc, Faults()) as proxy:
        with grpc_client.OpenStream(proxy.address) as stream:
            for one in ids:
                stream.send(wire.event(report(one)))
            from support.waiting import until
            until(lambda: Rest(shared.http).status_of(ids[-1]) == 200, "the last is visible")
            proxy.__exit__()
            assert stream.outcome().code == grpc.StatusCode.UNAVAILABLE
    assert [Rest(shared.http).status_of(one) for one in ids] == [200] * 3


def test_lost_answer_is_mended_by_sending_again(shared):
    """The report went through, its answer did not: the repeat is no second event."""
    one = report(str(uuid.uuid4()))
    total = bytes_of_a_whole_report(shared, "http")
    with FaultProxy(shared.http, Faults(cut_after=total)) as proxy:
        by_http(proxy.address, one)
    before = Rest(shared.http).call("GET", Rest(shared.http).event_path(one["id"]))
    assert by_http(shared.http, one)
    event = Rest(shared.http).get(one["id"])
    assert model.knowledge(event) == model.join([one])
    if before.status == 200:
        assert before.json() == event


def test_server_lives_through_all_of_it(shared):
    assert Rest(shared.http).call("GET", "/readyz").status == 200

"""A start and an end reported apart are one event, whatever comes between them and in which order."""

import itertools
import uuid

import pytest

from support import model
from support.clients import send
from support.rest import Rest

START = 1_700_000_000_000
MINUTE = 60_000
WHOLE = {"service": "checkout", "instance": "checkout-7", "endpoint": "/pay", "layer": "K8S",
         "name": "Upgrade", "type": "Error", "message": "Upgrade from {from} to {to}",
         "parameters": {"from": "1.4.0", "to": "1.5.0"}, "start": START}


def pair(event_id=None):
    event_id = event_id or str(uuid.uuid4())
    return {**WHOLE, "id": event_id}, {"id": event_id, "end": START + MINUTE}


def stored(server, event_id):
    return model.knowledge(Rest(server.http).get(event_id))


def test_start_then_end(shared, protocol):
    start, end = pair()
    send(shared, [start], protocol)
    send(shared, [end], protocol)
    assert stored(shared, start["id"]) == model.join([start, end])


def test_end_then_start(shared, protocol):
    start, end = pair()
    send(shared, [end], protocol)
    send(shared, [start], protocol)
    assert stored(shared, start["id"]) == model.join([start, end])


def test_start_by_one_protocol_and_end_by_another(shared):
    for first, second in itertools.permutations(("grpc", "skywalking-http", "rest"), 2):
        start, end = pair()
        send(shared, [start], first)
        send(shared, [end], second)
        assert stored(shared, start["id"]) == model.join([start, end])


def test_restart_between(server):
    start, end = pair()
    send(server, [start])
    server.restart()
    send(server, [end])
    server.restart()
    assert stored(server, start["id"]) == model.join([start, end])


def test_crash_between(server):
    start, end = pair()
    send(server, [start])
    server.crash_and_restart()
    send(server, [end])
    server.crash_and_restart()
    assert stored(server, start["id"]) == model.join([start, end])


def test_hundred_other_events_between(shared):
    start, end = pair()
    send(shared, [start])
    for _ in range(100):
        send(shared, list(pair()))
    send(shared, [end])
    assert stored(shared, start["id"]) == model.join([start, end])


@pytest.mark.parametrize("query", [
    {"service": "seeker"}, {"instance": "seeker-7"}, {"endpoint": "/seek"}, {"layer": "SEEK"},
    {"layer": "seek"}, {"name": "Seek", "type": "Error"}, {"state": "closed", "service": "seeker"},
    {"id": "sought"}, {"service": ["other", "seeker"]}, {"service": "seeker", "name": "-Other"},
], ids=str)
def test_found_by(shared, query):
    start, end = pair("sought")
    send(shared, [{**start, "service": "seeker", "instance": "seeker-7", "endpoint": "/seek",
                   "layer": "SEEK", "name": "Seek"}, end])
    found = Rest(shared.http).list(from_=START, to=START + 1, **query)
    assert [event["id"] for event in found] == ["sought"]


@pytest.mark.parametrize("window, is_found", [
    ((START + 1, START + 2), True),  # begun before, ends after
    ((START - 10, START), False),  # the end of a window is not in it
    ((START - 10, START + 1), True),
    ((START + MINUTE, START + MINUTE + 1), True),
    ((START + MINUTE + 1, START + MINUTE + 2), False),
], ids=str)
def test_found_by_overlap(shared, window, is_found):
    service = f"overlap{window[0]}-{window[1]}"
    start, end = pair()
    send(shared, [{**start, "service": service}, end])
    found = Rest(shared.http).list(from_=window[0], to=window[1], service=service)
    assert len(found) == int(is_found)


def test_thirty_pairs_are_thirty_events_on_two_pages_of_fifteen(shared):
    pairs = [pair() for _ in range(30)]
    for start, _ in pairs:
        send(shared, [{**start, "service": "thirty"}])
    for _, end in pairs:
        send(shared, [end])
    pages = list(Rest(shared.http).pages(from_=START, to=START + 1, service="thirty", limit=15))
    assert [len(page) for page in pages] == [15, 15]
    assert ({event["id"] for page in pages for event in page}
            == {start["id"] for start, _ in pairs})


def test_every_order_of_conflicting_reports_gives_the_same_event(server):
    """Equal clocks with different text, missing times, a contradictory end, a repeat."""
    reports = [
        {**WHOLE, "start": START + 5},
        {"name": "Rollback", "message": "b", "layer": "mesh", "start": START + 5},
        {"end": START + 2, "parameters": {"from": "0.9", "why": ""}},
        {"message": "timeless", "service": "late"},
        {"type": "Error", "end": START + 2},
    ]
    api, expected = Rest(server.http), None
    orders = list(itertools.permutations(reports))
    for number, order in enumerate(orders):
        send(server, [{**report, "id": f"order-{number}"} for report in order])
    server.restart()
    for number in range(len(orders)):
        event = model.knowledge(api.get(f"order-{number}"))
        expected = expected or model.join([{**report, "id": "order-0"} for report in reports])
        assert {**event, "id": "order-0"} == expected


def test_outcomes_are_told(shared):
    api = Rest(shared.http)
    start, end = pair()
    told = [api.report([report]).json() for report in (start, start, end)]
    assert [(one["new"], one["joined"], one["unchanged"]) for one in told] == [
        (1, 0, 0), (0, 0, 1), (0, 1, 0)]


def test_report_without_id_gets_one_from_its_content(shared):
    api = Rest(shared.http)
    nameless = {key: value for key, value in WHOLE.items()}
    first, again = api.report([nameless]).json(), api.report([nameless]).json()
    assert first["ids"] == again["ids"]
    assert (first["new"], again["unchanged"]) == (1, 1)
    assert len(first["ids"][0]) == 32 and int(first["ids"][0], 16) >= 0


def test_report_without_id_and_times_is_an_instant_of_its_receipt(shared):
    api = Rest(shared.http)
    told = api.report([{"name": "Ping", "service": "timeless"}]).json()
    event = api.get(told["ids"][0])
    assert (event["state"], event["time_inferred"]) == ("instant", True)
    assert event["start"] == event["end"] == event["received_first"]


def test_known_time_replaces_an_inferred_one(shared):
    api = Rest(shared.http)
    event_id = str(uuid.uuid4())
    api.report([{"id": event_id, "name": "Ping"}])
    api.report([{"id": event_id, "start": START, "end": START}])
    event = api.get(event_id)
    assert (event["start"], event["end"], event["time_inferred"]) == (START, START, False)

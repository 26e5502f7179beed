"""The cases of grpc/README.md by each gRPC library that reporters use: the status that the client
tells, and what is stored."""

import dataclasses
import time
import uuid

import pytest

from fault_proxy import FaultProxy, Faults
from support import wire
from support.drivers import DRIVERS, Call
from support.rest import Rest, request
from support.waiting import until

START = 1_700_000_000_000
MAX_MESSAGE = 4 << 20
HEALTH = "/grpc.health.v1.Health/"
SERVING = b"\x08\x01"
OK, CANCELLED, INVALID_ARGUMENT, DEADLINE_EXCEEDED = 0, 1, 3, 4
NOT_FOUND, RESOURCE_EXHAUSTED, UNIMPLEMENTED, UNAVAILABLE = 5, 8, 12, 14
EMPTY_COMMANDS = [""]


def event(event_id, **more):
    return wire.event({"id": event_id, "name": "Called", "service": "clients", "start": START,
                       **more})


def of_size(event_id, size):
    """An event of exactly so many bytes: an unknown field, which every receiver skips, fills it up."""
    head = event(event_id)
    room = size - len(head) - len(wire.varint(100 << 3 | 2))
    whole = head + wire.chunk(100, b"x" * (room - len(wire.varint(room))))
    assert len(whole) == size
    return whole


@dataclasses.dataclass(frozen=True)
class Case:
    """One row of the table: what is sent, what the client must be told, what must be stored."""

    messages: object = ()  # a function of ids, or messages
    status: int = OK
    stored: int = 0  # of the ids
    ids: int = 0
    answers: object = None  # a list of hex texts, or a function that judges them; None: any
    told: str | None = None  # a part of the message
    call: dict = dataclasses.field(default_factory=dict)
    faults: Faults | None = None


def lists_services(answers):
    (answer,) = answers
    return all(name.encode() in bytes.fromhex(answer)
               for name in ("skywalking.v3.EventService", "grpc.health.v1.Health"))


CASES = {
    "unary": Case([b""], answers=[SERVING.hex()], call={"method": HEALTH + "Check"}),
    "unary of an unknown service": Case(
        [wire.text(1, "nobody")], NOT_FOUND, answers=[], call={"method": HEALTH + "Check"}),
    "watch": Case([b""], CANCELLED, answers=[SERVING.hex()],
                  call={"method": HEALTH + "Watch", "cancel_after_answers": 1}),
    "stream": Case(lambda ids: [event(one) for one in ids], ids=3, stored=3,
                   answers=EMPTY_COMMANDS),
    "empty stream": Case(answers=EMPTY_COMMANDS),
    "many streams": Case(lambda ids: [event(ids[0])], ids=1, stored=1, answers=EMPTY_COMMANDS,
                         call={"streams": 150}),
    "4 MiB - 1": Case(lambda ids: [of_size(ids[0], MAX_MESSAGE - 1)], ids=1, stored=1),
    "4 MiB": Case(lambda ids: [of_size(ids[0], MAX_MESSAGE)], ids=1, stored=1),
    "4 MiB + 1": Case(lambda ids: [event(ids[0]), of_size(ids[1], MAX_MESSAGE + 1)],
                      RESOURCE_EXHAUSTED, ids=2, stored=1, answers=[], told="4194304"),
    "gzip": Case(lambda ids: [event(one, message="m" * 9000) for one in ids], ids=3, stored=3,
                 answers=EMPTY_COMMANDS, call={"gzip": True}),
    "-bin metadata": Case(lambda ids: [event(ids[0])], ids=1, stored=1, call={
        "metadata": {"agent-version": "8.7.0"},
        "metadata_bin": {"trace-bin": bytes(range(256)).hex()}}),
    "percent-encoded grpc-message": Case(status=UNIMPLEMENTED, told="/a%b.Service/100%",
                                         call={"method": "/a%b.Service/100%"}),
    "trailers-only error": Case(status=UNIMPLEMENTED, answers=[], told="/no.Such/method",
                                call={"method": "/no.Such/method"}),
    "rejected report": Case(lambda ids: [event(ids[0]), event(ids[1], name="n" * 257)],
                            INVALID_ARGUMENT, ids=2, stored=1, told="#1 name"),
    "cancel in mid-message": Case(lambda ids: [of_size(ids[0], 1 << 20)], CANCELLED, ids=1,
                                  call={"cancel_after_ms": 700}, faults=Faults(stall_after=50_000)),
    "deadline in mid-message": Case(
        lambda ids: [of_size(ids[0], 1 << 20)], DEADLINE_EXCEEDED, ids=1,
        call={"deadline_ms": 1500}, faults=Faults(stall_after=50_000)),
    # The settings and their acknowledgement pass, the answer does not.
    "deadline during the commit": Case(
        lambda ids: [event(ids[0])], DEADLINE_EXCEEDED, ids=1, stored=1,
        call={"deadline_ms": 1500}, faults=Faults(hold_answers_after=50)),
    "large message over small windows": Case(
        lambda ids: [of_size(ids[0], 1 << 20)], ids=1, stored=1, answers=EMPTY_COMMANDS,
        faults=Faults(throttle=8 << 20)),
    "reflection v1": Case([wire.text(7, "*")], answers=lists_services,
                          call={"method": "/grpc.reflection.v1.ServerReflection/"
                                          "ServerReflectionInfo"}),
    "reflection v1alpha": Case([wire.text(7, "*")], answers=lists_services,
                               call={"method": "/grpc.reflection.v1alpha.ServerReflection/"
                                               "ServerReflectionInfo"}),
}


@pytest.fixture(params=DRIVERS)
def client(request):
    return request.param


def stored_of(server, ids):
    return sum(Rest(server.http).status_of(one) == 200 for one in ids)


def make(case, server, client, directory):
    """The outcomes of the case's streams, and its ids."""
    ids = [f"call-{uuid.uuid4()}" for _ in range(case.ids)]
    messages = case.messages(ids) if callable(case.messages) else case.messages
    with FaultProxy(server.grpc, case.faults or Faults()) as proxy:
        address = proxy.address if case.faults else server.grpc
        return Call(client, address, directory, messages=messages, **case.call).outcomes(), ids


@pytest.mark.parametrize("name", CASES)
def test_case(shared, client, name, tmp_path):
    case = CASES[name]
    outcomes, ids = make(case, shared, client, tmp_path)
    for outcome in outcomes:
        assert outcome["status"] == case.status, outcome
        assert case.told is None or case.told in outcome["message"], outcome
        if callable(case.answers):
            assert case.answers(outcome["answers"]), outcome
        elif case.answers is not None:
            assert outcome["answers"] == case.answers, outcome
    assert len(outcomes) == case.call.get("streams", 1)
    assert stored_of(shared, ids) == case.stored


def test_stream_that_never_half_closes(shared, client, tmp_path):
    one = f"call-{uuid.uuid4()}"
    call = Call(client, shared.grpc, tmp_path, messages=[event(one)], half_close=False, hold=True)
    until(lambda: Rest(shared.http).status_of(one) == 200, "the event is visible")
    assert call.process.poll() is None
    assert call.outcome("cancel")["status"] == CANCELLED
    assert Rest(shared.http).status_of(one) == 200


def test_stop_with_ten_open_streams(server, tmp_path):
    """GOAWAY, and UNAVAILABLE for each stream; what they sent is stored. All clients at once."""
    calls = {}
    for name in DRIVERS:
        folder = tmp_path / name
        folder.mkdir()
        calls[name] = Call(name, server.grpc, folder, messages=[event(f"stopped-{name}")],
                           half_close=False, hold=True, streams=10)
    for name in DRIVERS:
        until(lambda: Rest(server.http).status_of(f"stopped-{name}") == 200, f"{name} has sent")
    until(lambda: inflight(server) == 0, "all that was sent is committed")
    server.stop()
    for name, call in calls.items():
        outcomes = call.outcomes()
        assert {outcome["status"] for outcome in outcomes} == {UNAVAILABLE}, (name, outcomes)
        assert len(outcomes) == 10
    server.start()
    assert stored_of(server, [f"stopped-{name}" for name in DRIVERS]) == len(DRIVERS)


def inflight(server):
    metrics = request(server.http, "GET", "/metrics").body.decode()
    (line,) = [line for line in metrics.splitlines() if line.startswith("tidings_inflight_bytes ")]
    return float(line.split()[1])


def test_keepalive_pings_of_an_idle_stream(shared, tmp_path):
    """Each client pings as often as its library lets it (10 s for Java and Go); nobody is sent away."""
    calls = {}
    for name in DRIVERS:
        folder = tmp_path / name
        folder.mkdir()
        often = 10_000 if name in ("grpc-java", "grpc-go") else 1_000
        calls[name] = Call(name, shared.grpc, folder, messages=[event(f"idle-{name}")],
                           half_close=False, hold=True, keepalive_ms=often)
    time.sleep(12)  # not a wait for something: the time in which pings are sent
    for name, call in calls.items():
        outcome = call.outcome("end")
        assert outcome == {"status": OK, "message": "", "answers": EMPTY_COMMANDS}, name
    assert stored_of(shared, [f"idle-{name}" for name in DRIVERS]) == len(DRIVERS)

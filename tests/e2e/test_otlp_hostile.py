"""Broken, cut, oversized and hostile OTLP on 4317 and 4318: refused cheaply, nothing half stored."""

import contextlib
import json
import random
import socket
import types

import grpc
import pytest

from conftest import end
from attacks import bodies
from support.attack import attack
from support import grpc_client, otlp
from support.frames import (DATA, END_HEADERS, END_STREAM, HEADERS, connect, frame, grpc_head,
                            grpc_message, read_to_end, setting)
from support.process import cpu_seconds, forget_peak, memory
from support.rest import Rest, expect
from support.server import Server
from support.waiting import until
from test_attacks import ATTACKS, CPU_SECONDS, SETTINGS_OF_SERVER

JSON_TYPE = b"Content-Type: application/json\r\n"
PROTOBUF_TYPE = b"Content-Type: application/x-protobuf\r\n"
GZIP, ZSTD = b"Content-Encoding: gzip\r\n", b"Content-Encoding: zstd\r\n"
MEMORY_BYTES = 200 << 20
# Those that are not about one method.
FLOODS = ("header_flood", "header_flood_grpc", "indexed_header_flood", "rapid_resets",
          "continuation_flood", "ping_flood", "settings_flood", "settings_ack_flood")


def record(event_id, **attributes):
    return ("Hostile", {"event.id": event_id, **attributes}, otlp.START)


def alive(server):
    """A good request is stored still."""
    number = random.getrandbits(64)
    expect(otlp.by_http(server.otlp_http, otlp.request(record(f"alive-{number}"))))
    assert otlp.by_grpc(server.otlp_grpc, otlp.request(record(f"alive-{number}")))[
        0].code == grpc.StatusCode.OK
    return Rest(server.http).status_of(f"alive-{number}") == 200


def test_every_broken_byte_is_refused_or_read_whole(shared):
    good, _ = otlp.sample("04-grpc-job-failure-labels-restarting")
    chosen = random.Random(7)
    with grpc_client.channel(shared.otlp_grpc) as channel:
        method = channel.unary_unary(otlp.EXPORT)
        for _ in range(300):
            broken = bytearray(good)
            broken[chosen.randrange(len(broken))] = chosen.randrange(256)
            by_http = otlp.by_http(shared.otlp_http, bytes(broken)).status
            by_grpc = grpc_client.outcome_of(method.future(bytes(broken), timeout=60)).code
            assert (by_http, by_grpc) in ((200, grpc.StatusCode.OK),
                                          (400, grpc.StatusCode.INVALID_ARGUMENT))
    assert alive(shared)


def test_nothing_of_a_malformed_request_is_stored(shared, api):
    broken = otlp.request(record("half-1")).SerializeToString() + b"\x0a\x05"
    assert otlp.by_http(shared.otlp_http, broken).status == 400
    assert otlp.by_grpc(shared.otlp_grpc, broken)[0].code == grpc.StatusCode.INVALID_ARGUMENT
    assert api.status_of("half-1") == 404


@pytest.mark.parametrize("member", ("name", "value", "key"))
def test_bad_utf8_rejects_its_record_alone(shared, api, member):
    good, bad = f"utf8-good-{member}", f"utf8-bad-{member}"
    message = otlp.request(record(good, k="v"), ("BADNAME", {"event.id": bad, "BADKEY": "BADVALUE"},
                                                 otlp.START)).SerializeToString()
    word = {"name": b"BADNAME", "value": b"BADVALUE", "key": b"BADKEY"}[member]
    for send in (lambda data: otlp.by_grpc(shared.otlp_grpc, data)[1],
                 lambda data: otlp.ExportLogsServiceResponse.FromString(
                     expect(otlp.by_http(shared.otlp_http, data)).body)):
        told = send(message.replace(word, b"\xff" * len(word))).partial_success
        assert told.rejected_log_records == 1 and "UTF-8" in told.error_message, told
    assert (api.status_of(good), api.status_of(bad)) == (200, 404)


def test_nul_and_control_characters_come_back(shared, api):
    text = "a\0b\x1b[31m\u202e</script>"
    expect(otlp.by_http(shared.otlp_http, otlp.request((text, {"event.id": "nul", text: text},
                                                       otlp.START))))
    event = api.get("nul")
    assert event["name"] == text and event["parameters"][text] == text


@pytest.mark.parametrize("ends", (True, False))
def test_message_that_is_cut_is_neither_stored_nor_acknowledged(shared, api, ends):
    event_id = f"cut-{ends}"
    framed = grpc_message(otlp.request(record(event_id, k="v" * 1000)).SerializeToString())
    connection = connect(shared.otlp_grpc)
    connection.sendall(frame(HEADERS, END_HEADERS, 1, grpc_head(otlp.EXPORT))
                       + frame(DATA, END_STREAM if ends else 0, 1, framed[:-10]))
    connection.settimeout(0.5)
    read_to_end(connection)
    connection.close()
    body = otlp.request(record(event_id, k="v" * 1000)).SerializeToString()
    host, port = shared.otlp_http.rsplit(":", 1)
    with socket.create_connection((host, int(port))) as plain:
        plain.sendall(b"POST /v1/logs HTTP/1.1\r\nHost: t\r\nContent-Type: application/x-protobuf\r\n"
                      b"Content-Length: %d\r\n\r\n" % len(body) + body[:-10])
    assert alive(shared)
    assert api.status_of(event_id) == 404


def test_whole_message_of_a_client_that_has_gone_is_kept(shared, api):
    framed = grpc_message(otlp.request(record("gone")).SerializeToString())
    connection = connect(shared.otlp_grpc)
    connection.sendall(frame(HEADERS, END_HEADERS, 1, grpc_head(otlp.EXPORT))
                       + frame(DATA, END_STREAM, 1, framed))
    connection.close()
    assert alive(shared)
    assert api.status_of("gone") == 200


def test_one_bad_record_of_a_hundred(shared, api):
    records = [record(f"partly-{number}") for number in range(100)]
    records[50] = ("x" * 257, {"event.id": "partly-50"}, otlp.START)
    outcome, told = otlp.by_grpc(shared.otlp_grpc, otlp.request(*records))
    assert outcome.code == grpc.StatusCode.OK
    assert told.partial_success.rejected_log_records == 1
    assert "#50 name" in told.partial_success.error_message
    assert api.status_of("partly-50") == 404 and api.status_of("partly-99") == 200


def deep_value(depth):
    """An AnyValue in AnyValues, built from the inside out."""
    value = b"\x18\x01"
    for _ in range(depth):
        for tag in (b"\x0a", b"\x2a"):
            value = tag + length(len(value)) + value
    return value


def length(size):
    out = bytearray()
    while size >= 128:
        out.append(size & 127 | 128)
        size >>= 7
    out.append(size)
    return bytes(out)


def test_deep_values_cost_nothing(shared):
    value = deep_value(3000)
    message = b"\x62\x01E\x2a" + length(len(value)) + value
    for tag in (b"\x12", b"\x12", b"\x0a"):
        message = tag + length(len(message)) + message
    _, told = otlp.by_grpc(shared.otlp_grpc, message)
    assert "nests deeper" in told.partial_success.error_message
    deep = ('{"resourceLogs":' + "[" * 100_000, '{"resourceLogs":[{"scopeLogs":[{"logRecords":['
            + '{"body":' + '{"arrayValue":{"values":[' * 20_000)
    for body in deep:
        assert otlp.by_http(shared.otlp_http, body, otlp.JSON).status == 400


def test_numbers_at_the_edges(shared, api):
    record_of = '{"eventName":"N","attributes":[{"key":"event.id","value":{"stringValue":"%s"}},%s]}'
    records = [
        record_of % ("edge-min", '{"key":"k","value":{"intValue":"-9223372036854775808"}}'),
        record_of % ("edge-nan", '{"key":"k","value":{"doubleValue":"NaN"}}'),
        record_of % ("edge-huge", '{"key":"k","value":{"doubleValue":1e400}}'),
        record_of % ("edge-over", '{"key":"k","value":{"intValue":9223372036854775808}}'),
        record_of % ("edge-twice", '{"key":"k","value":{"intValue":1}},'
                                   '{"key":"k","value":{"intValue":2}}'),
    ]
    body = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[' + ",".join(records) + "]}]}]}"
    told = expect(otlp.by_http(shared.otlp_http, body, otlp.JSON)).json()["partialSuccess"]
    assert told["rejectedLogRecords"] == "2", told
    assert api.get("edge-min")["parameters"]["k"] == -(1 << 63)
    assert api.get("edge-nan")["parameters"]["k"] == "NaN"
    assert api.get("edge-twice")["parameters"]["k"] == 2
    assert api.status_of("edge-huge") == api.status_of("edge-over") == 404


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    one = Server(tmp_path_factory.mktemp("attacked"), [
        *SETTINGS_OF_SERVER, "receivers.otlp.max_inflated_bytes=32MiB"]).start()
    yield one
    end(one)


def million_records():
    return b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[' + b"{}," * 1_000_000 + b"{}]}]}]}"


def repeated_resource():
    """Few bytes that say much: each of many records belongs to a large resource."""
    message = otlp.request(*[("R", {}, n + 1) for n in range(20_000)])
    otlp.add_attributes(message.resource_logs[0].resource.attributes, {"much": "x" * 16_000})
    return message.SerializeToString()


@pytest.mark.parametrize("name, body, headers, status", [
    ("gzip-json", lambda: bodies.bomb(2048), JSON_TYPE + GZIP, 413),
    ("gzip-protobuf", lambda: bodies.bomb(2048), PROTOBUF_TYPE + GZIP, 413),
    ("zstd-json", lambda: bodies.zstd_bomb(2048), JSON_TYPE + ZSTD, 413),
    ("zstd-protobuf", lambda: bodies.zstd_bomb(2048), PROTOBUF_TYPE + ZSTD, 413),
    ("nested", lambda: bodies.bomb(100), JSON_TYPE + b"Content-Encoding: gzip, gzip\r\n", 415),
    ("unknown", lambda: b"{}", JSON_TYPE + b"Content-Encoding: deflate\r\n", 415),
    ("no-gzip", lambda: b"{}", JSON_TYPE + GZIP, 400),
    ("huge", lambda: b" " * (100 << 20), JSON_TYPE, 413),
    ("million", million_records, JSON_TYPE, 413),
    ("resource", repeated_resource, PROTOBUF_TYPE, 413),
], ids=lambda value: value if isinstance(value, str) else "")
def test_large_bodies_are_refused(attacked, name, body, headers, status):
    assert name
    forget_peak(attacked)
    before = memory(attacked)
    told = bodies.post(attacked.otlp_http, "/v1/logs", body(), headers)
    assert told["status"] == status, told
    assert memory(attacked, "VmHWM") - before < MEMORY_BYTES
    assert alive(attacked)


def test_large_messages_are_refused(attacked):
    assert bodies.gzip_bomb_grpc(attacked.otlp_http, attacked.otlp_grpc, otlp.EXPORT)["ended"]
    too_long = b"\0" * ((20 << 20) + 1)
    assert otlp.by_grpc(attacked.otlp_grpc, too_long)[
        0].code == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert alive(attacked)


def test_body_without_end_is_refused(attacked):
    forget_peak(attacked)
    before = memory(attacked)
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    host, port = attacked.otlp_http.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(b"POST /v1/logs HTTP/1.1\r\nHost: t\r\n" + JSON_TYPE
                               + b"Transfer-Encoding: chunked\r\n\r\n")
            for _ in range(1000):
                connection.sendall(chunk)
        assert read_to_end(connection).startswith(b"HTTP/1.1 413 ")
    assert memory(attacked, "VmHWM") - before < MEMORY_BYTES
    assert alive(attacked)


def test_client_that_takes_no_answer_is_served_all_the_same(attacked):
    """Its window is closed, and the answer is a partial success."""
    message = otlp.request(record("closed-window"), ("x" * 300, {}, otlp.START))
    connection = connect(attacked.otlp_grpc, setting(4, 0))
    connection.sendall(frame(HEADERS, END_HEADERS, 1, grpc_head(otlp.EXPORT))
                       + frame(DATA, END_STREAM, 1, grpc_message(message.SerializeToString())))
    until(lambda: Rest(attacked.http).status_of("closed-window") == 200, "it is stored")
    assert alive(attacked)
    connection.close()


@pytest.mark.parametrize("name", FLOODS)
def test_floods_are_cheap_on_these_ports_too(attacked, name):
    expected, _ = ATTACKS[name]
    begun = cpu_seconds(attacked)
    ports = types.SimpleNamespace(http=attacked.otlp_http, grpc=attacked.otlp_grpc)
    told = attack(name, ports)
    assert {**told, **expected} == told
    assert cpu_seconds(attacked) - begun < CPU_SECONDS
    assert alive(attacked)


def test_json_of_the_bodies_is_json():
    """The million records above are refused for their number, not for their form."""
    assert len(json.loads(million_records())["resourceLogs"]) == 1

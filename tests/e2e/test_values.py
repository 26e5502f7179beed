"""Odd but legal values, and illegal ones: ids, years, times, text. The same on every protocol."""

import datetime

import pytest

from support import grpc_client, model, wire
from support.clients import PROTOCOLS, send
from support.rest import Rest

START = 1_700_000_000_000


def at(year, month=1, day=1):
    moment = datetime.datetime(year, month, day, tzinfo=datetime.timezone.utc)
    return int(moment.timestamp()) * 1000


LAST_MS_OF_9999 = at(9999, 12, 31) + 86_400_000 - 1


@pytest.mark.parametrize("event_id", [
    "abcde", "1", "6f1c2a90-1111-4c1e-9a55-0000000000a1", "订单-42", "é" * 64, "x" * 128, "a/b",
    "a b", "%2F", "..", "a?b#c", "a+b", '"quoted"', "new\nline", "\u202eltr", "😀" * 32, "a\0b",
], ids=repr)
def test_any_id_is_legal(shared, protocol, event_id):
    event_id = f"{event_id}{protocol}" if len(event_id.encode()) < 100 else event_id
    report = {"id": event_id, "name": "Odd", "service": "ids", "start": START, "end": START + 1}
    send(shared, [report], protocol)
    assert model.knowledge(Rest(shared.http).get(event_id)) == model.join([report])


def test_awkward_id_is_also_a_query_parameter(shared):
    send(shared, [{"id": "a/b?c", "name": "Odd", "start": START}])
    assert Rest(shared.http).call("GET", "/api/v1/event?id=a%2Fb%3Fc").json()["id"] == "a/b?c"


@pytest.mark.parametrize("field, limit", [
    ("id", 128), ("service", 512), ("instance", 512), ("endpoint", 512), ("layer", 64),
    ("name", 256), ("message", 16 * 1024),
])
def test_limit_of_each_text(shared, protocol, field, limit):
    """At the limit it is stored; one byte more is rejected by field, limit and length."""
    def report(length):
        one = {"id": f"limit-{protocol}-{field}-{length}", "name": "L", "start": START}
        return {**one, field: f"{protocol}{'x' * length}"[:length]}

    fits, too_long = report(limit), report(limit + 1)
    stored, told = PROTOCOLS[protocol](shared, [fits, too_long])
    assert not stored
    for part in (field, str(limit), str(limit + 1)):
        assert part in told.lower(), told
    api = Rest(shared.http)
    assert [api.status_of(one["id"]) for one in (fits, too_long)] == [200, 404]


@pytest.mark.parametrize("start", [1, at(1970) + 86_400_000, at(1999), at(2023), at(2262),
                                   at(9999), LAST_MS_OF_9999])
def test_every_year_from_1970_to_9999(shared, protocol, start):
    report = {"id": f"year-{protocol}-{start}", "name": "Year", "service": f"year-{start}",
              "start": start, "end": min(start + 5, LAST_MS_OF_9999)}
    send(shared, [report], protocol)
    api = Rest(shared.http)
    assert model.knowledge(api.get(report["id"])) == model.join([report])
    found = api.list(from_=0, service=report["service"])
    assert report["id"] in [event["id"] for event in found]


def test_years_survive_a_restart(server):
    reports = [{"id": f"year-{year}", "name": "Year", "start": at(year), "end": at(year) + 5}
               for year in (1971, 2023, 9999)]
    send(server, reports)
    server.crash_and_restart()
    events = Rest(server.http).list(from_=0, order="asc")
    assert [model.knowledge(event) for event in events] == [model.join([r]) for r in reports]


def test_beyond_9999_is_rejected(shared, protocol):
    stored, told = PROTOCOLS[protocol](shared, [
        {"id": f"beyond-{protocol}", "name": "Y", "start": LAST_MS_OF_9999 + 1}])
    assert not stored and "start" in told.lower()
    assert Rest(shared.http).status_of(f"beyond-{protocol}") == 404


@pytest.mark.parametrize("unknown", [0, -1, -6795364578871, -(1 << 63)])
def test_times_of_zero_and_less_are_not_known(shared, protocol, unknown):
    """-6795364578871 is what the Kubernetes exporter sends for a missing timestamp."""
    report = {"id": f"unknown-{protocol}-{unknown}", "name": "U", "start": unknown, "end": unknown}
    send(shared, [report], protocol)
    event = Rest(shared.http).get(report["id"])
    assert (event["state"], event["time_inferred"]) == ("instant", True)


def test_end_before_start_in_one_report_is_rejected(shared, protocol):
    stored, told = PROTOCOLS[protocol](shared, [
        {"id": f"reversed-{protocol}", "name": "R", "start": START, "end": START - 1}])
    assert not stored and "end" in told.lower()


def test_end_before_start_after_the_join_is_kept_and_flagged(shared, protocol):
    reports = [{"id": f"contra-{protocol}", "name": "C", "start": START},
               {"id": f"contra-{protocol}", "end": START - 5}]
    for report in reports:
        send(shared, [report], protocol)
    event = Rest(shared.http).get(f"contra-{protocol}")
    assert model.knowledge(event) == model.join(reports)
    assert event["contradictory"] and event["duration"] is None


def test_neither_id_nor_name_is_rejected(shared, protocol):
    stored, told = PROTOCOLS[protocol](shared, [{"service": "nameless", "start": START}])
    assert not stored and "name" in told


INVALID_UTF8 = {"lone byte": b"\xff", "cut": b"a\xe2\x82", "overlong": b"\xc0\xaf",
                "surrogate": b"\xed\xa0\x80", "beyond": b"\xf4\x90\x80\x80"}
TEXT_FIELDS = ("id", "service", "instance", "endpoint", "name", "message", "layer")


@pytest.mark.parametrize("name", INVALID_UTF8)
@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_invalid_utf8_is_rejected_by_field_over_grpc(shared, field, name):
    good = {"id": f"utf8-good-{field}-{name}", "name": "U", "start": START}
    bad = {"id": f"utf8-bad-{field}-{name}", "name": "U", "start": START,
           field: b"t" + INVALID_UTF8[name]}
    outcome = grpc_client.collect(shared.grpc, [wire.event(bad), wire.event(good)])
    assert outcome.code.name == "INVALID_ARGUMENT"
    assert "#0" in outcome.details and field in outcome.details.lower(), outcome
    assert "UTF-8" in outcome.details
    assert Rest(shared.http).status_of(good["id"]) == 200
    assert Rest(shared.http).status_of(f"utf8-bad-{field}-{name}") == 404


@pytest.mark.parametrize("name", INVALID_UTF8)
@pytest.mark.parametrize("path", ["/v3/events", "/api/v1/events"])
def test_invalid_utf8_in_json_is_400_and_stores_nothing(shared, path, name):
    body = (b'[{"%s":"utf8-json","name":"' % (b"uuid" if path == "/v3/events" else b"id")
            + INVALID_UTF8[name] + b'"}]')
    assert Rest(shared.http).call("POST", path, body).status == 400
    assert Rest(shared.http).status_of("utf8-json") == 404


@pytest.mark.parametrize("escape", ['\\ud800', '\\udc00', '\\ud800x', '\\ud800\\ud800'])
@pytest.mark.parametrize("path", ["/v3/events", "/api/v1/events"])
def test_lone_surrogate_in_json_is_refused(shared, path, escape):
    key = "uuid" if path == "/v3/events" else "id"
    body = f'[{{"{key}":"surrogate","name":"{escape}"}}]'.encode()
    assert Rest(shared.http).call("POST", path, body).status == 400
    assert Rest(shared.http).status_of("surrogate") == 404


@pytest.mark.parametrize("text", ["a\0b", "\x1b[31mred", "tab\tline\nfeed\r", "\u2028", "\ufeffbom",
                                  "\x7f", "🏳️‍🌈", "e\u0301", "<script>alert(1)</script>"], ids=repr)
def test_control_characters_and_odd_text_come_back_unchanged(shared, protocol, text):
    report = {"id": f"text-{protocol}-{text.encode().hex()}", "name": text, "message": text,
              "service": text, "parameters": {text: text}, "start": START, "end": START}
    send(shared, [report], protocol)
    assert model.knowledge(Rest(shared.http).get(report["id"])) == model.join([report])


def test_mebibyte_of_name_is_rejected_by_its_length(shared, protocol):
    stored, told = PROTOCOLS[protocol](shared, [
        {"id": f"long-{protocol}", "name": "n" * (1 << 20), "start": START}])
    assert not stored
    assert "name" in told and "256" in told and "1048576" in told
    assert len(told) < 2000, "the answer does not repeat the value"


def test_parameters_at_and_beyond_their_limits(shared, protocol):
    def report(name, parameters):
        return {"id": f"parameters-{protocol}-{name}", "name": "P", "start": START,
                "parameters": parameters}

    send(shared, [report("most", {f"k{n:03}": "v" for n in range(256)}),
                  report("key", {"k" * 256: "v"})], protocol)
    for name, parameters in (("many", {f"k{n:03}": "v" for n in range(257)}),
                             ("long key", {"k" * 257: "v"}), ("empty key", {"": "v"}),
                             ("bytes", {f"k{n}": "v" * 8192 for n in range(9)})):
        stored, told = PROTOCOLS[protocol](shared, [report(name, parameters)])
        assert not stored and "parameter" in told.lower(), (name, told)


def test_event_keeps_the_least_256_parameters_of_all_its_reports(shared, protocol):
    reports = [{"id": f"truncated-{protocol}", "name": "T", "start": START,
                "parameters": {f"k{n:03}": "v" for n in span}}
               for span in (range(100, 300), range(0, 200))]
    for report in reports:
        send(shared, [report], protocol)
    event = Rest(shared.http).get(f"truncated-{protocol}")
    assert list(event["parameters"]) == [f"k{n:03}" for n in range(256)]
    assert event["truncated"]


def test_secrets_in_an_agents_options_are_masked(shared, protocol):
    options = "-Xmx1g -Djavax.net.ssl.keyStorePassword=hunter2 -Dapi.token=abc -Dplain=x"
    send(shared, [{"id": f"opts-{protocol}", "name": "Start", "start": START,
                   "parameters": {"OPTS": options, "token": "kept"}}], protocol)
    assert Rest(shared.http).get(f"opts-{protocol}")["parameters"] == {
        "OPTS": "-Xmx1g -Djavax.net.ssl.keyStorePassword=*** -Dapi.token=*** -Dplain=x",
        "token": "kept"}

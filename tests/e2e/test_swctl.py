"""SkyWalking's command line against the server, as it is."""

import grpc
import pytest

from support import swctl
from support.swctl import Swctl, moment

START = 1_700_000_000_000
MINUTE = 60_000
WINDOW = {"start": moment(START - 10 * MINUTE), "end": moment(START + 10 * MINUTE)}


@pytest.fixture
def cli(shared):
    return Swctl(shared)


def ids(events):
    return [event["uuid"] for event in events]


def test_report_is_answered_with_empty_commands_within_its_deadline(cli):
    outcome = cli.event_report(id="abcde", name="Reboot", service="answered", start=START,
                               layer="general")
    assert (outcome.code, outcome.answer) == (grpc.StatusCode.OK, b"")


def test_start_and_end_reported_apart_are_listed_as_one_whole_event(cli):
    cli.event_report(id="pair", name="Upgrade", type="Error", message="from {a} to {b}",
                     service="pairs", instance="pairs-1", endpoint="/pay", layer="general",
                     parameters={"a": "1.4", "b": "1.5"}, start=START)
    cli.event_report(id="pair", end=START + MINUTE, layer="general")
    assert cli.event_list(**WINDOW, service="pairs") == [{
        "uuid": "pair",
        "source": {"service": "pairs", "serviceInstance": "pairs-1", "endpoint": "/pay"},
        "name": "Upgrade", "type": "Error", "message": "from {a} to {b}",
        "parameters": [{"key": "a", "value": "1.4"}, {"key": "b", "value": "1.5"}],
        "startTime": START, "endTime": START + MINUTE, "layer": "GENERAL",
    }]


def test_empty_filters_mean_no_filter(cli):
    cli.event_report(id="bare", name="Bare", service="bare", layer="general", start=START - 5000)
    assert "bare" in ids(cli.event_list(**WINDOW))


@pytest.mark.parametrize("flags", [
    {"service": "found"}, {"name": "Found"}, {"layer": "k8s", "name": "Found"},
    {"type": "Error", "service": "found"}, {"service": "found", "instance": "found-1"},
    {"service": "found", "endpoint": "/found"},
], ids=str)
def test_finds_by_each_flag(cli, flags):
    cli.event_report(id="found", name="Found", type="Error", service="found", instance="found-1",
                     endpoint="/found", layer="K8S", start=START)
    assert ids(cli.event_list(**WINDOW, **flags)) == ["found"]


@pytest.mark.parametrize("flags", [
    {"service": "lost", "name": "Other"}, {"service": "lost", "layer": "general"},
    {"service": "lost", "type": "Error"}, {"service": "lost", "instance": "other"},
], ids=str)
def test_does_not_find_what_a_flag_excludes(cli, flags):
    cli.event_report(id="lost", name="Lost", service="lost", instance="lost-1", layer="K8S",
                     start=START)
    assert cli.event_list(**WINDOW, **flags) == []


def test_unknown_service_ends_the_list(cli):
    assert cli.event_list(**WINDOW, service="nobody") == "no such service [nobody]"


@pytest.mark.parametrize("step", ["SECOND", "MINUTE", "HOUR", "DAY"])
def test_end_of_the_window_is_inclusive_to_the_end_of_its_unit(cli, step):
    service = "unit-" + step
    unit = {"SECOND": 1000, "MINUTE": MINUTE, "HOUR": 60 * MINUTE, "DAY": 1440 * MINUTE}[step]
    first = START - START % unit
    cli.event_report(id=service + "-last", service=service, layer="g", start=first + unit - 1,
                     end=first + unit - 1)
    cli.event_report(id=service + "-beyond", service=service, layer="g", start=first + unit + 1,
                     end=first + unit + 1)
    text = moment(first, step)
    assert ids(cli.event_list(text, text, step, service)) == [service + "-last"]


def test_event_that_spans_the_window_is_found(cli):
    cli.event_report(id="span", service="span", name="Long", layer="g", start=START - 300 * MINUTE,
                     end=START + 300 * MINUTE)
    assert ids(cli.event_list(**WINDOW, service="span")) == ["span"]


def test_open_event_lasts_until_now_and_has_no_end(cli):
    cli.event_report(id="open", service="open", name="Open", layer="g",
                     start=START - 300 * MINUTE)
    (event,) = cli.event_list(**WINDOW, service="open")
    assert (event["uuid"], event["endTime"]) == ("open", 0)


def test_end_without_a_start_has_start_zero(cli):
    cli.event_report(id="orphan", service="orphan", name="Orphan", layer="g", end=START)
    (event,) = cli.event_list(**WINDOW, service="orphan")
    assert (event["startTime"], event["endTime"]) == (0, START)


def test_thirty_events_of_two_reports_each_are_two_pages(cli):
    for number in range(30):
        cli.event_report(id=f"paged-{number:02}", service="paged", name="Paged", layer="g",
                         start=START + number)
    for number in range(30):
        cli.event_report(id=f"paged-{number:02}", end=START + MINUTE + number)
    pages = [ids(cli.event_list(**WINDOW, service="paged", page=page)) for page in (1, 2, 3)]
    assert pages == [[f"paged-{n:02}" for n in range(29, 14, -1)],
                     [f"paged-{n:02}" for n in range(14, -1, -1)], []]


def test_missing_time_without_uuid_is_an_error_by_its_words(cli):
    answer = cli.rest.call("POST", "/graphql", {
        "query": swctl.QUERY_EVENTS,
        "variables": {"condition": {"paging": {"pageNum": 1, "pageSize": 15}}}})
    assert answer.status == 200
    assert "time field is required when uuid is absent." in answer.json()["errors"][0]["message"]


def test_health_is_good_on_both_protocols(cli):
    score, check = cli.health()
    assert score["score"] == 0
    assert (check.code, check.answer) == (grpc.StatusCode.OK, b"\x08\x01")


def test_alarm_list_is_empty(cli):
    assert cli.alarm_list() == {"msgs": []}


def test_stream_reset_before_its_first_message_stores_nothing(cli, shared):
    """What swctl does when a flag holds invalid UTF-8."""
    from support.grpc_client import OpenStream
    with OpenStream(shared.grpc) as stream:
        stream.call.cancel()
    assert cli.event_report(id="after-reset", service="reset", start=START).code.name == "OK"
    assert ids(cli.event_list(**WINDOW, service="reset")) == ["after-reset"]

"""A chain of pages is one snapshot, whatever happens to the events and to the server meanwhile."""

import pytest

from support import model
from support.clients import send
from support.rest import Rest, expect

START = 1_700_000_000_000
DAY = 86_400_000
COUNT = 10_000
BATCH = 500


def batches(reports):
    for first in range(0, len(reports), BATCH):
        yield reports[first:first + BATCH]


def name_of(number):
    return f"e-{number:05}"


def start_of(number):
    """Every tenth event has no time of its own at first."""
    return {} if number % 10 == 9 else {"start": START + number * 1000}


def store_first(server):
    reports = [{"id": name_of(number), "name": "Paged", "service": "paged", "layer": "K8S",
                **start_of(number)} for number in range(COUNT)]
    for batch in batches(reports):
        send(server, batch, "skywalking-http")


def disturb(server, page):
    """Between two pages: new events arrive, listed ones change in every way that there is."""
    api = Rest(server.http)
    numbers = range(page * 1000, page * 1000 + 1000)
    news = [{"id": f"new-{number:05}", "name": "Paged", "service": "paged",
             "start": START + number * 997} for number in numbers]
    ends = [{"id": name_of(number), "end": START + number * 1000 + 5}
            for number in numbers if number % 10 < 3]
    earlier = [{"id": name_of(number), "start": START - DAY + number}
               for number in numbers if number % 10 in (3, 4)]
    known = [{"id": name_of(number), "start": START + number, "end": START + number}
             for number in numbers if number % 10 == 9]
    for batch in batches(news + ends + earlier + known):
        send(server, batch, "skywalking-http")
    for number in numbers[5::100]:
        expect(api.correct(name_of(number), {"name": "Corrected", "service": "elsewhere",
                                             "start": 1, "end": 2}))
    for number in numbers[6::100]:
        answer = api.withdraw(name_of(number))
        assert answer.status in (200, 204), answer


@pytest.mark.parametrize("order", ["desc", "asc"])
def test_ten_thousand_listed_while_ten_thousand_arrive_and_all_change(server, order):
    store_first(server)
    query = {"service": "paged", "from_": 0, "order": order, "limit": 1000}
    before = Rest(server.http).list(**query)
    assert len(before) == COUNT
    pages, cursor, number = [], None, 0
    while number == 0 or cursor:
        more = {"cursor": cursor} if cursor else {}
        page = expect(Rest(server.http).page(**query, **more)).json()
        pages += page["events"]
        cursor = page["next_cursor"]
        disturb(server, number % 10)
        if number in (2, 6):
            server.restart()
        if number == 4:
            server.crash_and_restart()
        number += 1
    assert [event["id"] for event in pages] == [event["id"] for event in before]
    assert pages == before, "each as it was at the first page's moment"
    after = Rest(server.http).list(**query)
    assert len(after) == 2 * COUNT - 2 * (COUNT // 100)


def test_order_and_limits(shared):
    api = Rest(shared.http)
    send(shared, [{"id": f"order-{n}", "service": "order", "name": "O", "start": START + n // 2}
                  for n in range(7)])
    query = {"service": "order", "from_": 0}
    ascending = [event["id"] for event in api.list(**query, order="asc", limit=3)]
    assert ascending == [f"order-{n}" for n in range(7)]
    assert [event["id"] for event in api.list(**query, limit=2)] == ascending[::-1]
    first = api.page(**query, limit=2).json()
    rest = api.page(**query, limit=100, cursor=first["next_cursor"]).json()
    assert (len(rest["events"]), rest["next_cursor"]) == (5, None)


@pytest.mark.parametrize("change", [
    {"service": "other"}, {"from_": 1}, {"to": START + 9}, {"order": "asc"}, {"name": "O"},
], ids=str)
def test_cursor_is_bound_to_its_query(shared, change):
    api = Rest(shared.http)
    send(shared, [{"id": f"bound-{n}", "service": "bound", "name": "O", "start": START + n}
                  for n in range(3)])
    query = {"service": "bound", "from_": 0, "limit": 1}
    cursor = api.page(**query).json()["next_cursor"]
    answer = api.page(**{**query, **change}, cursor=cursor)
    assert answer.status == 400 and b"cursor" in answer.body


@pytest.mark.parametrize("cursor", ["x", "%", "A" * 4000, "-1"])
def test_mangled_cursor_is_400(shared, cursor):
    answer = Rest(shared.http).page(from_=0, cursor=cursor)
    assert answer.status == 400 and b"cursor" in answer.body


def test_empty_list_tells_the_nearest(shared):
    api = Rest(shared.http)
    send(shared, [{"id": "near-1", "service": "near", "name": "N", "start": START, "end": START},
                  {"id": "near-2", "service": "near", "name": "N", "start": START + DAY}])
    answer = expect(api.page(service="near", from_=START + 10, to=START + 20)).json()
    assert answer["events"] == []
    assert answer["nearest"]["older"] == {"id": "near-1", "start": START}
    assert answer["nearest"]["newer"] == {"id": "near-2", "start": START + DAY}


def test_default_window_is_the_last_hour(shared):
    api = Rest(shared.http)
    told = api.report([{"name": "Now", "service": "hour"},
                       {"id": "hours-ago", "name": "Old", "service": "hour", "start": START,
                        "end": START}]).json()
    assert [event["id"] for event in api.list(service="hour")] == [told["ids"][0]]


@pytest.mark.parametrize("query, part", [
    ({"servise": "x"}, b"service"), ({"limit": 0}, b"limit"), ({"limit": 10001}, b"limit"),
    ({"order": "up"}, b"order"), ({"state": "ajar"}, b"state"), ({"type": "Warning"}, b"type"),
    ({"from_": 1_700_000_000}, b"seconds? ms are wanted"), ({"from_": "2023-11-14T22:13:20"}, b"Z"),
    ({"from_": "yesterday"}, b"from"), ({"q": "name:("}, b"character 7"), ({"derived": "maybe"}, b"true or false"),
], ids=str)
def test_mistake_in_a_query_is_400_and_named(shared, query, part):
    answer = Rest(shared.http).page(**query)
    assert answer.status == 400, answer
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert part in answer.body, answer


def test_corrections_and_withdrawals(shared):
    api = Rest(shared.http)
    send(shared, [{"id": "edit", "name": "E", "service": "edit", "start": START, "end": START + 1},
                  {"id": "open", "name": "O", "service": "edit", "start": START}])
    assert api.correct("open", {"name": "X", "start": START}).status == 409
    expect(api.correct("open", {"name": "X", "start": START, "end": START + 5}))
    expect(api.correct("edit", {"name": "New", "start": START, "end": START + 9}))
    event = api.get("edit")
    assert (event["generation"], event["name"], event["source"]["service"]) == (1, "New", "")
    late = api.report([{"id": "edit", "message": "late", "start": START}]).json()
    assert late["superseded"] == 1
    assert api.withdraw("edit").status in (200, 204)
    assert api.status_of("edit") == 410
    assert api.status_of("never-there") == 404
    assert "edit" not in [event["id"] for event in api.list(from_=0)]
    assert api.withdraw("never-there").status == 404


def test_snapshot_holds_for_one_event_too(shared):
    api = Rest(shared.http)
    reports = [{"id": f"snap-{n}", "service": "snap", "name": "S", "start": START + n}
               for n in range(2)]
    send(shared, reports)
    query = {"service": "snap", "from_": 0, "limit": 1}
    first = api.page(**query).json()
    send(shared, [{"id": "snap-0", "end": START + 9, "name": "Changed"}])
    second = api.page(**query, cursor=first["next_cursor"]).json()
    assert model.knowledge(second["events"][0]) == model.join(reports[:1])

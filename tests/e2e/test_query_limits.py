"""Questions that ask too much, and pages of other sites that ask: refused, cut short and said so, or
answered at once."""

import json
import urllib.parse

import pytest

from support.rest import Rest, expect, request
from support.server import Server

NOW = 1_700_000_000_000
LONG = "a" * 16_000


@pytest.fixture(autouse=True)
def long_text(api):
    expect(api.report([{"id": "long", "name": "a" * 250, "message": LONG + "!", "service": "s",
                        "start": NOW, "end": NOW, "parameters": {"k": LONG[:4_000]}}]))


def get(api, path, **query):
    pairs = [(key.rstrip("_"), value) for key, value in query.items()]
    return api.call("GET", f"/api/v1/{path}?{urllib.parse.urlencode(pairs)}")


# A matcher that tries again from every place would not end in a lifetime.
HOSTILE = [
    "name:" + "*a" * 60 + "*b", "message:" + "*a" * 200 + "*b", "parameter.k:" + "a*" * 200 + "b",
    "message:" + "*aa" * 300, "name:*" + "a*" * 120, '"' + "a " * 2_000 + '"', " ".join(["a*"] * 400),
    "NOT " * 30 + "a", " OR ".join(f"name:x{n}*y" for n in range(200)), "(" * 30 + "a" + ")" * 30]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_patterns_are_answered_or_refused(api, text):
    answer = get(api, "events", from_=0, q=text)
    assert answer.status in (200, 400), answer
    if answer.status == 400:
        assert answer.json()["field"] == "q"
    else:
        assert answer.json()["complete"], "it took longer than a query may"


@pytest.mark.parametrize("path, query, field", [
    ("events", {"limit": 10_001}, "limit"), ("events", {"limit": 1_000_000}, "limit"),
    ("histogram", {"buckets": 1_001}, "buckets"),
    ("facets", {"fields": "service", "top": 1_000_000}, "top"),
    ("before", {"window": "10000d"}, "window"), ("before", {"limit": 100_000}, "limit"),
    ("lanes", {"buckets": 1_000_000}, "buckets")])
def test_what_is_beyond_a_limit_is_refused_and_named(api, path, query, field):
    answer = get(api, path, **query)
    assert answer.status == 400 and answer.json()["field"] == field, answer


def test_deeply_nested_questions_are_refused_where_it_gets_too_deep(api):
    answer = get(api, "events", q="(" * 2_000 + "a" + ")" * 2_000)
    assert answer.status == 400
    assert answer.json()["field"] == "q" and "position" in answer.json()


def test_a_question_of_all_time_is_answered(api):
    """Ten years and a million rows asked for: a page is a page, and a histogram has its buckets."""
    page = expect(get(api, "events", from_=0, limit=10_000)).json()
    assert page["complete"] and len(page["events"]) >= 1
    histogram = expect(get(api, "histogram", from_="3650d", buckets=1000)).json()
    assert len(histogram["buckets"]) <= 1000
    fine = get(api, "histogram", from_="3650d", step="1s")
    assert fine.status == 400 and "1000 buckets" in fine.json()["detail"]


ORIGINS = ["https://evil.example", "null", "http://127.0.0.1:9", "http://localhost"]


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("method, path", [
    ("GET", "/api/v1/events"), ("POST", "/api/v1/events"), ("DELETE", "/api/v1/events/long"),
    ("POST", "/graphql"), ("POST", "/v3/events"), ("GET", "/api/v1/tail"), ("GET", "/metrics")])
def test_pages_of_other_sites_are_allowed_nothing(shared, origin, method, path):
    answer = request(shared.http, "OPTIONS", path, headers={
        "Origin": origin, "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization, content-type"})
    allowed = [name for name in answer.headers if name.lower().startswith("access-control-")]
    assert not allowed, answer.headers
    if path != "/api/v1/tail" and method == "GET":
        plain = request(shared.http, method, path, headers={"Origin": origin})
        assert not [name for name in plain.headers if name.lower().startswith("access-control-")]


def test_a_form_of_another_site_reports_nothing(shared):
    """Forms can send these three content types without asking first; none of them is taken."""
    body = json.dumps({"id": "forged", "name": "N"})
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        for path in ("/api/v1/events", "/graphql"):
            answer = request(shared.http, "POST", path, body, {"Content-Type": content_type})
            assert answer.status == 415, (path, content_type, answer)
        # SkyWalking's clients may leave the type out, so here the browser's own word counts.
        answer = request(shared.http, "POST", "/v3/events", json.dumps(
            [{"uuid": "forged", "name": "N", "source": {"service": "s"}, "startTime": 1}]),
            {"Content-Type": content_type, "Origin": "https://evil.example"})
        assert answer.status == 403, (content_type, answer)
    assert Rest(shared.http).status_of("forged") == 404


def test_what_takes_too_long_is_cut_short_and_says_so(tmp_path):
    server = Server(tmp_path, ["rest.query_deadline=10ms"]).start()
    api = Rest(server.http)
    for n in range(20):
        expect(api.report([{"id": f"{n}-{i}", "name": f"n{i}", "start": NOW + i, "message": LONG[:200]}
                           for i in range(5_000)]))
    answer = expect(get(api, "events", from_=0, limit=10_000, q="message:*zzz*")).json()
    server.stop()
    assert not answer["complete"]
    assert [one["reason"] for one in answer["incomplete"]] == ["deadline"]


def test_limits_of_graphql_are_those_of_the_configuration(tmp_path):
    server = Server(tmp_path, ["graphql.max_body_bytes=1KiB", "graphql.max_depth=2", "graphql.max_aliases=1"]).start()

    def ask(query):
        return Rest(server.http).call("POST", "/graphql", {"query": query})

    assert ask("{ version }").json()["data"]["version"]
    assert ask("{ version #" + "x" * 1_000 + "\n}").status == 413
    assert "depth" in str(ask("{ __schema { types { name } } }").json()["errors"])
    assert "alias" in str(ask("{ a: version b: version }").json()["errors"])
    server.stop()

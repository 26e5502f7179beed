"""curl and nghttp: HTTP/1.1, HTTP/2 with prior knowledge, the page for people, metrics."""

import json
import os
import pathlib
import subprocess

import pytest

from support.rest import Rest
from support.server import Server

VERSIONS = {"1.1": "--http1.1", "2": "--http2-prior-knowledge"}


def curl(*arguments, data=None):
    return subprocess.run(["curl", "-sS", *arguments], input=data, capture_output=True, text=True,
                          timeout=60, check=True).stdout


@pytest.mark.parametrize("version", VERSIONS)
def test_reports_and_reads_back(shared, version):
    event_id = f"curl-{version}"
    body = json.dumps({"id": event_id, "name": "Curled", "service": "curl"})
    told = curl(VERSIONS[version], "-H", "Content-Type: application/json", "-d", body,
                "-w", "\n%{http_version} %{http_code}", f"http://{shared.http}/api/v1/events")
    assert told.splitlines()[-1] == f"{version} 200"
    assert json.loads(told.splitlines()[0])["ids"] == [event_id]
    got = json.loads(curl(VERSIONS[version], f"http://{shared.http}/api/v1/events/{event_id}"))
    assert got["name"] == "Curled"


@pytest.mark.parametrize("version", VERSIONS)
def test_without_content_type_is_told_what_to_add(shared, version):
    told = curl(VERSIONS[version], "-d", '{"name":"x"}', "-w", "\n%{http_code}",
                f"http://{shared.http}/api/v1/events")
    assert told.splitlines()[-1] == "415"
    assert "content-type: application/json" in told.lower()


@pytest.mark.parametrize("version", VERSIONS)
def test_head_is_get_without_a_body(shared, version):
    for path in ("/api/v1/status", "/healthz", "/metrics", "/ui/"):
        told = curl(VERSIONS[version], "-I", f"http://{shared.http}{path}")
        assert " 200" in told.splitlines()[0], told
        assert "x-request-id" in told.lower()


def test_upgrade_header_is_ignored(shared):
    told = curl("--http2", "-w", "%{http_version}", f"http://{shared.http}/healthz")
    assert told.endswith("1.1")


@pytest.mark.parametrize("version", VERSIONS)
def test_large_body_with_expect_continue(shared, version):
    reports = [{"uuid": f"large-{version}-{n}", "name": "L", "message": "m" * 1000,
                "startTime": 1_700_000_000_000} for n in range(2000)]
    told = curl(VERSIONS[version], "-H", "Content-Type: application/json", "-H",
                "Expect: 100-continue", "--data-binary", "@-", "-w", "\n%{http_code}",
                f"http://{shared.http}/v3/events", data=json.dumps(reports))
    assert told.splitlines()[-1] == "200"
    assert Rest(shared.http).status_of(f"large-{version}-1999") == 200


def test_many_requests_on_one_http2_connection(shared):
    told = subprocess.run(["h2load", "-n", "500", "-c", "2", "-m", "20",
                           f"http://{shared.http}/healthz"],
                          capture_output=True, text=True, timeout=120, check=True).stdout
    assert "500 succeeded, 0 failed, 0 errored" in told


@pytest.mark.parametrize("path", ["/", "/ui/"])
def test_page_is_text_for_curl_and_html_for_a_browser(shared, path):
    Rest(shared.http).report([{"id": "on-page", "name": "OnPage", "service": "pages"}])
    plain = curl("-L", f"http://{shared.http}{path}")
    page = curl("-L", "-H", "Accept: text/html", f"http://{shared.http}{path}")
    assert "<html" not in plain.lower() and "<html" in page.lower()
    for part in (shared.http, shared.grpc, "OnPage", "curl"):
        assert part in plain, part


def test_metrics_are_clean_and_count(shared):
    Rest(shared.http).report([{"name": "Counted"}, {"id": "x" * 129}])
    metrics = curl(f"http://{shared.http}/metrics")
    for part in ('tidings_reports_total{', 'outcome="rejected"', "tidings_build_info",
                 "process_resident_memory_bytes", "tidings_commit_duration_seconds"):
        assert part in metrics, part
    checked = subprocess.run(["promtool", "check", "metrics"], input=metrics, text=True,
                             capture_output=True, timeout=60, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_list_of_metrics_is_the_expected_one(tmp_path):
    """After a report, one that is rejected, garbage and a question; UPDATE_GOLDEN=1 writes the list."""
    server = Server(tmp_path).start()
    api = Rest(server.http)
    api.report([{"name": "Counted"}, {"id": "x" * 129}])
    api.call("POST", "/v3/events", b"no JSON")
    api.list()
    families = sorted(line.removeprefix("# TYPE ") for line in curl(f"http://{server.http}/metrics").splitlines()
                      if line.startswith("# TYPE "))
    server.stop()
    expected = pathlib.Path(__file__).parent / "testdata" / "metrics.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        expected.write_text("\n".join(families) + "\n")
    assert families == expected.read_text().splitlines()


@pytest.mark.parametrize("method, path, status", [
    ("GET", "/nowhere", 404), ("DELETE", "/api/v1/events", 405), ("POST", "/healthz", 405),
    ("PATCH", "/api/v1/events/x", 405), ("GET", "/v3/events", 405), ("GET", "/api/v1/nope", 404),
])
def test_unknown_path_and_method(shared, method, path, status):
    answer = Rest(shared.http).call(method, path)
    assert answer.status == status, answer
    assert answer.headers["X-Request-Id"]


def test_answers_are_compressed_when_asked(shared):
    for coding in ("gzip", "zstd"):
        answer = Rest(shared.http).call("GET", "/metrics", headers={"Accept-Encoding": coding})
        assert answer.headers["Content-Encoding"] == coding

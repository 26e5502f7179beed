"""The served OpenAPI document held against the server by schemathesis: whatever is sent, the answer's
status, content type, headers and body are as the document says, and never a server's mistake."""

import json
import pathlib
import subprocess
import sys

from support.rest import Rest, expect

CHECKS = ["not_a_server_error", "status_code_conformance", "content_type_conformance",
          "response_headers_conformance", "response_schema_conformance"]
# A tail has no end.
ENDLESS = "/api/v1/tail"
# For each call and way to make requests.
EXAMPLES = "10"
NOW = 1_700_000_000_000


def fill(api):
    """An event of each state, with parameters of each type."""
    expect(api.report([
        {"id": "open", "name": "Deploy", "service": "checkout", "start": "now",
         "parameters": {"version": "1.5.0", "replicas": 3, "share": 0.5, "dry": False}},
        {"id": "closed", "name": "Restart", "service": "cart", "start": NOW, "end": NOW + 5,
         "type": "Error", "message": "for {reason}", "layer": "K8S"},
        {"id": "instant", "name": "Alarm", "start": "now", "end": "now"},
        {"id": "orphan", "end": NOW},
        {"id": "untimed", "name": "Note"},
        {"id": "against", "name": "Odd", "start": NOW}, {"id": "against", "end": NOW - 7}]))


def test_the_server_does_as_its_document_says(shared, api, tmp_path):
    fill(api)
    told = subprocess.run(
        [str(pathlib.Path(sys.executable).parent / "st"), "--no-color", "run",
         f"http://{shared.http}/api/v1/openapi.json", "--exclude-path", ENDLESS,
         "--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing",
         "--max-examples", EXAMPLES, "--generation-deterministic", "--continue-on-failure"],
        cwd=tmp_path, capture_output=True, text=True, timeout=500, check=False)
    assert told.returncode == 0, told.stdout[-20_000:] + told.stderr


def test_the_document_names_every_call_that_there_is(api):
    document = expect(api.call("GET", "/api/v1/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    for path in document["paths"]:
        allowed = api.call("TRACE", path.replace("{id}", "a").replace("{name}", "a"))
        assert allowed.status == 405, (path, allowed)
        methods = {method.strip().lower() for method in allowed.headers["Allow"].split(",")}
        documented = {method for method in document["paths"][path] if method != "parameters"}
        assert methods - {"head", "options"} == documented, (path, json.dumps(sorted(methods)))

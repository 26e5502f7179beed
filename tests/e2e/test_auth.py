"""Tokens: who may do what, by which header, on which listener; reloading; rates; the log."""

import json
import os
import pathlib
import re
import signal
import socket
import stat
import subprocess

import grpc
import pytest

from support import grpc_client, wire
from support.rest import request
from support.server import Server, StartFailed, binary
from support.waiting import until

HEALTH = "/grpc.health.v1.Health/Check"
CANARY = "tdg_canaryCANARYcanaryCANARYcanaryCANARYcanary0"


def create(file, name, *scopes):
    """The token that `tidings token create` prints."""
    told = subprocess.run(
        [binary(), "token", "create", "--name", name, "--file", str(file),
         *(part for scope in scopes for part in ("--scope", scope))],
        capture_output=True, text=True, timeout=60, check=True)
    return told.stdout.strip()


class Guarded:
    """A server with one token of each scope."""

    def __init__(self, directory, *settings):
        self.file = pathlib.Path(directory) / "tokens"
        self.tokens = {scope: create(self.file, scope, scope)
                       for scope in ("ingest", "query", "admin")}
        self.server = Server(directory, [f"auth.tokens_file={self.file}", *settings]).start()

    def call(self, method, path, token=None, body=None, header="bearer"):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token and header == "bearer":
            headers["Authorization"] = f"Bearer {token}"
        elif token:
            headers["Authentication"] = token
        return request(self.server.http, method, path, body, headers)

    def collect(self, token=None, header="authentication"):
        value = f"Bearer {token}" if header == "authorization" else token
        metadata = ((header, value),) if token else ()
        return grpc_client.collect(self.server.grpc, [wire.event(
            {"id": "g-1", "name": "N", "service": "s", "start": 1_700_000_000_000})],
            metadata=metadata)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    one = Guarded(tmp_path_factory.mktemp("guarded"))
    yield one
    one.server.stop()


REPORT = json.dumps({"id": "a-1", "name": "N", "service": "s", "start": 1_700_000_000_000,
                     "end": 1_700_000_000_001})
CALLS = [
    ("POST", "/api/v1/events", REPORT, "ingest"),
    ("POST", "/v3/events", "[]", "ingest"),
    ("GET", "/api/v1/events", None, "query"),
    ("GET", "/api/v1/events/a-1", None, "query"),
    ("GET", "/api/v1/status", None, "query"),
    ("GET", "/api/v1/openapi.json", None, "query"),
    ("POST", "/graphql", '{"query":"{version}"}', "query"),
    ("GET", "/metrics", None, "query"),
    ("GET", "/api/v1/lanes", None, "query"),
    ("GET", "/api/v1/views", None, "query"),
    ("PUT", "/api/v1/views/night", '{"query":"from=-8h"}', "admin"),
    ("DELETE", "/api/v1/views/night", None, "admin"),
    ("PUT", "/api/v1/events/a-1", REPORT, "admin"),
    ("PUT", "/api/v1/event?id=a-1", REPORT, "admin"),
    ("DELETE", "/api/v1/event?id=a-1", None, "admin"),
    ("DELETE", "/api/v1/events/a-1", None, "admin"),
    ("POST", "/api/v1/admin/compact", None, "admin"),
    ("POST", "/api/v1/admin/backup", None, "admin"),
]
# What lets people in and out.
OPEN_CALLS = {("post", "/api/v1/login"), ("post", "/api/v1/logout")}


@pytest.mark.parametrize("method, path, body, needed", CALLS, ids=lambda value: str(value)[:20])
def test_matrix_of_scopes(guarded, shared, method, path, body, needed):
    refused = guarded.call(method, path, body=body)
    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["request_id"] == refused.headers["X-Request-Id"]
    assert guarded.call(method, path, "tdg_wrong", body).status == 401
    for scope, token in guarded.tokens.items():
        for header in ("bearer", "authentication"):
            answer = guarded.call(method, path, token, body, header)
            if scope == needed:
                assert answer.status not in (401, 403), answer
            else:
                assert answer.status == 403 and needed in answer.json()["detail"], answer
    without = request(shared.http, method, path, body,
                      {"Content-Type": "application/json"} if body else {})
    assert without.status not in (401, 403), without


def test_no_other_call_of_the_document_is_open(guarded):
    document = guarded.call("GET", "/api/v1/openapi.json", guarded.tokens["query"]).json()
    calls = {(method, path) for path, methods in document["paths"].items()
             for method in methods if method in ("get", "post", "put", "delete")}
    assert OPEN_CALLS < calls
    for method, path in sorted(calls - OPEN_CALLS):
        path = path.replace("{id}", "a-1").replace("{name}", "night")
        assert guarded.call(method.upper(), path).status == 401, (method, path)


def own_address():
    """An address of this machine that is not loopback: nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("198.51.100.1", 9))
        return probe.getsockname()[0]


def test_without_tokens_admin_calls_are_for_the_servers_own_machine(tmp_path):
    server = Server(tmp_path)
    server.http = "0.0.0.0:0"
    server.start()
    port = server.http.rsplit(":", 1)[1]
    for method, path, body, needed in CALLS:
        headers = {"Content-Type": "application/json"} if body else {}
        far = request(f"{own_address()}:{port}", method, path, body, headers)
        if needed == "admin":
            assert far.status == 403 and "loopback" in far.json()["detail"], (method, path, far)
        else:
            assert far.status not in (401, 403), (method, path, far)
        near = request(f"127.0.0.1:{port}", method, path, body, headers)
        assert near.status not in (401, 403), (method, path, near)
    server.stop()


def test_page_is_open_and_its_data_is_not(guarded):
    page = request(guarded.server.http, "GET", "/ui/", headers={"Accept": "text/html"})
    assert page.status == 200 and b"<script" in page.body
    text = request(guarded.server.http, "GET", "/ui/")
    assert text.status == 200 and b"scope query" in text.body and b"Listening" not in text.body


def test_health_is_open_and_the_root_shows_no_data(guarded):
    guarded.call("POST", "/api/v1/events", guarded.tokens["ingest"],
                 json.dumps({"id": "hidden", "name": "HiddenName", "service": "s"}))
    for path in ("/healthz", "/readyz", "/healthcheck"):
        assert guarded.call("GET", path).status == 200
    assert guarded.call("HEAD", "/metrics").status == 401
    root = guarded.call("GET", "/")
    assert root.status == 200 and b"HiddenName" not in root.body
    assert b"HiddenName" in guarded.call("GET", "/", guarded.tokens["query"]).body


def test_grpc_tells_who_is_not_let_in(guarded):
    assert guarded.collect().code == grpc.StatusCode.UNAUTHENTICATED
    assert guarded.collect("tdg_wrong").code == grpc.StatusCode.UNAUTHENTICATED
    assert guarded.collect(guarded.tokens["query"]).code == grpc.StatusCode.PERMISSION_DENIED
    for header in ("authentication", "authorization"):
        assert guarded.collect(guarded.tokens["ingest"], header).code == grpc.StatusCode.OK
    assert grpc_client.unary(guarded.server.grpc, HEALTH, b"").code == grpc.StatusCode.OK


def test_refused_body_is_not_read(guarded):
    """A body of which only the head comes is refused at once: nobody waits for the rest."""
    import socket  # pylint: disable=import-outside-toplevel
    host, port = guarded.server.http.split(":")
    with socket.create_connection((host, int(port)), timeout=60) as raw:
        raw.sendall(b"POST /api/v1/events HTTP/1.1\r\nHost: h\r\nContent-Length: 9999\r\n"
                    b"Content-Type: application/json\r\n\r\n")
        assert raw.recv(1000).startswith(b"HTTP/1.1 401 ")


def test_listener_can_do_without(tmp_path):
    one = Guarded(tmp_path, "auth.grpc=off")
    try:
        assert one.collect().code == grpc.StatusCode.OK
        assert one.call("POST", "/v3/events", body="[]").status == 401
    finally:
        one.server.stop()


def test_command_line_sends_its_token(guarded, tmp_path):
    token_file = tmp_path / "token"
    token_file.write_text(guarded.tokens["ingest"] + "\n")
    base = [binary(), "report", "--address", guarded.server.http, "--name", "N", "--service", "s"]
    run = lambda *more, **environment: subprocess.run(
        [*base, *more], capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, **environment}).returncode
    assert run() == 4
    assert run("--token-file", str(token_file)) == 0
    assert run(TIDINGS_TOKEN=guarded.tokens["ingest"]) == 0
    assert run(TIDINGS_TOKEN=guarded.tokens["query"]) == 4


def test_token_file_has_hashes_for_its_owner_alone(guarded):
    text = guarded.file.read_text()
    assert stat.S_IMODE(guarded.file.stat().st_mode) == 0o600
    assert re.fullmatch(r"(\w+ \w+ sha256:[0-9a-f]{64}\n){3}", text)
    for token in guarded.tokens.values():
        assert re.fullmatch(r"tdg_[\w-]{43}", token) and token not in text


def test_name_can_be_given_once(tmp_path):
    file = tmp_path / "tokens"
    create(file, "a", "ingest", "query")
    before = file.read_text()
    assert before.startswith("a ingest,query sha256:")
    with pytest.raises(subprocess.CalledProcessError) as failed:
        create(file, "a", "admin")
    assert "already" in failed.value.stderr and file.read_text() == before


@pytest.mark.parametrize("how", ["change", "SIGHUP"])
def test_tokens_are_taken_up_and_back(tmp_path, how):
    one = Guarded(tmp_path)
    try:
        def reload():
            if how == "SIGHUP":
                one.server.signal(signal.SIGHUP)
        status = lambda token: one.call("GET", "/api/v1/status", token).status
        fresh = create(one.file, "fresh", "query")
        reload()
        until(lambda: status(fresh) == 200, "the new token is known")
        one.file.write_text("fresh query sha256:short\n")
        reload()
        until(lambda: "the tokens stay as they were" in one.server.log(), "the mistake is logged")
        assert str(one.file) in one.server.log() and "line 1" in one.server.log()
        assert status(fresh) == 200
        one.file.write_text("# nobody\n")
        reload()
        until(lambda: status(fresh) == 401, "the token is taken back")
    finally:
        one.server.stop()


def test_open_stream_ends_when_its_token_is_taken_back(tmp_path):
    one = Guarded(tmp_path)

    def event(id):
        return wire.event({"id": id, "name": "N", "service": "s", "start": 1_700_000_000_000})

    try:
        metadata = (("authentication", one.tokens["ingest"]),)
        with grpc_client.OpenStream(one.server.grpc, metadata) as stream:
            stream.send(event("while-good"))
            read = lambda id: one.call("GET", f"/api/v1/events/{id}", one.tokens["query"]).status
            until(lambda: read("while-good") == 200, "the stream is taken in")
            one.file.write_text("".join(line for line in one.file.read_text().splitlines(True)
                                        if not line.startswith("ingest ")))
            one.server.signal(signal.SIGHUP)
            until(lambda: "2 tokens are accepted" in one.server.log(), "the token is taken back")
            stream.send(event("too-late"))
            outcome = stream.outcome()
        assert outcome.code == grpc.StatusCode.UNAUTHENTICATED and "#1" in outcome.details
        assert read("too-late") == 404
    finally:
        one.server.stop()


def test_broken_token_file_stops_the_start(tmp_path):
    file = tmp_path / "tokens"
    for text, mode, told in ((f"a ingest {CANARY}\n", 0o600, "line 1"),
                             ("a write sha256:\n", 0o600, "expected ingest, query or admin"),
                             ("", 0o622, "0622")):
        file.write_text(text)
        os.chmod(file, mode)
        with pytest.raises(StartFailed) as failed:
            Server(tmp_path, [f"auth.tokens_file={file}"]).start()
        assert told in failed.value.log and str(file) in failed.value.log
        assert CANARY not in failed.value.log


def test_log_never_holds_a_token_or_a_body(tmp_path):
    one = Guarded(tmp_path, "log.level=trace")
    try:
        for header in ("bearer", "authentication"):
            one.call("POST", "/api/v1/events", CANARY, '{"name":"canaryBODY"}', header)
            one.call("POST", "/api/v1/events", one.tokens["ingest"], '{"nam":"canaryBODY"', header)
        one.collect(CANARY)
        one.call("GET", "/none%0aforged\x7f".replace("\x7f", ""), one.tokens["query"])
        one.server.signal(signal.SIGHUP)
        until(lambda: "SIGHUP" in one.server.log(), "the signal is logged")
    finally:
        one.server.stop()
    log = one.server.log()
    for secret in (CANARY, "canaryBODY", *one.tokens.values()):
        assert secret not in log
    assert all(json.loads(line) for line in log.splitlines())


# --- rates


def test_noisy_sender_is_told_to_wait(tmp_path):
    # 200 at 10 a second, with a burst of two: longer than any receiver lets a request wait.
    body = json.dumps([{"name": "N", "service": "s"}] * 200)
    one = Guarded(tmp_path, "limits.events_per_second_per_token=10")
    try:
        other = create(one.file, "other", "ingest")
        post = lambda token: one.call("POST", "/api/v1/events", token, body)
        until(lambda: post(other).status == 200, "the new token is known")
        assert post(one.tokens["ingest"]).status == 200
        refused = post(one.tokens["ingest"])
        assert refused.status == 429 and int(refused.headers["Retry-After"]) >= 1
        assert one.collect(one.tokens["ingest"]).code == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert one.call("GET", "/api/v1/status", one.tokens["query"]).status == 200
    finally:
        one.server.stop()


def test_without_limits_nobody_waits(guarded):
    body = json.dumps([{"name": "N", "service": "s"}] * 1000)
    for _ in range(10):
        assert guarded.call("POST", "/api/v1/events", guarded.tokens["ingest"], body).status == 200


def test_guessing_is_slowed_down_and_good_tokens_are_not(guarded):
    statuses = [guarded.call("GET", "/api/v1/status", f"tdg_{n}").status for n in range(60)]
    assert statuses[0] in (401, 429) and statuses[-1] == 429
    assert guarded.call("GET", "/api/v1/status", guarded.tokens["query"]).status == 200


# --- wide addresses


@pytest.mark.parametrize("protected", [False, True])
def test_wide_address_is_warned_of_once(tmp_path, protected):
    from support import pki  # pylint: disable=import-outside-toplevel
    settings = []
    if protected:
        create(tmp_path / "tokens", "a", "ingest")
        pair = pki.Authority(tmp_path).issue("server", "IP:127.0.0.1")
        settings = [f"auth.tokens_file={tmp_path / 'tokens'}", *pki.server_settings(*pair)]
    server = Server(tmp_path, settings)
    server.http = server.grpc = "0.0.0.0:0"
    server.start().stop()
    warnings = [line for line in server.log().splitlines()
                if '"warning"' in line and "0.0.0.0" in line]
    assert len(warnings) == (0 if protected else 1), warnings


def started_with_file(directory, text):
    """A server with a configuration file, and that file."""
    config = directory / "tidings.yaml"
    config.write_text(text)
    server = Server(directory)
    command = server.command
    server.command = lambda: [*command(), "--config", str(config)]
    return server.start(), config


def test_sighup_takes_up_limits_and_names_what_needs_a_restart(tmp_path):
    server, config = started_with_file(tmp_path, "limits: {header_bytes: 2KiB, name_bytes: 100}\n")

    def get(size):
        return request(server.http, "GET", "/healthz", None, {"X-Long": "x" * size}).status

    def report(size, count=1):
        body = json.dumps([{"id": "r", "name": "n" * size, "start": 1_700_000_000_000}] * count)
        return request(server.http, "POST", "/api/v1/events", body,
                       {"Content-Type": "application/json"}).status

    try:
        assert (get(3000), report(200), report(90)) == (431, 400, 200)
        config.write_text("limits: {header_bytes: 8KiB, name_bytes: 400, "
                          "events_per_second_per_address: 1}\n"
                          "log: {format: text}\n")
        server.signal(signal.SIGHUP)
        until(lambda: get(3000) == 200, "the new limit of headers is in force")
        assert report(200) == 200
        until(lambda: report(90, 10) == 429, "the new rate is in force")
        assert "need a restart: log.format" in server.log()
        config.write_text("limits: {header_bytes: none}\n")
        server.signal(signal.SIGHUP)
        until(lambda: "stays as it was" in server.log(), "the mistake is logged")
        assert get(3000) == 200
    finally:
        server.stop()


def test_sighup_takes_up_the_level_of_the_log(tmp_path):
    server, config = started_with_file(tmp_path, "log: {level: warn}\n")
    try:
        config.write_text("log: {level: info}\n")
        server.signal(signal.SIGHUP)
        until(lambda: "SIGHUP" in server.log(), "info is logged")
        config.write_text("log: {level: loud}\n")
        server.signal(signal.SIGHUP)
        until(lambda: "stays as it was" in server.log(), "the mistake is logged")
    finally:
        server.stop()


def test_the_page_keeps_its_token_in_a_cookie(tmp_path):
    guarded = Guarded(tmp_path)  # its own: here nobody has guessed tokens yet
    try:
        check_cookie(guarded)
    finally:
        guarded.server.stop()


def check_cookie(guarded):
    def post(path, body, **headers):
        return request(guarded.server.http, "POST", path, body,
                       {"Content-Type": "application/json", **headers})

    assert post("/api/v1/login", '{"token":"tdg_wrong"}').status == 401
    assert post("/api/v1/login", json.dumps({"token": guarded.tokens["ingest"]})).status == 403
    everything = json.dumps({"token": create(guarded.file, "page", "query", "ingest")})
    until(lambda: post("/api/v1/login", everything).status == 204, "the new token")
    login = post("/api/v1/login", everything)
    cookie, *attributes = login.headers["Set-Cookie"].split("; ")
    assert attributes == ["Path=/", "HttpOnly", "SameSite=Strict"]

    with_cookie = {"Cookie": cookie}
    assert request(guarded.server.http, "GET", "/api/v1/events", None, with_cookie).status == 200
    own = {"Origin": f"http://{guarded.server.http}", "Host": guarded.server.http}
    assert post("/api/v1/events", REPORT, **with_cookie, **own).status == 200
    for foreign in ({}, {"Origin": "http://evil.example"}):
        assert post("/api/v1/events", REPORT, **with_cookie, **foreign).status == 403
    logout = post("/api/v1/logout", "")
    assert logout.status == 204
    assert "Max-Age=0" in logout.headers["Set-Cookie"]

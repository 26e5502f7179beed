"""Export and import between real servers: the same events, however often and over whatever breaks."""

import json
import os
import signal
import subprocess

import pytest

from support.rest import Rest, expect
from support.server import Server, binary
from support.waiting import until

END = "2026-11-24T08:00:00Z"
PIECE = 20_000
# What is derived comes a little later: it would be in some of the exports only.
SETTINGS = ["derive.flink=false"]


def run(address, *arguments, **options):
    return subprocess.run([binary(), *arguments], capture_output=True, text=True, timeout=300,
                          check=False, env={**os.environ, "TIDINGS_ADDRESS": address}, **options)


def done(told):
    assert told.returncode == 0, told
    return told.stderr


def without_receipts(text):
    """The events by id, without what an import does not bring back."""
    events = {}
    for line in text.splitlines():
        event = json.loads(line)
        for name in ("received_first", "received_last", "generation"):
            del event[name]
        events[event["id"]] = event
    return events


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """The demo's day as files."""
    directory = tmp_path_factory.mktemp("day")
    server = Server(directory, SETTINGS).start()
    done(run(server.http, "demo", "--end", END))
    for form in ("ndjson", "csv"):
        done(run(server.http, "export", "--format", form, "-f", str(directory / f"day.{form}")))
    server.stop()
    return directory


@pytest.fixture
def server(tmp_path):
    one = Server(tmp_path, SETTINGS).start()
    yield one
    one.stop()


def exported(server):
    return run(server.http, "export").stdout


@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_an_export_comes_back_the_same(day, server, form):
    told = done(run(server.http, "import", str(day / f"day.{form}")))
    assert told == "tidings: 100,000 reports: 100,000 new\n"
    assert without_receipts(exported(server)) == without_receipts((day / "day.ndjson").read_text())
    before = expect(Rest(server.http).call("GET", "/api/v1/status")).json()["feed_sequence"]
    again = done(run(server.http, "import", str(day / f"day.{form}")))
    assert again == "tidings: 100,000 reports: 100,000 unchanged\n"
    after = expect(Rest(server.http).call("GET", "/api/v1/status")).json()["feed_sequence"]
    assert after == before


class Feeding:
    """An import of standard input, fed by hand."""

    def __init__(self, server, *arguments):
        self.server = server
        self.process = subprocess.Popen(
            [binary(), "import", "-", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env={**os.environ, "TIDINGS_ADDRESS": server.http})

    def feed(self, lines):
        self.process.stdin.write("".join(lines).encode())
        self.process.stdin.flush()

    def finish(self):
        _, told = self.process.communicate(timeout=300)
        return self.process.returncode, told.decode()

    def stored(self):
        return expect(Rest(self.server.http).call("GET", "/api/v1/status")).json()["store"]["events"]


def test_an_import_goes_on_after_the_server_died(day, server):
    lines = (day / "day.ndjson").read_text().splitlines(keepends=True)
    feeding = Feeding(server)
    feeding.feed(lines[:PIECE])
    until(lambda: feeding.stored() == PIECE, "the first piece is stored")
    server.kill()
    feeding.feed(lines[PIECE:2 * PIECE])
    code, told = feeding.finish()
    assert code == 5
    server.start()
    if "--resume-after" in told:
        assert told.splitlines()[-1] == (
            f"tidings: everything up to line {PIECE} is stored; --resume-after {PIECE} goes on there")
        resumed = run(server.http, "import", "--resume-after", str(PIECE), str(day / "day.ndjson"))
        assert done(resumed) == "tidings: 80,000 reports: 80,000 new\n"
    else:
        # The server died between storing the first piece and saying so.
        again = done(run(server.http, "import", str(day / "day.ndjson")))
        assert again == "tidings: 100,000 reports: 80,000 new, 20,000 unchanged\n"
    assert without_receipts(exported(server)) == without_receipts("".join(lines))


def test_an_import_that_is_interrupted_says_where_to_go_on(day, server):
    lines = (day / "day.ndjson").read_text().splitlines(keepends=True)
    feeding = Feeding(server)
    feeding.feed(lines[:PIECE])
    until(lambda: feeding.stored() == PIECE, "the first piece is stored")
    feeding.process.send_signal(signal.SIGINT)
    feeding.feed(lines[PIECE:2 * PIECE])
    code, told = feeding.finish()
    assert code == 130
    # After the first piece or the second: whichever was under way.
    stored = feeding.stored()
    assert stored in (PIECE, 2 * PIECE)
    assert told == (f"tidings: everything up to line {stored} is stored; --resume-after {stored} goes "
                    "on there\n")


def test_derived_events_need_the_scope_admin(tmp_path):
    file = tmp_path / "tokens"
    tokens = {}
    for name, scopes in (("reporter", ["ingest"]), ("keeper", ["ingest", "admin"])):
        told = subprocess.run(
            [binary(), "token", "create", "--name", name, "--file", str(file),
             *(part for scope in scopes for part in ("--scope", scope))],
            capture_output=True, text=True, timeout=60, check=True)
        tokens[name] = told.stdout.strip()
    server = Server(tmp_path, [f"auth.tokens_file={file}"]).start()
    lines = '{"id":"a","name":"N","start":5,"derived":true}\n{"id":"b","name":"N","start":5}\n'

    def bring(token):
        return subprocess.run(
            [binary(), "import", "-"], input=lines, capture_output=True, text=True, check=False,
            timeout=60,
            env={**os.environ, "TIDINGS_ADDRESS": server.http, "TIDINGS_TOKEN": tokens.get(token, "")})

    assert bring("nobody").returncode == 4
    refused = bring("reporter")
    assert refused.returncode == 1
    assert refused.stderr == (
        "tidings: line 1 is refused: derived: only an import with the scope admin may set it\n"
        "tidings: 2 reports: 1 new, 1 refused\n")
    assert done(bring("keeper")) == "tidings: 2 reports: 1 new, 1 unchanged\n"
    server.stop()

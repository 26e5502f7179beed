"""Every answer of the embedded store equals that of the reference in memory, asked the same by REST,
while others report, while it compacts, and over its restarts: random reports, random questions."""

import json
import random
import threading
import urllib.parse

import pytest

from support.rest import Rest, expect
from support.server import Server

ROUNDS = 12
REPORTS = 300
QUESTIONS = 40
NOW = 1_700_000_000_000
HOUR = 3_600_000
SERVICES = ["checkout", "cart", "check in", "Größe", ""]
NAMES = ["Deploy", "Restart", "Rollback", "OrderFailed", "deploy"]
WORDS = ["timeout", "payment", "1.4.0", "Überlauf", "retry", "日本"]
# What differs between two servers, however equal their events are.
OWN = {"received_first", "received_last", "took_ms", "next_cursor", "ago"}


def a_report(draw):
    start = NOW + draw.randrange(-6 * HOUR, 0)
    report = {"id": f"e-{draw.randrange(2_000)}"}
    if draw.random() < 0.9:
        report |= {"service": draw.choice(SERVICES), "name": draw.choice(NAMES),
                   "instance": f"i-{draw.randrange(5)}", "layer": draw.choice(["K8S", "FLINK", ""])}
    if draw.random() < 0.7:
        report["message"] = " ".join(draw.sample(WORDS, 2))
        report["parameters"] = {"version": draw.choice(["1.4.0", "1.5.0", "1.10.0"]),
                                "n": draw.choice([1, 2.5, "3", True, -7])}
    report["type"] = draw.choice(["Normal", "Normal", "Error"])
    kind = draw.random()
    if kind < 0.8:
        report["start"] = start
    if kind > 0.3:
        report["end"] = start + draw.choice([0, 0, 1, 1_000, 600_000])
    return report


def a_filter(draw):
    choices = [
        ("service", draw.choice([*SERVICES, "check*", "-cart"])), ("name", draw.choice(NAMES)),
        ("type", "Error"), ("state", draw.choice(["closed", "instant", "orphan_end", "open"])),
        ("layer", draw.choice(["K8S", "-FLINK"])), ("id", f"e-{draw.randrange(20)}*"),
        ("min_duration", draw.choice(["1s", "10m"])),
        ("q", draw.choice(WORDS)), ("q", f'"{draw.choice(WORDS)} {draw.choice(WORDS)}"'),
        ("q", f"parameter.version:{draw.choice(['1.4*', '1.5.0'])} OR parameter.n:>1"),
        ("q", f"NOT name:{draw.choice(NAMES)} message:*"), ("q", "tim* -type:Error")]
    picked = dict(draw.sample(choices, draw.randrange(0, 3)))
    # The others' reports go on meanwhile.
    return [*picked.items(), ("instance", "-noise")]


def a_question(draw):
    """A path with its parameters."""
    start = NOW - draw.randrange(0, 7) * HOUR
    window = [("from", start), ("to", start + draw.choice([0, 1, HOUR, 3 * HOUR]))]
    filters = a_filter(draw)
    kind = draw.randrange(6)
    if kind == 0:
        path, extra = "facets", [("fields", "service,name,type,parameter.version"), ("top", 100)]
    elif kind == 1:
        path, extra = "histogram", [("step", draw.choice(["1m", "7m", "1h"]))]
    elif kind == 2:
        path, extra = "changes", []
    elif kind == 3:
        filters = [one for one in filters if one[0] != "service"]
        path, extra, window = "before", [("t", start), ("service", "checkout"), ("limit", 50)], []
    elif kind == 4:
        path, extra = "export", []
    else:
        path, extra = "events", [("limit", draw.choice([3, 100, 10_000])),
                                 ("order", draw.choice(["asc", "desc"]))]
    return f"/api/v1/{path}?{urllib.parse.urlencode([*filters, *window, *extra])}"


def comparable(value):
    if isinstance(value, dict):
        return {key: comparable(one) for key, one in value.items() if key not in OWN}
    if isinstance(value, list):
        return [comparable(one) for one in value]
    return value


def answer(server, question):
    told = expect(Rest(server.http).call("GET", question))
    if question.startswith("/api/v1/export"):
        return [comparable(json.loads(line)) for line in told.body.splitlines()]
    return comparable(told.json())


class Noise:
    """Reports of others that never end."""

    def __init__(self, server):
        self.server = server
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()

    def run(self):
        count = 0
        while not self.stopping.is_set():
            reports = [{"id": f"noise-{count + n}", "instance": "noise", "name": "Noise",
                        "start": NOW - n, "end": NOW} for n in range(200)]
            count += 150  # Some of them are joined.
            expect(Rest(self.server.http).report(reports))


@pytest.fixture
def pair(tmp_path):
    reference = Server(tmp_path / "reference", ["store.engine=memory"])
    embedded = Server(tmp_path / "embedded")
    for server in (reference, embedded):
        server.directory.mkdir()
        server.start()
    yield reference, embedded
    for server in (reference, embedded):
        server.stop()


def compact(server):
    expect(Rest(server.http).call("POST", "/api/v1/admin/compact"))


@pytest.mark.parametrize("seed", [1, 2])
def test_answers_equal_the_references(pair, seed):
    reference, embedded = pair
    draw = random.Random(seed)
    for number in range(ROUNDS):
        reports = [a_report(draw) for _ in range(REPORTS)]
        for server in pair:
            expect(Rest(server.http).report(reports))
        with Noise(embedded):
            compacting = threading.Thread(target=compact, args=[embedded])
            if number % 3 == 1:
                compacting.start()
            for _ in range(QUESTIONS):
                question = a_question(draw)
                assert answer(embedded, question) == answer(reference, question), question
            if number % 3 == 1:
                compacting.join()
        if number % 3 == 2:
            embedded.restart() if number % 2 else embedded.crash_and_restart()

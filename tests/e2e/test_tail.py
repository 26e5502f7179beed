"""The live tail: nothing missed, nothing twice, over lost connections and a killed server; many
readers, slow readers, readers whose token was taken back."""

import http.client
import json
import socket
import threading

import pytest

from support.rest import Rest, expect
from support.waiting import until

from test_auth import Guarded

READERS = 100
NOW = 1_700_000_000_000


class Reader:
    """One connection of a tail. `messages` are (event, data, id)."""

    def __init__(self, address, last_id=None, token=None, query=""):
        headers = {"Last-Event-ID": last_id} if last_id else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self.connection = http.client.HTTPConnection(address, timeout=60)
        self.connection.request("GET", f"/api/v1/tail?{query}", headers=headers)
        self.answer = self.connection.getresponse()
        self.last_id = last_id

    def next(self):
        """The next message; None at the end of the stream."""
        message = {"event": None, "data": None}
        while True:
            line = self.answer.readline().decode().rstrip("\n")
            if line == "" and self.answer.isclosed():
                return None
            name, _, value = line.partition(": ")
            if name == "id":
                self.last_id = value
            elif name:
                message[name] = value
            elif message["event"]:
                return message["event"], json.loads(message["data"])

    def ids(self, count):
        return [self.next()[1]["id"] for _ in range(count)]

    def close(self):
        self.connection.close()


def report(server, *ids, **members):
    expect(Rest(server.http).report([
        {"id": one, "name": "T", "service": "tail", "start": NOW, **members} for one in ids]))


def test_nothing_is_missed_or_doubled_over_connections_and_crashes(server):
    reader = Reader(server.http)
    report(server, "a", "b")
    assert reader.ids(2) == ["a", "b"]
    reader.close()
    report(server, "c")
    reader = Reader(server.http, reader.last_id)
    assert reader.ids(1) == ["c"]
    reader.close()
    report(server, "d")
    server.crash_and_restart()
    report(server, "e")
    reader = Reader(server.http, reader.last_id)
    assert reader.ids(2) == ["d", "e"]


def test_a_change_comes_again_and_what_no_longer_matches_is_gone(server):
    reader = Reader(server.http, query="q=state:open")
    report(server, "open")
    assert reader.next()[1]["state"] == "open"
    report(server, "open", end=NOW + 5)
    assert reader.next() == ("gone", {"id": "open"})


def test_many_readers_see_the_same(server):
    readers = [Reader(server.http) for _ in range(READERS)]
    seen = {}

    def read(number):
        seen[number] = readers[number].ids(50)

    threads = [threading.Thread(target=read, args=[number]) for number in range(READERS)]
    for thread in threads:
        thread.start()
    ids = [f"m-{n:02}" for n in range(50)]
    for one in ids:
        report(server, one)
    for thread in threads:
        thread.join(60)
    assert seen == {number: ids for number in range(READERS)}


def test_a_slow_reader_slows_nobody_and_is_told_what_it_missed(server):
    """It does not read while a thousand events change twenty times: of most of these changes it is
    told only how many there were."""
    host, port = server.http.split(":")
    slow = socket.create_connection((host, int(port)), timeout=60)
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    slow.sendall(b"GET /api/v1/tail HTTP/1.1\r\nHost: h\r\n\r\n")
    quick = Reader(server.http, query="id=last")
    for round_ in range(20):
        report(server, *(f"s-{n}" for n in range(1_000)), message=f"{round_} " + "x" * 1_000,
               end=NOW + round_)
    report(server, "last")
    # What changed and does not match is gone; until the one that does.
    while quick.next()[0] != "changed":
        pass
    assert quick.last_id
    seen = bytearray()
    while b'"id":"last"' not in seen[-5_000:]:
        piece = slow.recv(1_000)
        assert piece, seen[-500:]
        seen += piece
    assert b"event: lag\ndata: {\"missed\":" in seen
    assert seen.count(b"event: changed") < 20_000
    slow.close()


@pytest.fixture
def guarded(tmp_path):
    one = Guarded(tmp_path)
    yield one
    one.server.stop()


def test_a_reader_whose_token_was_taken_back_is_let_go(guarded):
    assert Reader(guarded.server.http).answer.status == 401
    assert Reader(guarded.server.http, token=guarded.tokens["ingest"]).answer.status == 403
    reader = Reader(guarded.server.http, token=guarded.tokens["query"])
    other = Reader(guarded.server.http, token=guarded.tokens["query"])
    kept = [line for line in guarded.file.read_text().splitlines(keepends=True)
            if not line.startswith("query ")]
    guarded.file.write_text("".join(kept))
    assert reader.next() is None and other.next() is None
    until(lambda: Reader(guarded.server.http, token=guarded.tokens["query"]).answer.status == 401,
          "the token is refused")

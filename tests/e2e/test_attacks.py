"""Attackers cost the server little, get what the contract says, are counted, and leave the other
clients alone."""

import pytest

from conftest import end
from support.attack import ROUNDS, attack_round
from support.frames import (END_HEADERS, END_STREAM, ENHANCE_YOUR_CALM, HEADERS, PING, RST_STREAM,
                            SETTINGS, connect, frame, goaway_code, grpc_head, head, read_to_end)
from support.process import memory, refused
from support.rest import Rest
from support.server import Server

# In memory, so that a slow disk is not what the bystander waits for.
SETTINGS_OF_SERVER = ["limits.incomplete_timeout=2s", "limits.unread_answer_bytes=32MiB",
                      "store.engine=memory"]
CPU_SECONDS = 1.0
# What is in flight may be held (64 MiB), and what the allocator keeps.
MEMORY_BYTES = 96 << 20
# An inflated body of 64 MiB, while it grows into a place twice as large.
BOMB_BYTES = 2 * (64 << 20)

CALM = {"goaway": ENHANCE_YOUR_CALM}
# name -> (what it is told, the reason it is counted by)
ATTACKS = {
    "header_flood": (CALM, "header_size"),
    "header_flood_grpc": (CALM, "header_size"),
    "indexed_header_flood": (CALM, "header_size"),
    "rapid_resets": (CALM, "resets"),
    "continuation_flood": ({}, "malformed"),
    "ping_flood": (CALM, "pings"),
    "settings_flood": (CALM, "settings"),
    "settings_ack_flood": ({"goaway": 1}, "malformed"),
    "empty_data_flood": (CALM, "empty_frames"),
    "empty_message_flood": ({}, None),
    "slow_headers": ({"closed": 500}, "incomplete_header"),
    "slow_first_bytes": ({"closed": 500}, "incomplete_header"),
    "slow_bodies": ({"closed": 500}, "incomplete_body"),
    "slow_messages": ({"ended": 500}, "incomplete_message"),
    "zero_windows": ({}, "slow_reader"),
    "unread_pages": ({"stored": 200}, "unread_answers"),
    "gzip_bomb": ({"status": 413}, "body_size"),
    "gzip_bomb_rest": ({"status": 413}, "body_size"),
    "gzip_bomb_nested": ({"status": 415}, "content_encoding"),
    "gzip_bomb_grpc": ({"ended": True}, "message_size"),
    "million_elements": ({"status": 413}, "array_length"),
    "million_elements_skywalking": ({"status": 413}, "array_length"),
    "deep_json": ({"status": 400}, "malformed"),
    "deep_json_field": ({"status": 400}, "malformed"),
    "deep_graphql": ({"status": 200}, None),
    "huge_body": ({"status": 413}, "body_size"),
}


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    one = Server(tmp_path_factory.mktemp("attacked"), SETTINGS_OF_SERVER).start()
    yield one
    end(one)


@pytest.mark.unsanitized
@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_cheap_and_hurts_nobody(attacked, name):
    expected, reason = ATTACKS[name]
    counted = refused(attacked, reason) if reason else 0
    for _ in range(ROUNDS):
        told = attack_round(name, attacked)
        assert {**told.told, **expected} == told.told
        assert told.cpu < CPU_SECONDS, told
        assert told.grown < (BOMB_BYTES if "bomb" in name else MEMORY_BYTES), told
        assert not [one for one in told.failures if not may_be_refused(name, one)]
        if told.undisturbed():
            break
    assert told.undisturbed(), told
    if reason:
        assert refused(attacked, reason) > counted


def may_be_refused(name, failure):
    """A body that inflates to 64 MiB fills what may be in flight in all: others wait, then may be sent
    away as the contract says.
    """
    return name in ("gzip_bomb", "gzip_bomb_rest") and b"Come back later" in failure


@pytest.mark.unsanitized
def test_server_is_as_before(attacked):
    assert Rest(attacked.http).call("GET", "/readyz").status == 200
    assert memory(attacked) < 256 << 20


# The controls, each raised or lowered: what was refused passes, what passed is refused.

def resets(count):
    return b"".join(frame(HEADERS, END_HEADERS, 2 * number + 1, grpc_head())
                    + frame(RST_STREAM, 0, 2 * number + 1, b"\0\0\0\x08")
                    for number in range(count))


def empty_data(count):
    return frame(HEADERS, END_HEADERS, 1, grpc_head()) + frame(0, 0, 1) * count


CONTROLS = {
    "resets_per_10s": (resets(60), "resets"),
    "pings_per_10s": (frame(PING, 0, 0, b"12345678") * 60, "pings"),
    "settings_per_10s": (frame(SETTINGS) * 60, "settings"),
    "empty_frames_per_10s": (empty_data(60), "empty_frames"),
}


def speak(server, data):
    """The code of the GOAWAY, or None when the server went on."""
    connection = connect(server.grpc)
    connection.sendall(data + frame(HEADERS, END_HEADERS | END_STREAM, 99_999, grpc_head()))
    connection.settimeout(0.7)
    told = read_to_end(connection)
    connection.close()
    return goaway_code(told)


@pytest.mark.parametrize("key", CONTROLS)
def test_budget_acts_at_its_limit_and_only_there(tmp_path, key):
    data, reason = CONTROLS[key]
    tight = Server(tmp_path, [f"limits.{key}=50"]).start()
    assert speak(tight, data) == ENHANCE_YOUR_CALM
    assert refused(tight, reason) == 1
    tight.settings = [f"limits.{key}=5000"]
    tight.restart()
    assert speak(tight, data) is None
    assert refused(tight, reason) == 0
    tight.stop()


@pytest.mark.parametrize("size, status", [("16KiB", b"431"), ("64KiB", b"200")])
def test_header_limit_is_what_refuses_a_long_header(tmp_path, size, status):
    server = Server(tmp_path, [f"limits.header_bytes={size}"]).start()
    long = b"v" * 5000
    block = head("GET", "/healthz", *((b"x-%d" % number, long) for number in range(4)))
    connection = connect(server.http)
    connection.sendall(frame(HEADERS, END_STREAM, 1, block[:16000])
                       + frame(9, END_HEADERS, 1, block[16000:]))
    connection.settimeout(0.7)
    told = read_to_end(connection)
    plain = Rest(server.http).call("GET", "/healthz", headers={
        f"x-{number}": "v" * 5000 for number in range(4)})
    assert plain.status == int(status)
    assert (b"header-too-large" in told) == (status == b"431")
    assert refused(server, "header_size") == (2 if status == b"431" else 0)
    connection.close()
    server.stop()

"""`tidings` as a client: the first minutes of a new user, and its exit codes."""

import json
import os
import subprocess

import pytest

from support.server import binary

START = "1700000000000"


@pytest.fixture
def tidings(shared, tmp_path):
    def run(*arguments, address=shared.http, text=None):
        return subprocess.run(
            [binary(), *arguments], capture_output=True, text=True, timeout=60, input=text or "",
            env={**os.environ, "TIDINGS_ADDRESS": address, "XDG_CONFIG_HOME": str(tmp_path)},
            check=False)
    return run


def ok(told):
    assert told.returncode == 0, told
    return told.stdout


def test_report_end_get_list_delete(tidings):
    event_id = ok(tidings("report", "--name", "Upgrade", "--service", "cli", "--start", START,
                          "--message", "from 1.4 to 1.5")).strip()
    ok(tidings("end", event_id, "1700000060000"))
    event = json.loads(ok(tidings("get", event_id, "-o", "json")))
    assert (event["name"], event["duration"], event["state"]) == ("Upgrade", 60_000, "closed")
    table = ok(tidings("list", "--service", "cli", "--from", "0"))
    assert "START" in table and "Upgrade" in table and event_id[:8] in table
    ok(tidings("delete", event_id))
    assert tidings("get", event_id).returncode == 3


def test_flags_of_swctl_are_aliases(tidings):
    ok(tidings("report", "--uuid", "aliases", "--service-name", "s", "--instance-name", "i",
               "--endpoint-name", "/e", "--name", "N", "--layer", "k8s", "--start-time", START,
               "--end-time", "1700000000001", "k=v"))
    event = json.loads(ok(tidings("get", "aliases", "-o", "json")))
    assert event["source"] == {"service": "s", "instance": "i", "endpoint": "/e"}
    assert (event["layer"], event["parameters"]) == ("K8S", {"k": "v"})


def test_report_from_standard_input(tidings):
    reports = "".join(json.dumps({"id": f"piped-{n}", "name": "P", "service": "piped"}) + "\n"
                      for n in range(3))
    ok(tidings("report", "-f", "-", text=reports))
    listed = ok(tidings("list", "--service", "piped", "-o", "ndjson"))
    assert {json.loads(line)["id"] for line in listed.splitlines()} == {
        "piped-0", "piped-1", "piped-2"}


@pytest.mark.parametrize("form", ["table", "wide", "json", "ndjson", "yaml", "csv"])
def test_forms_of_a_list(tidings, form):
    ok(tidings("report", "--id", "formed", "--name", "Formed", "--service", "forms"))
    assert "Formed" in ok(tidings("list", "--service", "forms", "-o", form))


def test_empty_list_tells_on_stderr_where_the_nearest_lie(tidings):
    ok(tidings("report", "--name", "Old", "--service", "far", "--start", START, "--end", START))
    told = tidings("list", "--service", "far", "--from", "-5m")
    assert told.returncode == 0 and "2023" in told.stderr


@pytest.mark.parametrize("arguments, code", [
    (("get", "never-there"), 3), (("lsit",), 2), (("list", "--limti", "3"), 2),
    (("list", "--limit", "x"), 2), (("version",), 0), (("health",), 0), (("status",), 0),
    (("completion", "bash"), 0), (("--help",), 0), (("report",), 2),
], ids=str)
def test_exit_codes(tidings, arguments, code):
    assert tidings(*arguments).returncode == code


@pytest.mark.parametrize("arguments, nearest", [(("lsit",), "list"), (("list", "--limti", "3"),
                                                                      "--limit")], ids=str)
def test_nearest_is_suggested(tidings, arguments, nearest):
    assert nearest in tidings(*arguments).stderr


@pytest.mark.parametrize("command", [("list",), ("status",), ("health",), ("report", "--name", "x")],
                         ids=str)
def test_no_server_is_exit_code_five_and_names_the_address(tidings, command):
    told = tidings(*command, address="http://127.0.0.1:1")
    assert told.returncode == 5 and "127.0.0.1:1" in told.stderr

"""Mistakes of configuration stop the start with one line each, that names file, line, key and cure."""

import os
import socket
import subprocess

import pytest

from support.rest import Rest
from support.server import Server, StartFailed, binary


def run(*arguments, environment=None, directory=None):
    return subprocess.run([binary(), *arguments], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, cwd=directory, check=False,
                          env={**os.environ, **(environment or {})})


def write(tmp_path, text):
    path = tmp_path / "tidings.yaml"
    path.write_text(text)
    return path


SAMPLE = """
http:  { address: 127.0.0.1:12800 }
grpc:  { address: 127.0.0.1:11800 }
otlp:  { grpc_address: 127.0.0.1:4317, http_address: 127.0.0.1:4318 }
store: { engine: embedded, directory: ./tidings-data, retention: 30d, open_retention: 365d }
tls:   { certificate: "", key: "", client_ca: "" }
auth:  { tokens_file: "" }
log:   { level: info, format: auto }
"""


def test_documented_sample_is_good(tmp_path):
    checked = run("config", "check", "--config", str(write(tmp_path, SAMPLE)))
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("text, line, key, cure", [
    ("log:\n  levle: info\n", 2, "log.levle", "level"),
    ("lgo: {level: info}\n", 1, "lgo", "log"),
    ("\nstore:\n  retention: soon\n", 3, "store.retention", "30d"),
    ("store:\n  engine: paper\n", 2, "store.engine", "embedded"),
    ("log: {level: loud}\n", 1, "log.level", "info"),
    ("http:\n  address: 127.0.0.1:99999\n", 2, "http.address", "127.0.0.1:99999"),
    ("http:\n  address: [1, 2]\n", 2, "http.address", ""),
    ("http: 7\n", 1, "http", ""),
    ("http:\n - a\n  b: c\n", None, "", ""),
    ("log: {level: info\n", None, "", ""),
], ids=str)
def test_mistake_in_the_file_is_named(tmp_path, text, line, key, cure):
    path = write(tmp_path, text)
    for command in (("config", "check"), ("serve",)):
        told = run(*command, "--config", str(path), directory=tmp_path)
        assert told.returncode not in (0, None), told
        assert str(path) in told.stderr and key in told.stderr and cure in told.stderr, told.stderr
        if line:
            assert f"{path}:{line}" in told.stderr, told.stderr


def test_all_mistakes_are_told_at_once(tmp_path):
    path = write(tmp_path, "log: {level: loud}\nstore: {engine: paper}\nhttpp: {}\n")
    told = run("config", "check", "--config", str(path)).stderr
    for part in (f"{path}:1", f"{path}:2", f"{path}:3"):
        assert part in told


@pytest.mark.parametrize("arguments, environment, part", [
    (("--set", "log.levle=info"), {}, "log.levle"),
    (("--set", "log.level"), {}, "log.level"),
    ((), {"TIDINGS__LOG__LEVEL": "loud"}, "TIDINGS__LOG__LEVEL"),
    ((), {"TIDINGS__LGO__LEVEL": "info"}, "TIDINGS__LGO__LEVEL"),
], ids=str)
def test_mistake_on_the_command_line_or_in_the_environment_is_named(
        tmp_path, arguments, environment, part):
    told = run("serve", *arguments, environment=environment, directory=tmp_path)
    assert told.returncode != 0
    assert part in told.stderr


def test_missing_and_unreadable_file(tmp_path):
    told = run("serve", "--config", str(tmp_path / "none.yaml"), directory=tmp_path)
    assert told.returncode != 0 and "none.yaml" in told.stderr
    told = run("serve", "--config", str(tmp_path), directory=tmp_path)
    assert told.returncode != 0 and str(tmp_path) in told.stderr


def test_precedence_and_origin(tmp_path):
    path = write(tmp_path, "log: {level: warn}\nstore: {retention: 7d}\n")
    environment = {"TIDINGS__LOG__LEVEL": "error", "TIDINGS_PORT": "tcp://10.0.0.1:80"}
    shown = run("config", "show", "--origin", "--config", str(path),
                "--set", "store.retention=8d", environment=environment)
    assert shown.returncode == 0, shown.stderr
    level, = [line for line in shown.stdout.splitlines() if "level" in line]
    retention, = [line for line in shown.stdout.splitlines() if " retention" in f" {line}"
                  and "open" not in line]
    assert "error" in level and "TIDINGS__LOG__LEVEL" in level
    assert "8d" in retention and "--set" in retention


def test_variables_in_values(tmp_path):
    path = write(tmp_path, "store: {directory: '${BASE}/x', retention: '${KEEP:-9d}'}\n")
    shown = run("config", "show", "--config", str(path), environment={"BASE": "/base"})
    assert "/base/x" in shown.stdout and "9d" in shown.stdout
    told = run("config", "check", "--config", str(path))
    assert told.returncode != 0 and "BASE" in told.stderr


@pytest.mark.parametrize("key", ["http", "grpc"])
def test_taken_port_names_listener_address_key_holder_and_off(tmp_path, key):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = "127.0.0.1:%d" % taken.getsockname()[1]
        one = Server(tmp_path)
        setattr(one, key, address)
        with pytest.raises(StartFailed) as failed:
            one.start()
    assert failed.value.code == 1
    for part in (address, f"{key}.address", str(os.getpid()), "off"):
        assert part in failed.value.log


def test_held_data_directory_is_named(server, tmp_path):
    other = Server(tmp_path)
    with pytest.raises(StartFailed) as failed:
        other.start()
    assert failed.value.code == 1
    for part in (str(server.data), str(server.process.pid)):
        assert part in failed.value.log
    assert Rest(server.http).call("GET", "/readyz").status == 200


def test_data_directory_that_is_a_file(tmp_path):
    one = Server(tmp_path)
    one.data.write_text("")
    with pytest.raises(StartFailed) as failed:
        one.start()
    assert failed.value.code == 1 and str(one.data) in failed.value.log


def test_listener_off_and_shared(tmp_path):
    one = Server(tmp_path, settings=["grpc.address=off"])
    one.launch()
    line = one._read_line(__import__("time").monotonic() + 60)
    assert "HTTP" in line
    one.stop()


def test_unreadable_certificate_is_named(tmp_path):
    one = Server(tmp_path, settings=["tls.certificate=/nowhere/cert.pem", "tls.key=/nowhere/key.pem"])
    with pytest.raises(StartFailed) as failed:
        one.start()
    assert "/nowhere/cert.pem" in failed.value.log


def test_wide_address_is_allowed_with_one_warning(tmp_path):
    one = Server(tmp_path)
    one.http = "0.0.0.0:0"
    one.start()
    warnings = [line for line in one.log().splitlines() if "0.0.0.0" in line and "warn" in line]
    assert len(warnings) == 1
    one.http = one.http.replace("0.0.0.0", "127.0.0.1")
    one.stop()


def test_sighup_keeps_serving(server):
    import signal
    from support.waiting import until
    server.signal(signal.SIGHUP)
    until(lambda: "SIGHUP" in server.log(), "the signal is told in the log")
    assert Rest(server.http).call("GET", "/readyz").status == 200

"""TLS: versions, ALPN, mutual TLS, plain text on a TLS port, certificates replaced under load."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading

import grpc
import pytest

from support import grpc_client, pki, wire
from support.server import Server, StartFailed, binary
from support.waiting import until

SAN = "DNS:localhost,IP:127.0.0.1"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return pki.Authority(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def pair(authority):
    return authority.issue("server", SAN)


@pytest.fixture
def start(tmp_path):
    """Starts servers, and ends them after the test."""
    servers = []

    def start_one(settings):
        servers.append(Server(tmp_path / f"server{len(servers)}", settings))
        servers[-1].directory.mkdir()
        return servers[-1].start()

    yield start_one
    for server in servers:
        server.stop()


@pytest.fixture(scope="module")
def tls(tmp_path_factory, pair):
    server = Server(tmp_path_factory.mktemp("tls"), pki.server_settings(*pair)).start()
    yield server
    server.stop()


def curl(authority, server, *arguments, path="/healthz"):
    return subprocess.run(
        ["curl", "-sS", "--cacert", str(authority.certificate), *map(str, arguments),
         f"https://{server.http}{path}"], capture_output=True, text=True, timeout=60, check=False)


def secure_channel(authority, server, pair=None):
    credentials = grpc.ssl_channel_credentials(
        authority.certificate.read_bytes(),
        *((pair[1].read_bytes(), pair[0].read_bytes()) if pair else (None, None)))
    return grpc.secure_channel(server.grpc, credentials,
                               options=[("grpc.use_local_subchannel_pool", 1)])


def report(number):
    return {"id": f"tls-{number}", "name": "Secret", "service": "s", "start": 1_700_000_000_000}


def counted(authority, server, reason, *arguments):
    text = curl(authority, server, *arguments, path="/metrics").stdout
    found = re.search(
        rf'tidings_refused_total{{protocol="tls",reason="{reason}"}} (\d+)', text)
    return int(found[1]) if found else 0


def test_ready_line_and_page_say_https(tls, authority):
    assert f"HTTP https://{tls.http}" in tls.ready_line
    assert f"page https://{tls.http}/ui/" in tls.ready_line
    assert f"https://{tls.http}" in curl(authority, tls, path="/").stdout


@pytest.mark.parametrize("flag, version", [("--http1.1", "1.1"), ("--http2", "2")])
@pytest.mark.parametrize("tls_version", ["1.2", "1.3"])
def test_curl_by_alpn(tls, authority, flag, version, tls_version):
    told = curl(authority, tls, flag, f"--tlsv{tls_version}", "--tls-max", tls_version,
                "-w", "%{http_version}")
    assert told.stdout == "ok\n" + version, told


def test_older_versions_are_refused(tls, authority):
    assert curl(authority, tls, "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0").returncode != 0


def test_client_checks_the_certificate(tls, tmp_path):
    stranger = pki.Authority(tmp_path, "stranger")
    assert curl(stranger, tls).returncode == 60


def test_unknown_alpn_is_refused(tls):
    told = subprocess.run(["openssl", "s_client", "-connect", tls.http, "-alpn", "smtp"],
                          input="", capture_output=True, text=True, timeout=60, check=False)
    assert "no application protocol" in told.stdout + told.stderr


def test_grpc_over_tls_stores(tls, authority):
    with secure_channel(authority, tls) as channel:
        told = grpc_client.collect_on(channel, [wire.event(report(1))])
    assert told.code == grpc.StatusCode.OK, told
    got = curl(authority, tls, path="/api/v1/events/tls-1")
    assert json.loads(got.stdout)["name"] == "Secret"


def test_large_body_over_tls_is_whole(tls, authority, tmp_path):
    body = tmp_path / "body.json"
    reports = [{"id": f"large-{n}", "name": "N", "service": "s", "message": "m" * 2000}
               for n in range(5000)]
    body.write_text(json.dumps(reports))
    for flag in ("--http1.1", "--http2"):
        told = curl(authority, tls, flag, "-H", "content-type: application/json",
                    "--data-binary", f"@{body}", path="/api/v1/events")
        assert json.loads(told.stdout)["accepted"] == 5000, told
    page = curl(authority, tls, path="/api/v1/events?from=0&name=N&limit=5000").stdout
    assert len(json.loads(page)["events"]) == 5000


def test_plain_http_is_told_to_use_https(tls, authority):
    before = counted(authority, tls, "plain_text")
    connection = http.client.HTTPConnection(tls.http, timeout=60)
    connection.request("GET", "/api/v1/status")
    answer = connection.getresponse()
    assert answer.status == 400 and b"https://" in answer.read()
    assert counted(authority, tls, "plain_text") == before + 1


def test_plain_grpc_ends_cleanly(tls):
    with grpc_client.channel(tls.grpc) as channel:
        told = grpc_client.collect_on(channel, [wire.event(report(2))], timeout=10, patient=False)
    assert told.code != grpc.StatusCode.OK, told


def test_garbage_is_closed_without_an_answer(tls):
    with socket.create_connection(tls.http.split(":"), timeout=60) as raw:
        raw.sendall(b"\x00\x01 garbage")
        assert raw.recv(1000) == b""


def test_slow_handshake_is_cut_off(start, authority, pair):
    server = start(pki.server_settings(*pair, "limits.incomplete_timeout=200ms"))
    with socket.create_connection(server.http.split(":"), timeout=60) as silent, \
            socket.create_connection(server.http.split(":"), timeout=60) as slow:
        slow.sendall(b"\x16\x03\x01")
        assert silent.recv(1) == b"" and slow.recv(1) == b""
    assert 'protocol="tcp",reason="incomplete_header"} 2' in curl(
        authority, server, path="/metrics").stdout


def test_hsts_only_over_tls(tls, authority, shared):
    assert "strict-transport-security: max-age=" in curl(authority, tls, "-i").stdout.lower()
    plain = subprocess.run(["curl", "-sSi", f"http://{shared.http}/healthz"], capture_output=True,
                           text=True, timeout=60, check=True).stdout.lower()
    assert "strict-transport-security" not in plain
    for header in ("x-content-type-options: nosniff", "x-frame-options: deny",
                   "content-security-policy: default-src 'self'", "referrer-policy: no-referrer"):
        assert header in plain


# --- mutual TLS


def attempt(authority, server, pair):
    arguments = ("--cert", pair[0], "--key", pair[1]) if pair else ()
    return curl(authority, server, *arguments)


def test_only_good_client_certificates_get_in(start, authority, pair, tmp_path):
    good = authority.issue("agent", "DNS:agent.example")
    refused = {
        "none": None,
        "expired": authority.issue("old", "DNS:agent.example", expired=True),
        "stranger": pki.Authority(tmp_path, "stranger").issue("agent", "DNS:agent.example"),
        "other name": authority.issue("other", "DNS:other.example"),
    }
    server = start(pki.server_settings(*pair, f"tls.client_ca={authority.certificate}",
                                       "tls.allowed_names=agent.example"))
    open_server = start(pki.server_settings(*pair))
    assert attempt(authority, server, good).stdout == "ok\n"
    with secure_channel(authority, server, good) as channel:
        assert grpc_client.collect_on(channel, [wire.event(report(3))]).code == grpc.StatusCode.OK
    for name, client in refused.items():
        told = attempt(authority, server, client)
        assert told.returncode != 0 and told.stdout == "", (name, told)
        assert attempt(authority, open_server, client).stdout == "ok\n", name
    count = lambda reason: counted(authority, server, reason, "--cert", good[0], "--key", good[1])
    assert count("name_not_allowed") == 1
    assert count("client_certificate") == 2
    assert count("handshake") == 1


def test_client_of_any_name_gets_in_without_a_list(start, authority, pair):
    server = start(pki.server_settings(*pair, f"tls.client_ca={authority.certificate}"))
    other = authority.issue("another", "DNS:other.example")
    assert attempt(authority, server, other).stdout == "ok\n"


# --- the command line


@pytest.fixture
def tidings(tmp_path):
    """`tidings` with nothing but these variables and flags to go by."""
    def run(server, *arguments, scheme="https", file=None, **variables):
        home = tmp_path / "home" / "tidings"
        home.mkdir(parents=True, exist_ok=True)
        (home / "client.yaml").write_text(file or "")
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith(("SSL_", "CURL_", "TIDINGS_"))}
        return subprocess.run(
            [binary(), *map(str, arguments)], capture_output=True, text=True, timeout=60,
            check=False, env={**environment, "XDG_CONFIG_HOME": str(home.parent),
                              "TIDINGS_ADDRESS": f"{scheme}://{server.http}", **variables})
    return run


def test_command_line_trusts_the_authority_that_it_is_given(tls, authority, tidings):
    ca = str(authority.certificate)
    for told in (tidings(tls, "health", "--ca-file", ca), tidings(tls, "--ca-file", ca, "health"),
                 tidings(tls, "health", file=f"ca_file: {ca}\n"),
                 *(tidings(tls, "health", **{name: ca})
                   for name in ("TIDINGS_CA_FILE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"))):
        assert told.returncode == 0, told
        assert told.stdout.startswith("serving\n")
    report_it = tidings(tls, "report", "--id", "by-hand", "--name", "N", "--ca-file", ca)
    assert (report_it.returncode, report_it.stdout) == (0, "by-hand\n")
    bench = tidings(tls, "bench", "--ca-file", ca)
    assert bench.returncode == 2 and "without TLS" in bench.stderr


def test_command_line_trusts_a_directory_of_authorities(tls, authority, tidings, tmp_path):
    shutil.copy(authority.certificate, tmp_path / "ca.pem")
    subprocess.run(["openssl", "rehash", str(tmp_path)], check=True, capture_output=True, timeout=60)
    told = tidings(tls, "health", SSL_CERT_DIR=str(tmp_path))
    assert told.returncode == 0, told


def test_command_line_refuses_a_server_of_another_authority(tls, tidings, tmp_path):
    stranger = pki.Authority(tmp_path, "stranger")
    for arguments in ((), ("--ca-file", stranger.certificate)):
        told = tidings(tls, "health", *arguments)
        assert told.returncode == 5 and "certificate is not trusted" in told.stderr, told
        assert "--ca-file" in told.stderr


def test_command_line_shows_its_certificate(start, authority, pair, tidings, tmp_path):
    server = start(pki.server_settings(*pair, f"tls.client_ca={authority.certificate}"))
    certificate, key = authority.issue("operator", "DNS:operator.example")
    both = tmp_path / "both.pem"
    both.write_text(certificate.read_text() + key.read_text())
    trust = ("--ca-file", authority.certificate)
    for told in (
            tidings(server, "status", *trust, "--cert-file", certificate, "--key-file", key),
            tidings(server, "status", *trust, "--cert-file", both),
            tidings(server, "status", *trust, TIDINGS_CERT_FILE=str(certificate),
                    TIDINGS_KEY_FILE=str(key)),
            tidings(server, "status", file=f"ca_file: {authority.certificate}\n"
                    f"cert_file: {certificate}\nkey_file: {key}\n")):
        assert told.returncode == 0, told
    without = tidings(server, "status", *trust)
    assert without.returncode == 5 and "--cert-file" in without.stderr, without
    wrong_key = tidings(server, "status", *trust, "--cert-file", certificate, "--key-file", pair[1])
    assert wrong_key.returncode == 2, wrong_key
    broken = tidings(server, "status", "--ca-file", key, "--cert-file", both)
    assert broken.returncode == 2, broken


def test_command_line_without_tls_is_told_to_use_it(tls, tidings):
    told = tidings(tls, "list", scheme="http")
    assert told.returncode == 1 and "https://" in told.stderr
    assert told.stderr.count("\n") == 1 and "\\x0A" not in told.stderr


# --- mistakes stop the start


def refuse_to_start(tmp_path, settings):
    with pytest.raises(StartFailed) as failed:
        Server(tmp_path, settings).start()
    assert failed.value.code == 1
    return failed.value.log


def test_key_that_all_can_read_is_refused(tmp_path, authority):
    certificate, key = authority.issue("loose", SAN)
    os.chmod(key, 0o644)
    log = refuse_to_start(tmp_path, pki.server_settings(certificate, key))
    assert "tls.key" in log and str(key) in log and "0644" in log
    os.chmod(key, 0o640)
    Server(tmp_path, pki.server_settings(certificate, key)).start().stop()


def test_broken_files_are_named(tmp_path, authority, pair):
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate\n")
    other_key = authority.issue("other-key", SAN)[1]
    cases = [
        (pki.server_settings(broken, pair[1]), "tls.certificate", broken),
        (pki.server_settings(pair[0], other_key), "tls.key", other_key),
        (pki.server_settings(*pair, f"tls.client_ca={broken}"), "tls.client_ca", broken),
        ([f"tls.certificate={pair[0]}"], "tls.key", pair[0]),
        ([f"tls.key={pair[1]}"], "tls.certificate", ""),
        (pki.server_settings(*pair, "tls.allowed_names=a"), "tls.client_ca", ""),
    ]
    for settings, key, file in cases:
        log = refuse_to_start(tmp_path, settings)
        assert key in log and str(file) in log, log


# --- replaced certificates


def serial_of(server):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    host, port = server.http.split(":")
    with socket.create_connection((host, port), timeout=60) as raw, \
            context.wrap_socket(raw) as encrypted:
        return encrypted.getpeercert(binary_form=True)


def replace(certificate, key, pair):
    for source, target in zip(pair, (certificate, key)):
        shutil.copy(source, f"{target}.new")
        os.replace(f"{target}.new", target)


class TlsReporter(threading.Thread):
    """Reports on one connection until stopped; a dropped connection is a failure."""

    def __init__(self, server, authority, name):
        super().__init__(daemon=True)
        self.server, self.name = server, name
        self.context = ssl.create_default_context(cafile=authority.certificate)
        self.stopping = threading.Event()
        self.acknowledged, self.failure = [], None

    def run(self):
        host, port = self.server.http.split(":")
        connection = http.client.HTTPSConnection(host, int(port), context=self.context, timeout=60)
        try:
            connection.connect()
            connection.auto_open = 0
            while not self.stopping.is_set():
                event_id = f"{self.name}-{len(self.acknowledged)}"
                connection.request("POST", "/api/v1/events",
                                   json.dumps({"id": event_id, "name": "Swap", "service": "s"}),
                                   {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 200
                self.acknowledged.append(event_id)
        except Exception as error:  # pylint: disable=broad-except
            self.failure = error


@pytest.mark.parametrize("how", ["change", "SIGHUP"])
def test_certificate_is_replaced_under_load(start, authority, tmp_path, how):
    certificate, key = tmp_path / "live.pem", tmp_path / "live.key"
    replace(certificate, key, authority.issue(f"first-{how}", SAN))
    server = start(pki.server_settings(certificate, key))
    reporters = [TlsReporter(server, authority, f"{how}-{number}") for number in range(4)]
    for one in reporters:
        one.start()
    seen = serial_of(server)
    for round_number in range(3):
        replace(certificate, key, authority.issue(f"next-{how}-{round_number}", SAN))
        if how == "SIGHUP":
            server.signal(signal.SIGHUP)
        until(lambda: serial_of(server) != seen, "new connections get the new certificate")
        seen = serial_of(server)
    for one in reporters:
        one.stopping.set()
        one.join()
    assert [one.failure for one in reporters] == [None] * 4
    for one in reporters:
        assert one.acknowledged
        last = curl(authority, server, path=f"/api/v1/events/{one.acknowledged[-1]}")
        assert json.loads(last.stdout)["name"] == "Swap"
    listed = curl(authority, server, path="/metrics").stdout
    new = int(re.search(r'reports_total{protocol="rest",outcome="new"} (\d+)|'
                        r'reports_total{outcome="new",protocol="rest"} (\d+)', listed)[0].split()[-1])
    assert new == sum(len(one.acknowledged) for one in reporters)


def test_broken_replacement_keeps_the_old(start, authority, tmp_path):
    certificate, key = tmp_path / "live.pem", tmp_path / "live.key"
    replace(certificate, key, authority.issue("good", SAN))
    server = start(pki.server_settings(certificate, key))
    seen = serial_of(server)
    certificate.write_text("half a certific")
    server.signal(signal.SIGHUP)
    until(lambda: "the certificate stays as it was" in server.log(), "the mistake is logged")
    assert str(certificate) in server.log()
    assert serial_of(server) == seen

"""Real senders of OTLP logs, as docs/guides/otlp.md has them."""

import contextlib
import os
import pathlib
import subprocess
import sys

import grpc
import pytest

from support import guide, otlp
from support.ports import free_port
from support.rest import Rest
from support.waiting import until

TOOLS = pathlib.Path(os.environ.get("E2E_TOOLS", "build/e2e")).resolve()
GRPC, HTTP = "127.0.0.1:4317", "127.0.0.1:4318"


def at(text, server):
    """The block, with the addresses of this server."""
    return text.replace(GRPC, server.otlp_grpc).replace(HTTP, server.otlp_http)


def run(command, text):
    told = subprocess.run([*command, text], text=True, capture_output=True, timeout=120, check=False)
    assert told.returncode == 0, told
    return told


def test_curl(server):
    told = run(["bash", "-e", "-c"], at(guide.block("otlp.md", "sh", "curl"), server))
    assert told.stdout == "{}"
    event = Rest(server.http).get("deploy-43")
    assert (event["name"], event["source"]["service"]) == ("Deploy", "checkout")
    assert event["message"] == "version 1.5.0 goes out"
    assert event["parameters"]["version"] == "1.5.0"


@pytest.mark.parametrize("transport", ("grpc", "http"))
def test_python_sdk(server, transport):
    program = guide.block("otlp.md", "python").replace("# ... the work ...", "time.sleep(0.01)")
    if transport == "http":
        program = (program.replace("otlp.proto.grpc", "otlp.proto.http")
                   .replace('"http://127.0.0.1:4317", insecure=True',
                            '"http://127.0.0.1:4318/v1/logs"'))
    told = run([sys.executable, "-B", "-c"], at(program, server))
    assert told.stderr == "", "the SDK complains of nothing"
    event = Rest(server.http).get("backup-7")
    assert (event["name"], event["state"]) == ("Backup", "closed")
    assert event["source"] == {"service": "billing", "instance": "billing-1", "endpoint": ""}
    assert event["message"] == "nightly backup"
    parameters = event["parameters"]
    assert (parameters["tables"], parameters["bytes"]) == (12, 123456789)
    assert parameters["scope"] == "billing.nightly"
    assert parameters["resource.telemetry.sdk.language"] == "python"


@pytest.mark.parametrize("transport", ("grpc", "http"))
def test_java_sdk(server, tmp_path, transport):
    program = guide.block("otlp.md", "java")
    if transport == "http":
        program = (program.replace("OtlpGrpcLogRecordExporter", "OtlpHttpLogRecordExporter")
                   .replace("otlp.logs", "otlp.http.logs")
                   .replace("http://127.0.0.1:4317", "http://127.0.0.1:4318/v1/logs"))
    source = tmp_path / "ReportDeploy.java"
    source.write_text(at(program, server))
    run(["java", "-cp", f"{TOOLS / 'java' / 'otel' / 'lib'}/*"], str(source))
    event = Rest(server.http).get("deploy-44")
    assert (event["name"], event["source"]["service"]) == ("Deploy", "search")
    assert event["message"] == "2.1.0 goes out" and event["parameters"]["replicas"] == 3


@contextlib.contextmanager
def collector(server, tmp_path):
    """A Collector as the guide configures it; yields the address that it takes OTLP at."""
    address = f"127.0.0.1:{free_port()}"
    configuration = tmp_path / "collector.yaml"
    configuration.write_text(at(guide.block("otlp.md", "yaml", "exporters:"), server)
                             .replace("127.0.0.1:14317", address))
    with open(tmp_path / "collector.log", "wb") as log:
        process = subprocess.Popen([TOOLS / "bin" / "collector", "--config", configuration],
                                   stdout=log, stderr=log)
    try:
        yield address
    finally:
        process.terminate()
        process.wait(60)


def test_collector_sends_and_sends_again_after_an_outage(server, tmp_path):
    with collector(server, tmp_path) as address:
        sent = otlp.request(("Relayed", {"event.id": "relayed-1", "n": 1}, otlp.START))
        outcome, _ = otlp.by_grpc(address, sent, timeout=120)
        assert outcome.code == grpc.StatusCode.OK, outcome
        api = Rest(server.http)
        until(lambda: api.status_of("relayed-1") == 200, "the Collector has sent it")
        server.stop()
        late = otlp.request(("Relayed", {"event.id": "relayed-2", "n": 2}, otlp.START))
        assert otlp.by_grpc(address, late)[0].code == grpc.StatusCode.OK
        server.start()
        until(lambda: api.status_of("relayed-2") == 200, "the Collector has sent it again", 120)
        assert api.get("relayed-2")["parameters"]["n"] == 2

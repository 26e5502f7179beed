"""SkyWalking's own Java code: its generated stubs, and the core of its agent."""

import os
import pathlib
import shutil
import subprocess
import uuid

import pytest

from support.rest import Rest
from support.waiting import until

JAVA = pathlib.Path(os.environ.get("E2E_TOOLS", "build/e2e")).resolve() / "java"
START = 1_700_000_000_000


def class_path(name):
    return f"{JAVA / name}:{JAVA / name / 'lib'}/*"


def test_stubs_of_apm_network(server):
    event_id = str(uuid.uuid4())
    told = subprocess.run(["java", "-cp", class_path("stubs"), "StubClient", server.grpc, event_id],
                          capture_output=True, text=True, timeout=400, check=True).stdout
    start, end, bad = told.splitlines()
    assert (start, end) == ("start: OK commands=0", "end: OK commands=0")
    assert bad.startswith("bad: INVALID_ARGUMENT") and "#1 name" in bad
    event = Rest(server.http).get(event_id)
    assert (event["start"], event["end"], event["type"]) == (START, START + 60_000, "Error")
    assert event["source"] == {"service": "checkout", "instance": "checkout-1", "endpoint": "/pay"}
    assert (event["name"], event["layer"]) == ("Upgrade", "GENERAL")
    assert event["message"] == "from {from} to {to}"
    assert event["parameters"] == {"from": "1.4", "to": "1.5"}


@pytest.fixture
def agent_folder(server, tmp_path):
    """The agent finds its configuration beside the jar that it was loaded from."""
    folder = tmp_path / "agent"
    (folder / "config").mkdir(parents=True)
    (core,) = (JAVA / "agent" / "lib").glob("apm-agent-core-*.jar")
    shutil.copy(core, folder / "skywalking-agent.jar")
    (folder / "config" / "agent.config").write_text(
        "agent.service_name=java-demo\nagent.instance_name=java-demo-1\n"
        f"collector.backend_service={server.grpc}\n")
    return folder


def test_agent_reports_its_start_and_sends_its_metrics(server, agent_folder):
    """This version closes its channel before it would report Shutdown: Start is all that comes."""
    libraries = [str(path) for path in (JAVA / "agent" / "lib").glob("*.jar")
                 if not path.name.startswith("apm-agent-core-")]
    path = ":".join([str(JAVA / "agent"), str(agent_folder / "skywalking-agent.jar"), *libraries])
    log = agent_folder / "logs" / "skywalking-api.log"
    api = Rest(server.http)

    def starts():
        return api.list(service="java-demo", instance="java-demo-1", name="Start")

    def has_sent_metrics():
        # The agent's logger makes its file in a thread of its own, some time after its first lines.
        return log.exists() and "JVMMetricReportService/collect" in log.read_text()

    agent = subprocess.Popen(["java", "-Dapi.secret=hunter2", "-cp", path, "AgentMain"],
                             stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, cwd=agent_folder)
    try:
        until(starts, "the agent's Start is there")
        until(has_sent_metrics, "metrics were sent")
        agent.communicate(timeout=60)  # closes its input: it ends
    finally:
        agent.kill()
    (start,) = starts()
    assert (start["state"], start["layer"], start["type"]) == ("closed", "GENERAL", "Normal")
    assert start["message"] == "Start Java Application"
    assert "hunter2" not in start["parameters"]["OPTS"]
    assert "UNIMPLEMENTED" not in log.read_text()

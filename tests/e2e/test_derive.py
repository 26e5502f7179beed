"""What Flink reports of its jobs becomes intervals: over restarts, kill -9, and switched off and on.

The points are those of captured requests of Flink 2.3.0: by OTLP as they were sent, and by REST as they are mapped
(docs/formats/otlp-logs.md), with some more around them.
"""

import pathlib
import random
import re
import subprocess
import time

import pytest

from support import otlp
from support.rest import Rest, expect
from support.server import Server, binary
from support.waiting import until

FLINK = "org.apache.flink.runtime."
JOB = "721bd7f1e346de67600e05043e7cc29c"
NAME = "orders-count"
# The captured life of a job, from 01 to 06; 2026-11-22 06:21:22 UTC.
START = 1795328482115


def point(name, scope, time_ms, **parameters):
    """A point of the job, as its record is mapped."""
    return {"name": name, "layer": "FLINK", "source": {"service": NAME, "instance": "127.0.0.1"},
            "start": time_ms, "end": time_ms,
            "parameters": {"job_id": JOB, "job_name": NAME, "scope": FLINK + scope, **parameters}}


def status(time_ms, new):
    return point("JobStatusChangeEvent", "jobmaster.JobMaster", time_ms, newJobStatus=new)


def subtasks(time_ms, all_running):
    prefix = "" if all_running else "NOT_"
    return point("AllSubtasksStatusChangeEvent",
                 "scheduler.metrics.AllSubTasksRunningOrFinishedStateTimeMetrics", time_ms,
                 status=prefix + "ALL_RUNNING_OR_FINISHED")


def checkpoint(time_ms, number, completed):
    return point("CheckpointEvent", "checkpoint.CheckpointStatsTracker", time_ms,
                 checkpointId=number, checkpointType="Checkpoint",
                 checkpointStatus="COMPLETED" if completed else "FAILED")


def failure(time_ms, **labels):
    return point("JobFailureEvent", "scheduler.adaptive.JobFailureMetricReporter", time_ms,
                 **{f"failureLabel.{key}": value for key, value in labels.items()})


RUNNING = [status(START, "RUNNING"), checkpoint(START + 1068, 1, True),
           subtasks(START + 934, True)]
RESTARTING = [status(START + 4910, "RESTARTING"), subtasks(START + 4905, False),
              failure(START + 4908, kind="USER", team="orders")]
RUNNING_AGAIN = [status(START + 6926, "RUNNING"), subtasks(START + 7135, True)]
FAILED_CHECKPOINTS = [checkpoint(START + 9000, 7, False), checkpoint(START + 11000, 8, False),
                      checkpoint(START + 13000, 9, True)]
FAILED = [status(START + 18153, "FAILING"), status(START + 18191, "FAILED"),
          checkpoint(START + 18129, 13, False), subtasks(START + 18145, False),
          failure(START + 18147, kind="SYSTEM", team="orders")]
LIFE = [RUNNING, RESTARTING, RUNNING_AGAIN, FAILED_CHECKPOINTS, FAILED]

# name, status, start, end, type, count, restarts
EXPECTED = [
    ("JobStatus", "RUNNING", START, START + 4910, "Normal", 1, 0),
    ("Downtime", None, START + 4905, START + 7135, "Error", 1, 1),
    ("JobStatus", "RESTARTING", START + 4910, START + 6926, "Error", 1, 1),
    ("JobStatus", "RUNNING", START + 6926, START + 18153, "Normal", 1, 0),
    ("CheckpointFailures", None, START + 9000, START + 13000, "Error", 2, 0),
    ("Downtime", None, START + 18145, START + 18191, "Error", 1, 0),
    ("JobStatus", "FAILING", START + 18153, START + 18191, "Error", 1, 0),
    ("JobStatus", "FAILED", START + 18191, START + 18191, "Error", 1, 0),
]


# What the captured requests tell of each job: (name, status, start, end, restarts), ms since SINCE.
CAPTURED = {
    JOB: [("JobStatus", "RUNNING", 8482115, 8487025, 0),
          ("Downtime", None, 8487020, 8489250, 1),
          ("JobStatus", "RESTARTING", 8487025, 8489041, 1),
          ("JobStatus", "RUNNING", 8489041, 8500268, 0),
          ("Downtime", None, 8500260, 8500306, 0),
          ("JobStatus", "FAILING", 8500268, 8500306, 0),
          ("JobStatus", "FAILED", 8500306, 8500306, 0)],
    "36f8c5241c624eebd692f27cd299af7a": [("JobStatus", "FINISHED", 8651110, 8651110, 0)],
    "b882067fb9d491023c82ba0725dd284b": [("JobStatus", "CANCELLING", 8659986, 8660030, 0),
                                         ("JobStatus", "CANCELED", 8660030, 8660030, 0)],
    "860f88d94088309a63ec71cfe02edd13": [("Downtime", None, 8891527, None, 1),
                                         ("JobStatus", "RESTARTING", 8891534, None, 1)],
    "87e685859bbf73c332e9af5ec8e3d24e": [("JobStatus", "CREATED", 9072535, 9072916, 0),
                                         ("JobStatus", "RUNNING", 9072916, 9077870, 0),
                                         ("JobStatus", "CREATED", 9077870, 9077890, 0),
                                         ("JobStatus", "RUNNING", 9077890, None, 0)],
    "da032193a570176b85e91bf1f5311b44": [("Downtime", None, 9093142, None, 1),
                                         ("JobStatus", "RESTARTING", 9093151, None, 1)],
}
SINCE = 1795320000000


def report(server, reports):
    expect(Rest(server.http).report(reports))


def derived(server):
    return [event for event in Rest(server.http).list(from_=0, order="asc", derived="true")]


def told(server):
    return [(event["name"], event["parameters"].get("status"), event["start"], event["end"],
             event["type"], event["count"], event["parameters"]["restarts"])
            for event in derived(server)]


def until_told(server, expected):
    until(lambda: told(server) == expected, "the intervals are those expected")


@pytest.fixture
def quick(tmp_path):
    """A server that shows intervals at once."""
    one = Server(tmp_path, ["derive.settle=100ms"]).start()
    yield one
    one.stop()


def test_a_jobs_life_is_made_of_intervals(quick):
    for reports in LIFE:
        report(quick, reports)
    until_told(quick, EXPECTED)
    first_downtime = derived(quick)[1]
    assert first_downtime["derived"] is True
    assert first_downtime["source"] == {"service": NAME, "instance": "", "endpoint": ""}
    assert first_downtime["layer"] == "FLINK"
    assert first_downtime["parameters"]["failureLabel.kind"] == "USER"
    assert first_downtime["parameters"]["failureLabel.team"] == "orders"
    assert first_downtime["message"] == "Was not processing; 1 restart; kind=USER, team=orders"
    for end in ("first_point", "last_point"):
        point_of_it = Rest(quick.http).get(first_downtime["parameters"][end])
        assert point_of_it["name"] == "AllSubtasksStatusChangeEvent"


def test_restarts_and_kills_lose_and_double_nothing(quick):
    for number, reports in enumerate(LIFE):
        report(quick, reports)
        if number % 2 == 0:
            quick.kill()
        else:
            quick.stop()
        quick.start()
    until_told(quick, EXPECTED)
    before = derived(quick)
    quick.kill()
    quick.start()
    report(quick, [reports for step in LIFE for reports in step])  # a retry of everything
    until(lambda: lag(quick) == 0, "the feed was read")
    assert derived(quick) == before


def test_kill_at_any_moment_comes_to_the_same(quick):
    for number, reports in enumerate(LIFE):
        for one in reports:
            report(quick, [one])
            time.sleep(0.03 * (number + 1))  # not a wait for something: some moment of the turn
            quick.kill()
            quick.start()
    until_told(quick, EXPECTED)


def test_a_lost_state_is_made_from_the_store(quick):
    for reports in LIFE[:3]:
        report(quick, reports)
    until(lambda: len(told(quick)) == 4, "the first intervals are told")
    quick.stop()
    (quick.data / "derive" / "flink.state").unlink()
    quick.start()
    for reports in LIFE[3:]:
        report(quick, reports)
    until_told(quick, EXPECTED)


def test_switched_off_nothing_is_made_and_switched_on_it_is_made_up_for(tmp_path):
    off = Server(tmp_path, ["derive.flink=false"]).start()
    for reports in LIFE:
        report(off, reports)
    assert "derive" not in Rest(off.http).call("GET", "/readyz").body.decode()
    assert "tidings_feed_lag" not in Rest(off.http).call("GET", "/metrics").body.decode()
    off.stop()
    assert not (off.data / "derive").exists()
    on = Server(tmp_path, ["derive.settle=100ms"]).start()
    until_told(on, EXPECTED)
    on.stop()


def told_of_jobs(server):
    jobs = {}
    for event in derived(server):
        parameters = event["parameters"]
        jobs.setdefault(parameters["job_id"], []).append(
            (event["name"], parameters.get("status"), event["start"] - SINCE,
             event["end"] and event["end"] - SINCE, parameters["restarts"]))
    return jobs


@pytest.mark.parametrize("seed", range(3))
def test_what_flink_sends_in_any_order_with_kills_between(quick, seed):
    chance = random.Random(seed)
    names = [*otlp.SAMPLES, *chance.sample(otlp.SAMPLES, 4)]
    chance.shuffle(names)
    for name in names:
        request, _ = otlp.sample(name)
        expect(otlp.by_http(quick.otlp_http, request))
        if chance.random() < 0.3:
            time.sleep(chance.uniform(0, 0.3))  # not a wait for something: the moment of the kill
            quick.kill()
            quick.start()
    until(lambda: told_of_jobs(quick) == CAPTURED, "the captured jobs are told")


def lag(server):
    metrics = Rest(server.http).call("GET", "/metrics").body.decode()
    return float(re.search(r'^tidings_feed_lag\{reader="derive"\} (\S+)$', metrics, re.M).group(1))


def test_it_can_be_watched(quick):
    report(quick, RUNNING)
    until(lambda: lag(quick) == 0, "the feed was read")
    assert "ok: derive\n" in Rest(quick.http).call("GET", "/readyz").body.decode()


def test_a_jobs_life_at_a_glance(quick):
    for reports in LIFE:
        report(quick, reports)
    until_told(quick, EXPECTED)
    listed = subprocess.run(
        [binary(), "list", "--address", quick.http, "--from", "0", "--order", "asc",
         "-q", f"layer:FLINK service:{NAME} derived:true"],
        capture_output=True, text=True, check=True, env={"TZ": "UTC", "PATH": "/usr/bin"})
    page = pathlib.Path(__file__).parents[2] / "docs/reference/derived-intervals.md"
    shown = re.search(r"A job's life at a glance.*?```\n(.*?)```", page.read_text(), re.S)
    assert listed.stdout == shown.group(1)

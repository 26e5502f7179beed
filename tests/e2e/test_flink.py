"""A real Flink as a client: every system event and events of its own, as the guide sets it up."""

import pytest

from support import guide
from support.flink import Cluster
from support.rest import Rest
from support.server import Server
from support.waiting import until

WAIT_SECONDS = 240
ALL_RUN, NOT_ALL_RUN = "ALL_RUNNING_OR_FINISHED", "NOT_ALL_RUNNING_OR_FINISHED"
# Of the event of the job's own: two subtasks, three attempts.
LOADS = 2 * 3
CHECKPOINT_SCOPE = "org.apache.flink.runtime.checkpoint.CheckpointStatsTracker"
STATUS_SCOPE = "org.apache.flink.runtime.jobmaster.JobMaster"
FAILURE_SCOPE = "org.apache.flink.runtime.scheduler.adaptive.JobFailureMetricReporter"
SUBTASKS_SCOPE = ("org.apache.flink.runtime.scheduler.metrics."
                  "AllSubTasksRunningOrFinishedStateTimeMetrics")


# What each of the clusters is configured with besides: Flink's own filter and scope variables.
OPTIONS = {
    "gRPC": "",
    "HTTP": 'events.reporter.otel.filter.excludes: "*:RecordsSeen"\n'
            'events.reporter.otel.scope.variables.additional: "cluster:tests"\n',
}


@pytest.fixture(scope="module", params=OPTIONS)
def flink(request, tmp_path_factory):
    """(server, cluster): Flink sends by each protocol of its exporter."""
    server = Server(tmp_path_factory.mktemp("server")).start()
    reporters = (guide.block("flink.md", "yaml", f"protocol: {request.param}")
                 .replace("127.0.0.1:4317", server.otlp_grpc)
                 .replace("127.0.0.1:4318", server.otlp_http))
    cluster = Cluster(tmp_path_factory.mktemp("flink"), reporters + OPTIONS[request.param])
    cluster.has_options = OPTIONS[request.param] != ""
    yield server, cluster.start()
    cluster.stop()
    server.stop()


def wait(condition, what):
    until(condition, what, WAIT_SECONDS, pause=0.2)


class JobEvents:
    """What Tidings knows of one job."""

    def __init__(self, server, name, job_id):
        self.server, self.name, self.job_id = server, name, job_id

    def of(self, name):
        found = Rest(self.server.http).list(service=self.name, name=name, order="asc",
                                            **{"from": "0"})
        assert {event["parameters"]["job_id"] for event in found} <= {self.job_id}
        return found

    def values(self, name, parameter):
        return [event["parameters"][parameter] for event in self.of(name)]

    def derived(self, name):
        """(status, start, end, parameters) of the intervals made of the job's points."""
        return [(event["parameters"].get("status"), event["start"], event["end"], event)
                for event in Rest(self.server.http).list(
                    service=self.name, name=name, order="asc", derived="true", **{"from": "0"})
                if event["parameters"]["job_id"] == self.job_id]

    def lived(self):
        return [status for status, _, _, _ in self.derived("JobStatus")]

    def statuses(self):
        return self.values("JobStatusChangeEvent", "newJobStatus")

    def wait_for_statuses(self, statuses):
        wait(lambda: self.statuses() == statuses, f"the job has been {statuses}")


def check_common(event, scope, job):
    """What every system event of the job manager says."""
    assert (event["layer"], event["state"]) == ("FLINK", "instant")
    assert event["source"] == {"service": job.name, "instance": "127.0.0.1", "endpoint": ""}
    parameters = event["parameters"]
    assert parameters["scope"] == scope and parameters["severity"] == "INFO"
    assert (parameters["job_id"], parameters["job_name"]) == (job.job_id, job.name)
    assert "name" not in parameters and "jobId" not in parameters
    assert parameters["resource.service.name"] == "unknown_service:java"


def test_life_of_a_job(flink):
    server, cluster = flink
    job = JobEvents(server, "orders", "")
    job.job_id = cluster.run(name="orders", failures=2, fail_after=150, slow_checkpoint=2,
                             event_every=50)
    life = ["RUNNING", "RESTARTING", "RUNNING", "RESTARTING", "RUNNING"]
    job.wait_for_statuses(life)
    wait(lambda: "FAILED" in job.values("CheckpointEvent", "checkpointStatus"),
         "a checkpoint has failed")
    wait(lambda: len(job.of("CacheLoad")) == LOADS and
         job.values("AllSubtasksStatusChangeEvent", "status")[-1:] == [ALL_RUN],
         "the third attempt has told of itself")
    server.restart()  # In mid-run: Flink connects again by itself. What it sends meanwhile is lost.
    seen = len(job.of("CheckpointEvent"))
    wait(lambda: len(job.of("CheckpointEvent")) > seen, "events come again")
    cluster.command("stop", "--savepointPath", f"file://{cluster.directory}/savepoints", job.job_id)
    job.wait_for_statuses([*life, "FINISHED"])
    check_statuses(job)
    check_failures(job)
    check_checkpoints(job)
    check_subtasks(job)
    check_own_events(job)
    check_options(job, cluster)
    wait(lambda: job.lived() == [*life, "FINISHED"], "the statuses are intervals")
    check_status_intervals(job)
    check_downtimes(job)
    check_failed_in_a_row(job)


def check_interval(event, job):
    assert event["derived"] is True and event["layer"] == "FLINK"
    assert event["source"] == {"service": job.name, "instance": "", "endpoint": ""}
    assert event["parameters"]["job_name"] == job.name


def check_status_intervals(job):
    points = [event["start"] for event in job.of("JobStatusChangeEvent")]
    intervals = job.derived("JobStatus")
    assert [start for _, start, _, _ in intervals] == points
    assert [end for _, _, end, _ in intervals] == [*points[1:], points[-1]]
    for status, _, _, event in intervals:
        check_interval(event, job)
        assert event["type"] == ("Error" if status == "RESTARTING" else "Normal")


def check_downtimes(job):
    subtasks = [event["start"] for event in job.of("AllSubtasksStatusChangeEvent")]
    downtimes = job.derived("Downtime")
    assert [(start, end) for _, start, end, _ in downtimes] == [
        (subtasks[1], subtasks[2]), (subtasks[3], subtasks[4])]
    for _, _, _, event in downtimes:
        check_interval(event, job)
        assert event["type"] == "Error" and event["parameters"]["restarts"] == 1
        assert event["parameters"]["failureLabel.team"] == "orders"


def check_failed_in_a_row(job):
    expected, run = [], []
    for event in [*job.of("CheckpointEvent"), *job.of("JobStatusChangeEvent")[-1:]]:
        if event["parameters"].get("checkpointStatus") == "FAILED":
            run.append(event["start"])
            continue
        if len(run) > 1:
            expected.append((run[0], event["start"], len(run)))
        run = []
    assert expected, "the slow checkpoint and those that came due meanwhile failed"
    rows = job.derived("CheckpointFailures")
    assert [(start, end, event["count"]) for _, start, end, event in rows] == expected
    for _, _, _, event in rows:
        check_interval(event, job)
        assert event["type"] == "Error"


def check_options(job, cluster):
    """Flink's filter leaves events out, and its additional variables are parameters."""
    assert (job.of("RecordsSeen") == []) == cluster.has_options
    for event in (*job.of("JobStatusChangeEvent"), *job.of("CacheLoad")):
        assert event["parameters"].get("cluster") == ("tests" if cluster.has_options else None)


def check_statuses(job):
    for event in job.of("JobStatusChangeEvent"):
        check_common(event, STATUS_SCOPE, job)
        status = event["parameters"]["newJobStatus"]
        assert event["type"] == ("Error" if status == "RESTARTING" else "Normal")
        assert event["message"] == f"The job is {status}"


def check_failures(job):
    failures = job.of("JobFailureEvent")
    assert len(failures) == 2
    for event in failures:
        check_common(event, FAILURE_SCOPE, job)
        assert event["type"] == "Error"
        assert event["parameters"]["canRestart"] == "true"
        assert event["parameters"]["isGlobalFailure"] == "false"
        assert event["parameters"]["failureLabel.team"] == "orders"
        assert event["parameters"]["failureLabel.kind"] == "USER"
        assert event["message"] == "The job failed and can restart: kind=USER, team=orders"


def check_checkpoints(job):
    checkpoints = job.of("CheckpointEvent")
    assert {event["parameters"]["checkpointStatus"] for event in checkpoints} == {
        "COMPLETED", "FAILED"}
    assert {"Checkpoint", "Suspend Savepoint"} <= {
        event["parameters"]["checkpointType"] for event in checkpoints}
    for event in checkpoints:
        check_common(event, CHECKPOINT_SCOPE, job)
        parameters = event["parameters"]
        failed = parameters["checkpointStatus"] == "FAILED"
        assert event["type"] == ("Error" if failed else "Normal")
        for size in ("checkpointId", "checkpointedSize", "fullSize", "metadataSize"):
            assert isinstance(parameters[size], int)
        assert parameters["isUnaligned"] == "false"
        assert event["message"].startswith(
            f"{parameters['checkpointType']} {parameters['checkpointId']} "
            f"{'failed' if failed else 'completed'}")


def check_subtasks(job):
    events = job.of("AllSubtasksStatusChangeEvent")
    assert [event["parameters"]["status"] for event in events] == [
        ALL_RUN, NOT_ALL_RUN, ALL_RUN, NOT_ALL_RUN, ALL_RUN]
    for event in events:
        check_common(event, SUBTASKS_SCOPE, job)
        assert event["type"] == "Normal"


def check_own_events(job):
    loads = job.of("CacheLoad")
    assert len(loads) == LOADS
    for event in loads:
        assert (event["layer"], event["type"]) == ("FLINK", "Normal")
        assert event["message"] == "The price cache was loaded"
        parameters = event["parameters"]
        assert event["source"]["instance"] == parameters["tm_id"]
        assert event["source"]["endpoint"] == parameters["task_name"]
        assert parameters["entries"] == 12345 and parameters["hitRatio"] == 0.875
        assert parameters["fromDisk"] is True and parameters["region"] == "eu-west-1"


def test_events_with_unusual_content(flink):
    server, cluster = flink
    job = JobEvents(server, "odd", "")
    job.job_id = cluster.run(name="odd", odd="true", count=50)
    # The job manager and the task manager report each in their own time.
    names = "LateReport", "NoObservedTime", "other name", "Größe-大小", "Backfill.Start", "Backfill.End"
    wait(lambda: all(job.of(name) for name in names) and job.statuses()[-1:] == ["FINISHED"], "the job has told all")
    (late,) = job.of("LateReport")
    assert late["start"] < job.of("NoObservedTime")[0]["start"] - 3_500_000, "it was observed then"
    (clash,) = job.of("other name")
    assert clash["parameters"]["nan"] == "NaN" and clash["parameters"]["shard"] == 7
    (error,) = job.of("Größe-大小")
    assert error["type"] == "Error" and error["message"].startswith("ünï \0 😀 xxx")
    (start,), (end,) = job.of("Backfill.Start"), job.of("Backfill.End")
    assert start["parameters"]["scope"] == "orders.backfill"
    assert end["start"] == start["start"] + 5


def test_two_jobs_of_one_name(flink):
    server, cluster = flink
    jobs = [JobEvents(server, "twin", cluster.run(name="twin", count=50)) for _ in range(2)]
    assert jobs[0].job_id != jobs[1].job_id
    for job in jobs:
        wait(lambda job=job: job.lived() == ["RUNNING", "FINISHED"], "each has its own intervals")
        assert job.derived("Downtime") == []


def test_batch_job(flink):
    """It tells nothing of its subtasks: it is down from the restart to when it runs again."""
    server, cluster = flink
    job = JobEvents(server, "nightly", cluster.run(
        name="nightly", batch="true", count=300, rate=1000, failures=1, fail_after=20))
    life = ["RUNNING", "RESTARTING", "RUNNING", "FINISHED"]
    wait(lambda: job.lived() == life, "the batch job has lived")
    assert job.of("AllSubtasksStatusChangeEvent") == job.of("CheckpointEvent") == []
    _, (_, restarting, running, _), *_ = job.derived("JobStatus")
    assert [(start, end) for _, start, end, _ in job.derived("Downtime")] == [(restarting, running)]


def test_cluster_that_is_shut_down_says_no_goodbye(flink):
    """The last test of its cluster: the job's last status stays open."""
    server, cluster = flink
    job = JobEvents(server, "abandoned", cluster.run(name="abandoned"))
    wait(lambda: job.lived() == ["RUNNING"] and job.of("CheckpointEvent"), "the job runs")
    cluster.kill()
    seen = len(job.of("CheckpointEvent"))
    server.restart()
    assert len(job.of("CheckpointEvent")) >= seen
    ((status, _, end, event),) = job.derived("JobStatus")
    assert (status, end, event["state"]) == ("RUNNING", None, "open")

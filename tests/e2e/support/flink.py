"""A real Flink: a session cluster of a JobManager and a TaskManager from Maven artifacts."""

import os
import pathlib
import re
import shutil
import signal
import string
import subprocess

from support.ports import free_port
from support.waiting import until

TOOLS = pathlib.Path(os.environ.get("E2E_TOOLS", "build/e2e")).resolve() / "flink"
CONFIGURATION = pathlib.Path(__file__).resolve().parents[1] / "flink" / "conf"
JOB = TOOLS / "project" / "target" / "event-job-1.jar"
START_SECONDS = 180
COMMAND_SECONDS = 180
JAVA = ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{TOOLS / 'lib'}/*"]
# What the scripts of a Flink distribution open for Java 17.
OPENED = ("java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio",
          "java.math", "java.text", "java.time", "java.util", "java.util.concurrent",
          "java.util.concurrent.atomic", "java.util.concurrent.locks", "sun.net.util")
PARTS = {
    "jobmanager": ["-Xmx384m",
                   "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"],
    "taskmanager": ["-Xmx384m", "-XX:MaxDirectMemorySize=192m",
                    "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"],
}


class Cluster:
    """Its files are in `directory`; `reporters` are the lines of its configuration for events."""

    def __init__(self, directory, reporters):
        self.directory = pathlib.Path(directory)
        self.configuration = self.directory / "conf"
        self.processes = {}
        plugin = self.directory / "plugins" / "team-enricher"
        for folder in (self.configuration, self.directory / "tmp", plugin):
            folder.mkdir(parents=True)
        shutil.copy(JOB, plugin)  # Failure enrichers are found in plugin folders only.
        shutil.copy(CONFIGURATION / "log4j2.properties", self.configuration)
        values = {"WORK_DIR": self.directory, "REST_PORT": free_port(), "RPC_PORT": free_port()}
        text = string.Template((CONFIGURATION / "config.yaml").read_text()).substitute(values)
        (self.configuration / "config.yaml").write_text(text + reporters)
        self.environment = {**os.environ, "FLINK_CONF_DIR": str(self.configuration),
                            "FLINK_PLUGINS_DIR": str(self.directory / "plugins")}

    def _java(self, *arguments):
        return [*JAVA, *(f"--add-opens=java.base/{one}=ALL-UNNAMED" for one in OPENED),
                f"-Dlog4j2.configurationFile=file:{self.configuration}/log4j2.properties",
                *arguments]

    def start(self):
        for part, arguments in PARTS.items():
            with open(self.directory / f"{part}.log", "wb") as log:
                self.processes[part] = subprocess.Popen(
                    self._java(*arguments, "--configDir", str(self.configuration)),
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment)
        # Up when the TaskManager has offered its slots.
        until(lambda: "Successful registration at resource manager" in self.log("taskmanager"),
              "the TaskManager has registered", START_SECONDS, pause=0.2)
        return self

    def log(self, part):
        return (self.directory / f"{part}.log").read_text(errors="replace")

    def command(self, *arguments):
        """Flink's command line."""
        told = subprocess.run(
            self._java("-Xmx256m", "-Dlog4j2.level=WARN",
                       "org.apache.flink.client.cli.CliFrontend", *arguments),
            env=self.environment, capture_output=True, text=True, timeout=COMMAND_SECONDS,
            check=False)
        assert told.returncode == 0, told
        return told.stdout

    def run(self, **options):
        """Starts the job of flink/src; its id."""
        arguments = [part for key, value in options.items()
                     for part in (f"--{key.replace('_', '-')}", str(value))]
        told = self.command("run", "-d", "-c", "test.flink.EventJob", str(JOB), *arguments)
        return re.search(r"JobID ([0-9a-f]{32})", told).group(1)

    def kill(self):
        """As when the machine goes."""
        for process in self.processes.values():
            process.kill()
            process.wait(COMMAND_SECONDS)

    def stop(self):
        for process in reversed(self.processes.values()):
            process.send_signal(signal.SIGTERM)
            process.wait(COMMAND_SECONDS)

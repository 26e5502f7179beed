"""The real server as a process: started on free ports, stopped, killed, restarted on the same ones."""

import os
import pathlib
import re
import select
import signal
import subprocess
import time

# Generous: a start that takes this long has failed.
START_SECONDS = 60
STOP_SECONDS = 60
LOOPBACK_FREE_PORT = "127.0.0.1:0"


class StartFailed(Exception):
    """The server ended before it was ready."""

    def __init__(self, code, log):
        super().__init__(f"exit code {code}; log:\n{log}")
        self.code = code
        self.log = log


def binary():
    """The program under test."""
    root = pathlib.Path(__file__).resolve().parents[3]
    return os.environ.get("TIDINGS_BINARY", str(root / "build/release/bin/tidings"))


def address_in(ready_line, label):
    """`127.0.0.1:12800` or `off` behind a label (`HTTP`, `gRPC`) of the ready line."""
    found = re.search(rf"\b{label}\b[ =:]+(?:https?://)?(off|[^\s,;/]+:\d+)", ready_line)
    assert found, f"the ready line names no {label} address: {ready_line!r}"
    return found.group(1)


class Server:
    """`tidings serve` with its data in `directory`/data and its log in `directory`/log."""

    def __init__(self, directory, settings=(), environment=None):
        self.directory = pathlib.Path(directory)
        self.data = self.directory / "data"
        self.log_path = self.directory / "log"
        self.settings = list(settings)
        self.environment = environment or {}
        self.http = self.grpc = self.otlp_grpc = self.otlp_http = LOOPBACK_FREE_PORT
        self.process = None
        self.ready_line = ""

    def command(self):
        settings = [f"http.address={self.http}", f"grpc.address={self.grpc}",
                    f"otlp.grpc_address={self.otlp_grpc}", f"otlp.http_address={self.otlp_http}",
                    *self.settings]
        return [binary(), "serve", "--data-dir", str(self.data),
                *(part for setting in settings for part in ("--set", setting))]

    def launch(self):
        """Starts the process and does not wait."""
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                env={**os.environ, **self.environment}, cwd=self.directory)
        return self

    def start(self):
        """Starts and waits for the ready line. After the first start the ports stay the same."""
        return self.launch().await_ready()

    def await_ready(self):
        self.ready_line = self._read_line(time.monotonic() + START_SECONDS)
        if not self.ready_line:
            code = self.process.wait(START_SECONDS)
            self.process.stdout.close()
            raise StartFailed(code, self.log())
        self.http = address_in(self.ready_line, "HTTP")
        self.grpc = address_in(self.ready_line, "gRPC")
        self.otlp_grpc = address_in(self.ready_line, "OTLP gRPC")
        self.otlp_http = address_in(self.ready_line, "OTLP HTTP")
        return self

    def _read_line(self, deadline):
        line = b""
        stdout = self.process.stdout.fileno()
        while not line.endswith(b"\n"):
            readable, _, _ = select.select([stdout], [], [], max(0, deadline - time.monotonic()))
            assert readable, f"not ready after {START_SECONDS} s; log:\n{self.log()}"
            byte = os.read(stdout, 1)
            if not byte:
                return ""
            line += byte
        return line.decode().strip()

    def running(self):
        return self.process is not None and self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self):
        """The exit code; what came on stdout after the ready line is an error."""
        code = self.process.wait(STOP_SECONDS)
        rest = self.process.stdout.read()
        self.process.stdout.close()
        assert rest == b"", f"stdout is for the ready line only, not for {rest!r}"
        return code

    def stop(self):
        """SIGTERM; the server must drain and exit 0."""
        self.signal(signal.SIGTERM)
        code = self.wait()
        assert code == 0, f"exit code {code} after SIGTERM; log:\n{self.log()}"

    def kill(self):
        """SIGKILL: no goodbye."""
        self.process.kill()
        self.process.wait(STOP_SECONDS)
        self.process.stdout.close()

    def restart(self):
        self.stop()
        return self.start()

    def crash_and_restart(self):
        self.kill()
        return self.start()

    def log(self):
        return self.log_path.read_text(encoding="utf-8", errors="replace")

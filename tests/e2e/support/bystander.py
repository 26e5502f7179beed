"""A well-behaved client beside whatever happens: every answer must be right, and none late."""

import http.client
import json
import statistics
import threading
import time


class Bystander(threading.Thread):
    """Asks and, every tenth time, reports on one connection, and remembers how long each took."""

    def __init__(self, server, name="bystander"):
        super().__init__(name=name, daemon=True)
        self.connection = http.client.HTTPConnection(server.http, timeout=60)
        self.latencies = []
        self.failures = []
        self.stopping = threading.Event()

    def run(self):
        while not self.stopping.is_set():
            begun = time.monotonic()
            try:
                self._ask()
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
                return
            self.latencies.append(time.monotonic() - begun)
            time.sleep(0.001)  # a client that has other things to do, too

    def _ask(self):
        if len(self.latencies) % 10 == 0:
            report = {"uuid": f"{self.name}-{len(self.latencies)}", "name": "B",
                      "startTime": 1_700_000_000_000}
            self.connection.request("POST", "/v3/events", json.dumps([report]),
                                    {"Content-Type": "application/json"})
        else:
            self.connection.request("GET", "/healthz")
        answer = self.connection.getresponse()
        told = answer.read()
        if answer.status != 200:
            self.failures.append(told)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.join()
        self.connection.close()

    def wait_for(self, count):
        while len(self.latencies) < count and self.is_alive():
            time.sleep(0.01)

    def p99(self):
        """The median over rounds of 100 requests of each round's second slowest."""
        rounds = [sorted(self.latencies[at:at + 100])
                  for at in range(0, len(self.latencies) - 99, 100)]
        return statistics.median(one[-2] for one in rounds)

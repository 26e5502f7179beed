"""Reporters that remember what was acknowledged to them: the oracle of the crash tests.

Each reporter owns its ids and knows its reports in the order of sending, each acknowledged or not.
"""

import http.client
import json
import random
import threading

import grpc

from support import grpc_client, wire

START = 1_700_000_000_000


class Reporter(threading.Thread):
    """Sends batches until stopped, on connections of its own; survives the server's death.

    `sent` is a list of (reports, acknowledged) in order. A batch that was refused for good or whose
    answer was lost is not acknowledged.
    """

    def __init__(self, name, seed):
        super().__init__(name=name, daemon=True)
        self.random = random.Random(f"{name}/{seed}")
        self.sent = []
        self.stopping = threading.Event()
        self.serial = 0
        self.open_ids = []

    def run(self):
        while not self.stopping.is_set():
            reports = [self._next_report() for _ in range(self.random.choice((1, 1, 3, 20)))]
            entry = [reports, False]
            self.sent.append(entry)
            entry[1] = self.send(reports)
            if not entry[1]:
                self.stopping.wait(0.01)

    def stop(self):
        self.stopping.set()
        self.join()

    def acknowledged(self):
        return [report for reports, known in self.sent if known for report in reports]

    def _next_report(self):
        """A start, the end of an earlier start, or a late detail of one."""
        if self.open_ids and self.random.random() < 0.5:
            index = self.random.randrange(len(self.open_ids))
            event_id, start = self.open_ids[index]
            if self.random.random() < 0.3:
                return {"id": event_id, "message": f"late {self.random.random()}",
                        "parameters": {f"k{self.random.randrange(4)}": "v"}, "start": start - 1}
            self.open_ids.pop(index)
            return {"id": event_id, "end": start + self.random.randrange(1, 60_000)}
        self.serial += 1
        event_id, start = f"{self.name}-{self.serial}", START + self.serial
        self.open_ids.append((event_id, start))
        return {"id": event_id, "name": "Load", "service": self.name, "layer": "K8S",
                "message": "x" * self.random.randrange(200), "start": start}


class GrpcReporter(Reporter):
    def __init__(self, server, name, seed):
        super().__init__(name, seed)
        self.channel = grpc_client.channel(server.grpc)

    def send(self, reports):
        outcome = grpc_client.collect_on(self.channel, [wire.event(one) for one in reports],
                                         timeout=30, patient=False)
        assert outcome.code != grpc.StatusCode.INVALID_ARGUMENT, outcome
        return outcome.code == grpc.StatusCode.OK

    def stop(self):
        super().stop()
        self.channel.close()


class HttpReporter(Reporter):
    def __init__(self, server, name, seed):
        super().__init__(name, seed)
        self.address = server.http
        self.connection = None

    def send(self, reports):
        body = json.dumps([wire.json_event(one) for one in reports])
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.address, timeout=30)
            self.connection.request("POST", "/v3/events", body,
                                    {"Content-Type": "application/json"})
            answer = self.connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = None
            return False
        assert answer.status in (200, 503), answer.status
        return answer.status == 200


def reporters(server, seed, of_each=2):
    return ([GrpcReporter(server, f"g{seed}-{number}", seed) for number in range(of_each)]
            + [HttpReporter(server, f"h{seed}-{number}", seed) for number in range(of_each)])

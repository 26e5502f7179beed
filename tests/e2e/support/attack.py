"""Runs attacks on a server, with quiet before and after, and tells what they cost it and others."""

import dataclasses
import json
import pathlib
import subprocess
import sys

from support.bystander import Bystander
from support.process import cpu_seconds, forget_peak, memory

RUN = pathlib.Path(__file__).parents[1] / "attacks" / "run.py"
SAMPLES = 200
# What the machine does by itself is over in another round; what the attack does is not.
ROUNDS = 3
# Below this nobody notices; a 2-core machine's scheduler is not what is tested.
FLOOR_SECONDS = 0.03


def attack(name, server):
    told = subprocess.run([sys.executable, "-B", RUN, name, server.http, server.grpc], check=False,
                          capture_output=True, text=True, timeout=120)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


@dataclasses.dataclass
class Round:
    """One attack with quiet before it and after it."""

    told: dict
    cpu: float
    grown: int
    failures: list
    p99: float
    quiet_p99: float

    def undisturbed(self):
        return self.p99 < max(2 * self.quiet_p99, FLOOR_SECONDS)


def quiet_phase(server):
    """The bystander alone: (p99, CPU seconds of a request)."""
    begun = cpu_seconds(server)
    with Bystander(server, "quiet") as bystander:
        bystander.wait_for(SAMPLES)
    assert not bystander.failures
    return bystander.p99(), (cpu_seconds(server) - begun) / len(bystander.latencies)


def attack_round(name, server):
    p99_before, request_cpu = quiet_phase(server)
    memory_before, begun = memory(server), cpu_seconds(server)
    forget_peak(server)
    with Bystander(server, name) as bystander:
        told = attack(name, server)
        bystander.wait_for(SAMPLES)
    cpu = cpu_seconds(server) - begun - request_cpu * len(bystander.latencies)
    grown = memory(server, "VmHWM") - memory_before
    p99_after, _ = quiet_phase(server)
    return Round(told, cpu, grown, bystander.failures, bystander.p99(), max(p99_before, p99_after))

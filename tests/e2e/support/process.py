"""What the server's process costs, from /proc."""

import os

from support.rest import request


def cpu_seconds(server):
    fields = open(f"/proc/{server.process.pid}/stat", encoding="ascii").read().rsplit(")", 1)[1]
    user, system = fields.split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def memory(server, key="VmRSS"):
    """Bytes. `VmHWM` is the most since `forget_peak`."""
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as status:
        (line,) = [line for line in status if line.startswith(key + ":")]
    return int(line.split()[1]) << 10


def forget_peak(server):
    with open(f"/proc/{server.process.pid}/clear_refs", "w", encoding="ascii") as refs:
        refs.write("5")


def open_files(server):
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


def metric(server, name, **labels):
    """The sum of the samples of that name that have these labels."""
    text = request(server.http, "GET", "/metrics").body.decode()
    wanted = [f'{key}="{value}"' for key, value in labels.items()]
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
               if line.startswith((name + "{", name + " ")) and all(one in line for one in wanted))


def refused(server, reason):
    return metric(server, "tidings_refused_total", reason=reason)

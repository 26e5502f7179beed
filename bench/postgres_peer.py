#!/usr/bin/env python3
"""Tidings beside PostgreSQL on the same events, one run: what loading and asking cost.

    bench/postgres_peer.py [EVENTS]              default 1000000

Both are durable at the OK (fsync on, synchronous_commit on), by 4 clients with batches of 1,000, made
before the clock starts. PostgreSQL once without an index, once with those that a search needs: the
id, (service, start), and the words of the message. Needs `postgresql` (Debian) and a release build.
Prints Markdown.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from tidings_server import REPEATS, Tidings, cpu_of_tree, folder_bytes, free_address, p50_and_p99, running

CLIENTS = 4
BATCH = 1000
COLUMNS = "id, service, instance, layer, name, type, message, parameters, start_ms, end_ms"
TABLE = """CREATE TABLE events (id uuid, service text, instance text, layer text, name text, type text,
 message text, parameters jsonb, start_ms bigint, end_ms bigint);"""
INDEXES = """CREATE UNIQUE INDEX ON events (id);
CREATE INDEX ON events (service, start_ms DESC);
CREATE INDEX ON events USING gin (to_tsvector('simple', message));"""


def load_tidings(tidings, events):
    """Seconds that the load took, and CPU seconds of the server until all was compacted."""
    began, cpu = time.monotonic(), tidings.cpu_seconds()
    tidings.bench("--protocol", "grpc-batched", "--connections", str(CLIENTS), "--batch", str(BATCH),
                  "--events", str(events), "--no-floor")
    took = time.monotonic() - began
    tidings.compact()
    return took, tidings.cpu_seconds() - cpu


class Postgres:
    def __init__(self, folder, indexes):
        self.folder, self.port = pathlib.Path(folder), free_address().rsplit(":", 1)[1]
        programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        if not programs:
            sys.exit("PostgreSQL is not installed: apt-get install postgresql")
        self.programs = programs[-1]
        # It does not run as root.
        self.as_user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
        if self.as_user:
            shutil.chown(self.folder, "nobody", "nogroup")
        data = self.folder / "data"
        self.run("initdb", "-D", data, "-A", "trust", "-U", "bench", "--no-sync")
        self.process = subprocess.Popen(
            [*self.as_user, self.programs / "postgres", "-D", data, "-p", str(self.port), "-k", self.folder,
             "-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=512MB", "-c", "max_wal_size=4GB"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            if self.psql("SELECT 1").returncode == 0:
                break
            time.sleep(0.1)
        self.must(TABLE + indexes)

    def run(self, program, *arguments):
        subprocess.run([*self.as_user, self.programs / program, *arguments], check=True,
                       stdout=subprocess.DEVNULL)

    def psql(self, text):
        return subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-h", "127.0.0.1", "-p", str(self.port), "-U", "bench", "postgres"],
            input=text, text=True, capture_output=True, check=False)

    def must(self, text):
        answer = self.psql(text)
        if answer.returncode != 0 or "ERROR" in answer.stderr:
            sys.exit(f"psql: {answer.stderr}")
        return answer.stdout

    def load(self, files):
        began, cpu = time.monotonic(), cpu_of_tree(self.process.pid)
        clients = [subprocess.Popen(
            ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port), "-U",
             "bench", "-f", file, "postgres"]) for file in files]
        if any([client.wait() for client in clients]):
            sys.exit("psql could not load")
        took = time.monotonic() - began
        used = cpu_of_tree(self.process.pid) - cpu
        self.must("VACUUM ANALYZE events; CHECKPOINT;")
        return took, used

    def time_question(self, query):
        lines = self.must("\\timing on\n" + (query + ";\n") * (REPEATS + 5)).splitlines()
        return [float(line.split()[1]) for line in lines if line.startswith("Time: ")][5:]

    def table_bytes(self):
        return int(self.must("SELECT pg_total_relation_size('events')"))

    def stop(self):
        self.process.terminate()
        self.process.wait()


def copy_text(text):
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def write_copy_files(export, folder):
    """The events as COPY of 1,000 rows each, a file per client."""
    files = [folder / f"load-{client}.sql" for client in range(CLIENTS)]
    outs = [file.open("w", encoding="utf-8") for file in files]
    head, rows, batches = f"COPY events ({COLUMNS}) FROM STDIN;\n", [], 0

    def flush():
        nonlocal batches
        outs[batches % CLIENTS].write(head + "".join(rows) + "\\.\n")
        batches += 1
        rows.clear()

    with export.open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            source = event["source"]
            fields = (event["id"], source["service"], source["instance"], event["layer"], event["name"],
                      event["type"], event["message"], json.dumps(event["parameters"]),
                      str(event["start"]), str(event["end"]))
            rows.append("\t".join(map(copy_text, fields)) + "\n")
            if len(rows) == BATCH:
                flush()
    if rows:
        flush()
    for out in outs:
        out.close()
    return files


def row(name, events, took, cpu, size):
    print(f"| {name} | {events / took:,.0f} | {cpu / events * 1e6:.1f} | {size / events:.0f} |", flush=True)


def main():
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tidings-bench-"))
    folder.chmod(0o755)
    try:
        measure(events, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(events, folder):
    print(f"| loading {events:,} events | events/s | server CPU s per million | bytes/event |")
    print("| --- | --- | --- | --- |")
    own = folder / "tidings"
    own.mkdir()
    with running(Tidings(own)) as tidings:
        load_and_ask(tidings, events, folder)


def load_and_ask(tidings, events, folder):
    own = tidings.folder
    took, cpu = load_tidings(tidings, events)
    row("**Tidings**, gRPC, joined and searchable", events, took, cpu, folder_bytes(own))
    export = folder / "events.ndjson"
    export.write_bytes(tidings.ask("/api/v1/export?from=0")[1])
    files = write_copy_files(export, folder)
    first = json.loads(export.open(encoding="utf-8").readline())
    for name, indexes in (("PostgreSQL, COPY, no index", ""), ("PostgreSQL, COPY, indexed", INDEXES)):
        place = folder / ("indexed" if indexes else "plain")
        place.mkdir()
        with running(Postgres(place, indexes)) as postgres:
            took, cpu = postgres.load(files)
            row(name, events, took, cpu, postgres.table_bytes())
            if indexes:
                ask_both(tidings, postgres, first)


def ask_both(tidings, postgres, first):
    service, start = first["source"]["service"], first["start"]
    to = start + 900_000
    everything = "from=0&to=2100-01-01T00:00:00Z"
    questions = (
        ("newest 100 of a service", f"/api/v1/events?{everything}&service={service}&limit=100",
         f"SELECT * FROM events WHERE service = '{service}' ORDER BY start_ms DESC LIMIT 100"),
        ("newest 100 with a rare word", f"/api/v1/events?{everything}&q=quokkaflare&limit=100",
         "SELECT * FROM events WHERE to_tsvector('simple', message) @@ to_tsquery('simple', 'quokkaflare')"
         " ORDER BY start_ms DESC LIMIT 100"),
        ("overlap of 15 minutes, first 100", f"/api/v1/events?from={start}&to={to}&order=asc&limit=100",
         f"SELECT * FROM events WHERE start_ms < {to} AND end_ms >= {start} ORDER BY start_ms LIMIT 100"),
        ("by id", f"/api/v1/events/{first['id']}", f"SELECT * FROM events WHERE id = '{first['id']}'"),
        ("count per 10 minutes over a day", f"/api/v1/histogram?from={start}&to={start + 86_400_000}&step=10m",
         "SELECT start_ms / 600000, count(*) FROM events GROUP BY 1"),
        ("count by name over all", f"/api/v1/facets?{everything}&fields=name",
         "SELECT name, count(*) FROM events GROUP BY 1"),
    )
    print("\n| question, warm, from outside: p50 / p99 ms | Tidings, REST | PostgreSQL, indexed |")
    print("| --- | --- | --- |")
    for name, path, query in questions:
        own = p50_and_p99(tidings.time_question(path))
        print(f"| {name} | {own} | {p50_and_p99(postgres.time_question(query))} |", flush=True)


if __name__ == "__main__":
    main()

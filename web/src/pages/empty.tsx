import { useEffect } from "preact/hooks";
import { BASE } from "../base_path";
import { reload } from "../state/explore_data";
import { pollStatus, status } from "../state/server";
import { followTail } from "../api/tail";
import { Icon } from "../ui/icons";
import { Code, Tabs } from "../ui/parts";
import { SendTest, TestEvent, useTestEvent } from "../ui/test_event";

/// Before the first event: how to send it. The page shows it the moment it arrives.
export function EmptyState() {
  const test = useTestEvent();
  useEffect(() => followTail({}, "", {
    changed: () => void pollStatus().then(reload),
    gone: () => undefined,
    lag: () => undefined,
    connected: () => undefined,
  }), []);
  return (
    <main class="empty">
      <Ghosts />
      <div class="empty-body">
        <h1>Nothing has been reported yet</h1>
        <p class="lead">Send the first event. This page shows it the moment it arrives.</p>
        <Tabs names={SAMPLES.map(([name]) => name)}>
          {(name) => <Code text={SAMPLES.find(([n]) => n === name)![1]()} />}
        </Tabs>
        <SendTest {...test} />
        {test.outcome && <TestEvent {...test} />}
        <p class="hint"><code>tidings demo</code> fills the server with a day of a shop; <code>tidings demo --remove</code> takes it away again.</p>
        <Listening />
      </div>
    </main>
  );
}

function listener(key: string): string {
  return status.value?.listeners.find((l) => l.key === key)?.address ?? "127.0.0.1";
}

const host = (): string => BASE.replace(/\/$/, "");

const SAMPLES: [string, () => string][] = [
  ["curl", () => `curl ${host()}/api/v1/events \\
  -H 'Content-Type: application/json' -d '{
    "source":  { "service": "checkout" },
    "name":    "Deploy",
    "message": "Deploy {version}",
    "parameters": { "version": "1.25.0" },
    "start":   "now-2m",
    "end":     "now"
  }'`],
  ["Command line", () => `tidings report --address ${host()} \\
  --service checkout --name Deploy --message 'Deploy {version}' \\
  --parameter version=1.25.0 --start now-2m --end now`],
  ["Wrap a command", () => `# reports the start, runs the command, reports its end and exit code
tidings run --address ${host()} --service nightly-etl --name Import -- ./import.sh`],
  ["SkyWalking", () => `# agents and swctl report to the gRPC listener as to SkyWalking's own server
swctl --grpc-addr ${listener("grpc.address")} event report \\
  --uuid "$(uuidgen)" --service-name checkout --instance-name checkout-1 \\
  --name Deploy --message 'Deploy 1.25.0' --start-time "$(date +%s000)"`],
  ["Flink", () => `# conf/config.yaml: checkpoints, restarts and job states as events
events.reporters: otel
events.reporter.otel.factory.class: org.apache.flink.events.otel.OpenTelemetryEventReporterFactory
events.reporter.otel.exporter.protocol: gRPC
events.reporter.otel.exporter.endpoint: http://${listener("otlp.grpc_address")}`],
  ["OTLP", () => `curl http://${listener("otlp.http_address")}/v1/logs \\
  -H 'Content-Type: application/json' -d '{ "resourceLogs": [{
    "resource": { "attributes": [
      { "key": "service.name", "value": { "stringValue": "checkout" } } ] },
    "scopeLogs": [{ "logRecords": [{
      "eventName": "Deploy", "body": { "stringValue": "Deploy 1.25.0" } }] }] }] }'`],
];

function Listening() {
  const now = status.value;
  if (!now) return null;
  return (
    <section class="card">
      <header><h2>Listening</h2></header>
      <ul class="listening">
        {now.listeners.map((l) => (
          <li key={l.key}><Icon name="check" /><span>{LISTENERS[l.key] ?? l.key}</span><span class="mono">{l.address}</span></li>
        ))}
      </ul>
      <p class="hint">Addresses that begin with 127. can be reached from this machine only; <code>http.address</code> in the configuration says otherwise.</p>
    </section>
  );
}

const LISTENERS: Record<string, string> = {
  "http.address": "REST, SkyWalking HTTP, this page",
  "grpc.address": "SkyWalking gRPC, OTLP gRPC",
  "otlp.grpc_address": "OTLP gRPC",
  "otlp.http_address": "OTLP HTTP",
};

/// What lanes will look like.
function Ghosts() {
  const bars: [number, number, number][] = [
    [180, 0, 120], [980, 0, 130], [360, 1, 200], [690, 2, 320], [130, 3, 80], [860, 3, 700], [540, 4, 80], [1180, 4, 80],
  ];
  const dots: [number, number][] = [[620, 0], [90, 1], [770, 1], [480, 2], [400, 3], [300, 4], [930, 4]];
  return (
    <svg class="ghosts" viewBox="0 0 1440 160" preserveAspectRatio="xMidYMin slice" aria-hidden="true">
      {[0, 1, 2, 3, 4].map((i) => <path key={i} class="ghost-line" d={`M0 ${28 + 28 * i}H1440`} />)}
      {bars.map(([x, lane, width]) => <rect key={`${x}`} class="ghost" x={x} y={6 + 28 * lane} width={width} height={16} rx={2} />)}
      {dots.map(([x, lane]) => <path key={x} class="ghost" d={`M${x} ${8 + 28 * lane}l6 6-6 6-6-6z`} />)}
    </svg>
  );
}

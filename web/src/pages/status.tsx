import { apiUrl, get, needsLogin, request, trouble } from "../api/client";
import { hasLoggedIn, rememberLogin } from "../state/settings";
import { BASE } from "../base_path";
import type { Histogram, Receiver, Status } from "../api/types";
import { bytesText, countText, numberText } from "../event_text";
import { zone } from "../router";
import { pollStatus, serverNow, status } from "../state/server";
import { DAY, durationText } from "../time/duration";
import { dateText, isoText } from "../time/zone";
import { Icon } from "../ui/icons";
import { Failure } from "../ui/notices";
import { Button, copy, SkeletonLines, Text } from "../ui/parts";
import { SendTest, TestEvent, useTestEvent } from "../ui/test_event";
import { useQuery } from "../ui/use_query";

/// How the server is doing.

/// Names of protocols, and the path that is theirs where others share the port.
const PROTOCOLS: Record<string, [string, string]> = {
  "skywalking-grpc": ["SkyWalking gRPC", ""],
  "skywalking-http": ["SkyWalking HTTP", "/v3/events"],
  rest: ["REST", "/api/v1"],
  "otlp-grpc": ["OTLP gRPC", ""],
  "otlp-http": ["OTLP HTTP", "/v1/logs"],
};

const OUTCOMES = ["new", "joined", "unchanged", "superseded", "rejected"];

/// Reports by protocol and outcome, as `/metrics` counts them.
async function countOutcomes(signal: AbortSignal): Promise<Map<string, Record<string, number>>> {
  const text = await (await request(`${BASE}metrics`, { signal })).text();
  const found = new Map<string, Record<string, number>>();
  for (const [, labels, value] of text.matchAll(/^tidings_reports_total\{([^}]*)\} (\S+)/gm)) {
    const protocol = /protocol="([^"]*)"/.exec(labels!)?.[1] ?? "";
    const outcome = /outcome="([^"]*)"/.exec(labels!)?.[1] ?? "";
    found.set(protocol, { ...found.get(protocol), [outcome]: Number(value) });
  }
  return found;
}

export function StatusPage() {
  const now = status.value;
  const test = useTestEvent();
  const outcomes = useQuery(`outcomes ${now?.now ?? 0}`, countOutcomes).data;
  if (!now) {
    return <main class="page status-page"><h1>Status</h1>{trouble.value
      ? <Failure error={trouble.value} onRetry={() => void pollStatus()} /> : <SkeletonLines count={8} />}</main>;
  }
  return (
    <main class="page status-page">
      <div class="page-head">
        <h1>Status</h1><span class="faint">Tidings {now.version}, up {durationText(now.uptime_ms)}</span>
        <span class="actions right">
          {hasLoggedIn() && <Button label="Log out" onClick={() => void logOut()} />}
          <Button icon="copy" label="Copy as text" onClick={() => void copy(statusText(now), "The status is")} />
          <SendTest {...test} /></span>
      </div>
      {trouble.value && <Failure error={trouble.value} onRetry={() => void pollStatus()} />}
      {now.store.read_only_reason !== "" && (
        <div class="failure" role="alert"><h2><Icon name="warning" />Nothing can be stored at present</h2>
          <p><Text>{now.store.read_only_reason}</Text>. Reporters are told to come back; what is stored can be read.</p></div>
      )}
      <Receivers now={now} outcomes={outcomes} />
      <StoreFigures now={now} />
      <div class="two-columns">
        <ByDay now={now} />
        <section class="card"><header><h2>Test event</h2></header><TestEvent {...test} /></section>
      </div>
      <p class="foot"><span>Data in <code>{now.data_directory}</code></span>
        <span class="right"><a href={`${BASE}metrics`} target="_blank" rel="noreferrer">Metrics</a> · <a href={`${BASE}readyz`} target="_blank" rel="noreferrer">Ready</a> · <a href={`${BASE}api/v1/openapi.json`} target="_blank" rel="noreferrer">OpenAPI</a></span></p>
    </main>
  );
}

async function logOut(): Promise<void> {
  await request(apiUrl("logout"), { method: "POST" });
  rememberLogin(false);
  needsLogin.value = true;
}

function Receivers({ now, outcomes }: { now: Status; outcomes: Map<string, Record<string, number>> | null }) {
  const sum = (outcome: string): number => [...(outcomes?.values() ?? [])].reduce((all, counts) => all + (counts[outcome] ?? 0), 0);
  return (
    <section class="card flush">
      <table class="rows receivers">
        <thead><tr>
          <th>Receiver</th><th class="wide-only">Address</th><th class="number">Reports/s</th><th class="wide-only">Last 2 hours</th>
          <th class="number">Reports</th><th class="number wide-only">Rejected</th><th>Last report</th><th class="wide-only">Last error</th>
        </tr></thead>
        <tbody>
          {now.receivers.map((receiver) => (
            <ReceiverRow key={receiver.protocol} receiver={receiver} now={now} rejected={outcomes?.get(receiver.protocol)?.["rejected"]} />
          ))}
        </tbody>
      </table>
      {outcomes && (
        <p class="outcomes"><span class="faint">All receivers, since start</span>
          {OUTCOMES.map((outcome) => <span key={outcome}><b>{numberText(sum(outcome))}</b> {outcome}</span>)}</p>
      )}
    </section>
  );
}

function ReceiverRow({ receiver, now, rejected }: { receiver: Receiver; now: Status; rejected: number | undefined }) {
  const [name, path] = PROTOCOLS[receiver.protocol] ?? [receiver.protocol, ""];
  const port = receiver.address.slice(receiver.address.lastIndexOf(":"));
  const rates = receiver.reports_per_second;
  return (
    <tr>
      <td><span class="with-icon">{receiver.reports > 0 ? <Icon name="check" /> : <Icon name="more" />}<b>{name}</b></span></td>
      <td class="mono wide-only" title={receiver.address}>{port === "" ? "–" : `${port} ${path}`}</td>
      <td class={rates.now > 0 ? "number" : "number faint"}>{rates.now.toFixed(1)}</td>
      <td class="wide-only"><Series receiver={receiver} name={name} /></td>
      <td class={receiver.reports > 0 ? "number" : "number faint"}>{numberText(receiver.reports)}</td>
      <td class={rejected ? "number wide-only" : "number faint wide-only"}>{rejected === undefined ? "" : numberText(rejected)}</td>
      <td class={receiver.last_report === null ? "faint" : ""}>{receiver.last_report === null ? "never" : `${durationText(Math.max(0, now.now - receiver.last_report))} ago`}</td>
      <td class="wide-only">{receiver.last_error === null ? <span class="faint">none</span>
        : <span title={isoText(receiver.last_error.time, zone.value)}><Text>{receiver.last_error.message}</Text> <span class="faint">({durationText(Math.max(0, now.now - receiver.last_error.time))} ago)</span></span>}</td>
    </tr>
  );
}

/// Reports of the last two hours, each receiver by its own measure.
function Series({ receiver, name }: { receiver: Receiver; name: string }) {
  const { reports, step } = receiver.series;
  return (
    <Bars kind="series" counts={reports} label={`${name}: ${receiver.reports_per_second.two_hours.toFixed(1)} reports/s over the last 2 hours`}
      titleOf={(i, count) => `${count} in ${durationText(step)}, until ${durationText((reports.length - 1 - i) * step)} ago`} />
  );
}

/// Counts side by side, the greatest as high as there is room.
function Bars({ kind, label, counts, titleOf }: {
  kind: string;
  label: string;
  counts: readonly number[];
  titleOf: (i: number, count: string) => string;
}) {
  const max = Math.max(1, ...counts);
  return (
    <div class={kind} role="img" aria-label={label}>
      {counts.map((count, i) => <i key={i} style={{ height: `${(count / max) * 100}%` }} title={titleOf(i, numberText(count))} />)}
    </div>
  );
}

function StoreFigures({ now }: { now: Status }) {
  const { store } = now;
  const day = (t: number | null): string => (t === null ? "nothing yet" : dateText(t, zone.value, now.now));
  const figures: [string, string, string][] = [
    ["Events", numberText(store.events), `oldest ${day(now.oldest)}`],
    ["Open now", numberText(now.open_events), `kept ${durationText(now.open_retention_ms)}`],
    ["On disk", bytesText(store.bytes), now.free_disk_bytes === null ? "" : `of ${bytesText(now.free_disk_bytes)} free`],
    ["Retention", durationText(now.retention_ms), store.bytes_per_day === null ? "" : `${bytesText(store.bytes_per_day)} a day`],
    ["Commit p99", store.commit_p99_ms === null ? "–" : `${store.commit_p99_ms.toFixed(1)} ms`, countText(store.blocks, "block")],
    ["Feed", numberText(now.feed_sequence), "sequence"],
  ];
  return (
    <dl class="figures">
      {figures.map(([name, value, note]) => <div key={name}><dt>{name}</dt><dd>{value}</dd><dd class="faint">{note}</dd></div>)}
    </dl>
  );
}

/// Events of each day, as far back as they are kept.
function ByDay({ now }: { now: Status }) {
  const days = Math.min(60, Math.max(7, Math.ceil(now.retention_ms / DAY)));
  const tz = zone.value || Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const { data } = useQuery(`days ${Math.floor(now.now / 60_000)} ${tz}`, (signal) =>
    get<Histogram>("histogram", { from: `now-${days}d`, to: "now", step: "1d", tz }, signal));
  const buckets = data?.buckets ?? [];
  const counts = buckets.map((b) => b.started.Normal + b.started.Error);
  const first = buckets[0];
  return (
    <section class="card">
      <header><h2>Events by day</h2><span class="faint">{numberText(counts.reduce((a, b) => a + b, 0))} started in {days} d</span></header>
      <Bars kind="day-bars" label={`Events of each of the last ${days} days`} counts={counts}
        titleOf={(i, count) => `${dateText(buckets[i]!.t, zone.value, now.now)}: ${count}`} />
      {first && <p class="day-axis"><span>{dateText(first.t, zone.value, serverNow())}</span><span>today, so far</span></p>}
    </section>
  );
}

/// For a message to a colleague.
function statusText(now: Status): string {
  return [
    `Tidings ${now.version}, up ${durationText(now.uptime_ms)}`,
    ...now.receivers.map((r) => `${r.protocol}: ${r.reports} reports, ${r.reports_per_second.now.toFixed(1)}/s${r.last_error ? `, last error: ${r.last_error.message}` : ""}`),
    `events ${now.store.events}, open ${now.open_events}, ${bytesText(now.store.bytes)} in ${now.store.blocks} blocks, ${now.data_directory}`,
    ...(now.store.read_only_reason === "" ? [] : [`read-only: ${now.store.read_only_reason}`]),
  ].join("\n");
}

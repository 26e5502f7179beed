import { get } from "../api/client";
import type { Change, Changes, Event, EventPage, Lanes } from "../api/types";
import { changeLabel, intervalOf, lastedText, numberText, orderTime, versionBefore, versionOf } from "../event_text";
import { changeParams, eventHref, href, params, zone, zoneQuery } from "../router";
import { literal } from "../state/filters";
import { changeNamesAmong, serverNow, status } from "../state/server";
import { windowParameters } from "../state/view_state";
import { durationText } from "../time/duration";
import { ticks as ticksOf, tickStep, tickText } from "../time/ticks";
import { resolveWindow, type Window } from "../time/window";
import { isoText, zoneText } from "../time/zone";
import { EventGlyph, Glyph, Swatch } from "../ui/glyph";
import { Icon } from "../ui/icons";
import { Failure, Incomplete } from "../ui/notices";
import { Choice, SkeletonLines, Text } from "../ui/parts";
import { Timeline, TimelineAxis } from "../ui/timeline";
import { useQuery } from "../ui/use_query";

/// The last change of each service, and what came after it.

interface Found {
  changes: Changes;
  /// Of the window that is drawn, by service.
  events: Map<string, Event[]>;
  errors: Map<string, { from: number; to: number; count: number }[]>;
  view: Window;
  now: number;
}

const RANGES: [string, string][] = [["now-6h", "6 h"], ["now-24h", "24 h"], ["now-7d", "7 d"], ["now-30d", "30 d"]];
const COLUMNS = 100;

async function ask(from: string, kind: string, signal: AbortSignal): Promise<Found> {
  const now = serverNow();
  const view = resolveWindow(from, "", now, "", null);
  const window_ = windowParameters(view);
  const drawn = async (): Promise<Event[]> => {
    const names = kind === "" ? await changeNamesAmong(window_, signal) : [kind];
    if (names.length === 0) return [];
    const chosen = names.map((name) => literal(name, false));
    return (await get<EventPage>("events", { ...window_, name: chosen, limit: 2000 }, signal)).events;
  };
  const [changes, events, errors] = await Promise.all([
    get<Changes>("changes", { name: kind }, signal),
    drawn(),
    get<Lanes>("lanes", { ...window_, type: "Error", group: "service", buckets: COLUMNS }, signal),
  ]);
  return { changes, view, now, events: byService(events), errors: errorColumns(errors, view) };
}

function byService(events: readonly Event[]): Map<string, Event[]> {
  const found = new Map<string, Event[]>();
  for (const event of events) {
    const list = found.get(event.source.service);
    if (list) list.push(event);
    else found.set(event.source.service, [event]);
  }
  return found;
}

function errorColumns(lanes: Lanes, view: Window): Found["errors"] {
  const step = (view.to - view.from) / COLUMNS;
  const found: Found["errors"] = new Map();
  for (const lane of lanes.lanes) {
    const counts = new Map<number, number>();
    const add = (t: number, count: number): void => {
      const bin = Math.floor((t - view.from) / step);
      if (bin >= 0) counts.set(bin, (counts.get(bin) ?? 0) + count);
    };
    for (const event of lane.spans ?? []) add(orderTime(event), 1);
    for (const cell of lane.cells ?? []) add(cell.t, cell.errors);
    found.set(lane.key[0] ?? "", [...counts].map(([bin, count]) => ({
      from: view.from + bin * step, to: view.from + (bin + 1) * step, count,
    })));
  }
  return found;
}

export function ChangesPage() {
  const from = params.value.get("from") ?? "now-24h";
  const kind = params.value.get("name") ?? "";
  const wanted = params.value.get("service") ?? "";
  const { data, error, reload } = useQuery(`${from} ${kind}`, (signal) => ask(from, kind, signal));
  const shown = (data?.changes.changes ?? []).filter((c) => c.service.toLowerCase().includes(wanted.toLowerCase()));
  return (
    <main class="page changes-page">
      <div class="page-head">
        <h1>Changes</h1><span class="faint wide-only">the last one of each service, newest first; times are {zoneText(serverNow(), zone.value)}</span>
        <span class="actions right">
          <Choice label="Kind of change" options={[["", "All"], ...(status.value?.change_names ?? []).slice(0, 4).map((k): [string, string] => [k, k])]} value={kind}
            onPick={(name) => changeParams({ name })} />
          <label class="search-field"><Icon name="search" /><input aria-label="Service" placeholder="Service" value={wanted}
            onInput={(event) => changeParams({ service: event.currentTarget.value }, true)} /></label>
          <Choice label="Range" options={RANGES} value={from} onPick={(value) => changeParams({ from: value })} />
        </span>
      </div>
      {error && <Failure error={error} onRetry={reload} />}
      {data && <Incomplete reasons={data.changes.incomplete ?? []} />}
      {!data && !error && <SkeletonLines count={8} />}
      {data && shown.length === 0 && <p class="nothing-here">No service has changed{kind ? ` by ${kind}` : ""}{wanted ? ` whose name holds ${wanted}` : ""}.</p>}
      {data && shown.length > 0 && <ChangeTable data={data} shown={shown} />}
      <p class="foot"><span>Errors of the service that started after its last change did</span>
        <span class="right">A change is an event whose name is in <code>query.change_names</code></span></p>
    </main>
  );
}

function ChangeTable({ data, shown }: { data: Found; shown: readonly Change[] }) {
  const step = tickStep(data.view.to - data.view.from, 600, 90);
  const ticks = ticksOf(data.view.from, data.view.to, step, zone.value);
  return (
    <table class="rows changes">
      <thead>
        <tr>
          <th>Service</th><th>Last change</th><th class="wide-only">Version</th>
          <th class="wide-only timeline-cell"><TimelineAxis view={data.view} ticks={ticks} text={(t) => tickText(t, step, zone.value)}
            mark={data.now} markText="now" /><span class="hidden">When</span></th>
          <th class="number">Errors since</th>
        </tr>
      </thead>
      <tbody>
        {shown.map((change) => <ChangeRow key={change.service} change={change} data={data} ticks={ticks} />)}
      </tbody>
    </table>
  );
}

function ChangeRow({ change, data, ticks }: { change: Change; data: Found; ticks: readonly number[] }) {
  const { event, service } = change;
  return (
    <tr>
      <td><span class="two"><Swatch of={service} /><a href={href("", zoneQuery({ service: literal(service, false) }))}><b><Text>{service || "no service"}</Text></b></a>
        <span class="faint"><Text>{event.layer}</Text></span></span></td>
      <td><span class="two"><EventGlyph event={event} />
        <a href={eventHref(event.id)}><b><Text>{event.name}</Text></b>{event.state === "open" && <span class="faint"> still open</span>}</a>
        <span class="narrow-only"><Version change={change} /></span>
        <span class="faint" title={`${isoText(orderTime(event), zone.value)}, ${lastedText(event, data.now)}`}>{agoText(event, data.now)}</span></span></td>
      <td class="wide-only"><Version change={change} /></td>
      <td class="wide-only timeline-cell">
        <Timeline view={data.view} height={52} now={data.now} events={withLast(data.events.get(service) ?? [], event)} ticks={ticks}
          columns={data.errors.get(service) ?? []} labelOf={(e) => versionOf(e) || changeLabel(e).slice(service.length).trim()}
          label={`Changes and errors of ${service}`} />
      </td>
      <td class="number">
        {change.errors_since === 0 ? <span class="faint">none</span> : (
          <a class="errors-since" href={href("", zoneQuery({ service: literal(service, false), type: "Error", from: String(orderTime(event)) }))}>
            <Glyph type="Error" state="instant" /><b>{numberText(change.errors_since)}</b>
          </a>
        )}
      </td>
    </tr>
  );
}

/// The last change is drawn also when it lies before the window: as an arrow that points there.
function withLast(events: readonly Event[], last: Event): Event[] {
  return events.some((event) => event.id === last.id) ? [...events] : [...events, last];
}

function agoText(event: Event, now: number): string {
  const [start, end] = intervalOf(event, now);
  if (event.state === "open") return `started ${durationText(Math.max(0, now - start))} ago`;
  const ago = `${durationText(Math.max(0, now - end))} ago`;
  return event.state === "orphan_end" ? `${ago}, start unknown` : ago;
}

function Version({ change }: { change: Change }) {
  const before = versionBefore(change.event);
  if (change.version === null) return <span class="faint">no version</span>;
  return <span>{before !== "" && <span class="faint"><Text>{before}</Text> → </span>}<b><Text>{change.version}</Text></b></span>;
}

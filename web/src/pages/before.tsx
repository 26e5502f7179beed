import { useState } from "preact/hooks";
import { get } from "../api/client";
import type { Before, Event, Facets, Ranked } from "../api/types";
import { nameOf, numberText, shown } from "../event_text";
import { changeParams, eventHref, href, params, zone, zoneQuery } from "../router";
import { literal } from "../state/filters";
import { serverNow } from "../state/server";
import { durationText, MINUTE, parseDuration, WEEK } from "../time/duration";
import { parseTime, type Window } from "../time/window";
import { clockText, dayText, isoText, zoneText } from "../time/zone";
import { EventGlyph } from "../ui/glyph";
import { Icon } from "../ui/icons";
import { Failure, Incomplete } from "../ui/notices";
import { Button, Choice, copy, Popover, SkeletonLines, Source, Text } from "../ui/parts";
import { tickStep } from "../time/ticks";
import { Timeline, TimelineAxis } from "../ui/timeline";
import { useQuery } from "../ui/use_query";

/// What was open at T and what changed before it, ranked.

const WINDOWS: [string, string][] = [["15m", "15 m"], ["1h", "1 h"], ["6h", "6 h"], ["24h", "24 h"]];
/// More than is shown at once, so that one error repeated does not hide what came of it elsewhere.
const LIMIT = 200;
const ALL = 1000;

function question() {
  const t = params.value.get("t") ?? "";
  return {
    t, service: params.value.get("service") ?? "", window: params.value.get("window") ?? "1h",
    limit: params.value.get("all") === "1" ? ALL : LIMIT,
  };
}

export function BeforePage() {
  const { t, service, window: length, limit } = question();
  const { data, error, reload } = useQuery(`${t} ${service} ${length} ${limit}`, (signal) =>
    get<Before>("before", { window: length, limit, t, service: literal(service, false) }, signal));
  return (
    <main class="page before-page">
      <div class="page-head">
        <h1>Before</h1>
        <TimeOfT at={data?.t ?? serverNow()} t={t} isUnread={!data && error?.problem?.field === "t"} />
        <span class="faint">in</span>
        <ServiceChoice service={service} t={t} />
        <span class="faint wide-only">looking back</span>
        <Choice label="Looking back" options={WINDOWS} value={length} onPick={(value) => changeParams({ window: value })} />
        <span class="actions right"><Button icon="link" label="Copy link" onClick={() => void copy(linkOf(data), "The link is")} /></span>
      </div>
      {error && <Failure error={error} onRetry={reload} />}
      {data && <Incomplete reasons={data.incomplete ?? []} />}
      {!data && !error && <SkeletonLines count={8} />}
      {data && data.ranked.length === 0 && (
        <p class="nothing-here">Nothing was open at that time, and nothing happened in the {durationText(parseDuration(length) ?? 0)} before it.</p>
      )}
      {data && data.ranked.length > 0 && <RankedTable data={data} service={service} length={parseDuration(length) ?? 60 * MINUTE} />}
      {data && (
        <p class="foot">
          <span>{numberText(data.ranked.length)} shown. {data.ranked.length >= limit && limit < ALL && (
            <button type="button" class="link" onClick={() => changeParams({ all: "1" })}>Show the rest</button>)}</span>
          <span class="right">Ranked by class, then nearness to T, then rarity of the name</span>
        </p>
      )}
    </main>
  );
}

/// A link that says the same tomorrow: T is an instant in it.
function linkOf(data: Before | null): string {
  const url = new URL(window.location.href);
  if (data) url.searchParams.set("t", String(data.t));
  return url.href;
}

function TimeOfT({ at, t: asked, isUnread }: { at: number; t: string; isUnread: boolean }) {
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState(false);
  return (
    <Popover label="The time T" kind="time-picker" onOpen={() => setTyped(isoText(at, zone.value))} button={(
      <><Icon name="clock" />{isUnread ? <b><Text>{asked}</Text></b> : <b>{asked === "" ? "now, " : ""}{dayText(at, zone.value, serverNow())} {clockText(at, zone.value)}</b>}
        <span class="zone">{zoneText(at, zone.value)}</span></>
    )}>
      {(close) => (
        <form class="picker" noValidate onSubmit={(event) => {
          event.preventDefault();
          const t = parseTime(typed, serverNow(), zone.value);
          setWrong(t === null);
          if (t === null) return;
          changeParams({ t: String(t) });
          close();
        }}>
          <label>T<input value={typed} onInput={(event) => setTyped(event.currentTarget.value)} /></label>
          {wrong && <p class="wrong-text" role="alert">This is no time; such as 2026-11-21 02:58 or now-2h</p>}
          <p class="actions"><button type="submit" class="button primary">Show</button>
            <Button label="Now" onClick={() => {
              changeParams({ t: "" });
              close();
            }} /></p>
        </form>
      )}
    </Popover>
  );
}

/// Those that did something in the week before T.
function ServiceChoice({ service, t }: { service: string; t: string }) {
  const { data } = useQuery(`services ${t}`, (signal) => {
    const end = t === "" ? serverNow() : parseTime(t, serverNow(), zone.value) ?? serverNow();
    return get<Facets>("facets", { fields: "service", top: 200, from: Math.max(0, end - WEEK), to: end }, signal);
  });
  const known = data?.facets["service"]?.values.map((v) => v.value).filter((v) => v !== "") ?? [];
  const all = service === "" || known.includes(service) ? known : [service, ...known];
  return (
    <select aria-label="Service" value={service} onChange={(event) => changeParams({ service: event.currentTarget.value })}>
      <option value="">all services</option>
      {all.map((name) => <option key={name} value={name}>{shown(name)}</option>)}
    </select>
  );
}

function classText(rank: number, service: string, length: number): string {
  const where = service === "" ? "" : ` in ${service}`;
  const elsewhere = service === "" ? "" : " elsewhere";
  switch (rank) {
    case 1: return `Changes${where}, within ${durationText(length)}`;
    case 2: return `Open at T${where}`;
    case 3: return `Other errors${where}`;
    case 4: return `Changes${elsewhere}, within ${durationText(length)}`;
    case 5: return `Open at T${elsewhere}`;
    default: return "The rest";
  }
}

function RankedTable({ data, service, length }: { data: Before; service: string; length: number }) {
  const view: Window = { from: data.t - length, to: data.t + length / 15 };
  const step = tickStep(length, 500, 80);
  const ticks = Array.from({ length: Math.floor(length / step) }, (_, i) => data.t - (i + 1) * step);
  const classes = new Map<number, Ranked[]>();
  for (const ranked of data.ranked) classes.set(ranked.class, [...(classes.get(ranked.class) ?? []), ranked]);
  return (
    <table class="rows before">
      <thead>
        <tr>
          <th class="rank">Rank</th><th>Event</th><th>Why it is here</th>
          <th class="wide-only timeline-cell"><TimelineAxis view={view} ticks={ticks} text={(t) => `−${durationText(data.t - t)}`}
            mark={data.t} markText="T" /><span class="hidden">When</span></th>
        </tr>
      </thead>
      {[...classes].map(([rank, members]) => (
        <tbody key={rank}>
          <tr class="class-row"><th colSpan={3} scope="rowgroup"><Text>{classText(rank, service, length)}</Text></th><td class="faint number wide-only">class {rank}</td></tr>
          {withoutRepeats(members).map(({ ranked, repeats }) => (
            <>
              <RankedRow key={ranked.event.id} ranked={ranked} view={view} ticks={ticks} t={data.t} />
              {repeats > 0 && <RepeatsRow event={ranked.event} repeats={repeats} view={view} />}
            </>
          ))}
        </tbody>
      ))}
    </table>
  );
}

const SHOWN_OF_A_NAME = 3;

/// The nearest three of each name and service; the third says how many more there are.
function withoutRepeats(members: readonly Ranked[]): { ranked: Ranked; repeats: number }[] {
  const keyOf = ({ event }: Ranked): string => JSON.stringify([event.source.service, event.name]);
  const counts = new Map<string, number>();
  for (const ranked of members) counts.set(keyOf(ranked), (counts.get(keyOf(ranked)) ?? 0) + 1);
  const seen = new Map<string, number>();
  return members.flatMap((ranked) => {
    const key = keyOf(ranked);
    const place = (seen.get(key) ?? 0) + 1;
    seen.set(key, place);
    if (place > SHOWN_OF_A_NAME) return [];
    return [{ ranked, repeats: place === SHOWN_OF_A_NAME ? counts.get(key)! - place : 0 }];
  });
}

function RepeatsRow({ event, repeats, view }: { event: Event; repeats: number; view: Window }) {
  const query: Record<string, string> = { name: literal(event.name, false), from: String(view.from), to: String(view.to) };
  if (event.source.service !== "") query["service"] = literal(event.source.service, false);
  return (
    <tr class="repeats">
      <td /><td colSpan={2}><a href={href("", zoneQuery(query))}>{numberText(repeats)} more <Text>{nameOf(event)}</Text></a></td><td class="wide-only" />
    </tr>
  );
}

function RankedRow({ ranked, view, ticks, t }: { ranked: Ranked; view: Window; ticks: readonly number[]; t: number }) {
  const { event } = ranked;
  return (
    <tr>
      <td class="rank">{ranked.rank}</td>
      <td><span class="two"><EventGlyph event={event} />
        <a class={event.type === "Error" ? "error" : ""} href={eventHref(event.id)}><b><Text>{nameOf(event)}</Text></b></a>
        <Source event={event} /></span></td>
      <td class="why"><Text>{ranked.why}</Text>{event.derived && <span class="faint"> derived</span>}</td>
      <td class="wide-only timeline-cell">
        <Timeline view={view} height={44} now={Math.max(t, serverNow())} events={[event]} ticks={ticks} mark={t} label={ranked.why} />
      </td>
    </tr>
  );
}

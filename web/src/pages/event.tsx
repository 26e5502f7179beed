import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { API } from "../base_path";
import type { Event } from "../api/types";
import { countText, intervalOf, lastedText, messageOf, nameOf, numberText, orderTime, serviceOf, shortInstance, shown } from "../event_text";
import { groupEvents, rowsOf, type Row } from "../lanes/rows";
import { Strip, type StripHandlers } from "../lanes/strip";
import { eventHref, eventId, go, goBack, href, zone } from "../router";
import { formatViewState, parseViewState } from "../state/view_state";
import { serverNow } from "../state/server";
import { isNarrow, palette } from "../state/settings";
import { durationText } from "../time/duration";
import { around } from "../time/window";
import { tickText } from "../time/ticks";
import { dayText, zoneText } from "../time/zone";
import {
  arrivalText, Badges, beforeHref, curlFor, NEIGHBOUR_ROOM, nearest, Parameters, useEvent, useNeighbours,
} from "../ui/drawer";
import { EventGlyph, Swatch } from "../ui/glyph";
import { viewTicks } from "../ui/histogram";
import { Icon } from "../ui/icons";
import { Failure } from "../ui/notices";
import { onResize } from "../ui/on_resize";
import { Button, Code, copy, Message, Neighbours, SkeletonLines, Tabs, Text, Time } from "../ui/parts";
import { TimelineAxis } from "../ui/timeline";

/// One event, for ever at the same address.
export function EventPage() {
  const id = eventId.value;
  const [round, setRound] = useState(0);
  return <EventById key={`${id} ${round}`} id={id} onRetry={() => setRound(round + 1)} />;
}

function EventById({ id, onRetry }: { id: string; onRetry: () => void }) {
  const { event, error } = useEvent(id, undefined);
  const around_ = useNeighbours(event);
  // With what is shown: a key that comes next is about that.
  useLayoutEffect(() => followEventKeys(event, around_), [event, around_]);
  useEffect(() => {
    if (event) document.title = shown(`${event.name} · ${event.source.service} · Tidings`);
    return () => {
      document.title = "Tidings";
    };
  }, [event]);
  if (error) {
    return (
      <main class="page narrow-page">
        <h1>{error.status === 410 ? "This event was withdrawn" : error.status === 404 ? "There is no such event" : "The event cannot be read"}</h1>
        <Failure error={error} onRetry={onRetry} />
        <p><a href={href("")}>To Explore</a></p>
      </main>
    );
  }
  if (!event) return <main class="page narrow-page" aria-busy="true"><SkeletonLines count={6} /></main>;
  return (
    <main class="page narrow-page event-page">
      <p class="crumbs">
        <a href={href("")}>Explore</a><Icon name="right" /><Text>{serviceOf(event)}</Text>
        <Icon name="right" /><span class="mono"><Text>{event.id}</Text></span>
        <span class="keys right wide-only">Neighbours <kbd>,</kbd> <kbd>.</kbd></span>
      </p>
      <Head event={event} />
      <Figures event={event} />
      <NeighbourLanes event={event} events={around_} />
      <div class="two-columns">
        <section class="card"><header><h2>Parameters <span class="faint">{Object.keys(event.parameters).length}</span></h2></header>
          <Parameters event={event} /></section>
        <div>
          <Arrival event={event} />
          <Copies event={event} />
        </div>
      </div>
      <section class="card">
        <header><h2><Text>{serviceOf(event)}</Text>, ±15 min</h2></header>
        <Neighbours events={nearest(around_, event, 25)} current={event.id} />
      </section>
    </main>
  );
}

function Head({ event }: { event: Event }) {
  const { service, instance, endpoint } = event.source;
  const [start, end] = intervalOf(event, serverNow());
  const window_ = around(start, end, NEIGHBOUR_ROOM);
  const explore = href("", formatViewState({
    ...parseViewState(""), tz: zone.value, from: String(window_.from), to: String(window_.to), sel: event.id,
  }));
  return (
    <>
      <div class="event-head">
        <h1><EventGlyph event={event} /><Text>{nameOf(event)}</Text></h1>
        <Badges event={event} />
        <span class="actions right">
          <a class="button primary" href={beforeHref(event)}><Icon name="before" />What came before</a>
          <a class="button" href={explore}><Icon name="explore" />In Explore, ±15 min</a>
          <Button icon="link" label="Copy link" onClick={() => void copy(eventHref(event.id), "The link is")} />
        </span>
      </div>
      <p class="who">
        <Swatch of={service} /><b><Text>{service || "no service"}</Text></b>
        {instance !== "" && <span class="mono"> / <Text>{instance}</Text></span>}
        {endpoint !== "" && <span class="mono"> / <Text>{endpoint}</Text></span>}
        <span class="faint"> <Text>{event.layer}</Text></span>
      </p>
      {event.message !== "" && <p class="message"><Message event={event} /></p>}
    </>
  );
}

function Figures({ event }: { event: Event }) {
  const now = serverNow();
  const [, end] = intervalOf(event, now);
  const ago = `${durationText(Math.max(0, now - end))} ago`;
  return (
    <dl class="figures">
      <div><dt>Start</dt><dd><Time at={event.start} /></dd><dd class="faint">{dayOf(event.start)}</dd></div>
      <div><dt>End</dt>
        <dd>{event.end === null ? <span class="faint">not reported</span> : <Time at={event.end} />}</dd>
        <dd class="faint">{dayOf(event.end)}</dd></div>
      <div><dt>Lasted</dt><dd>{event.state === "instant" ? "an instant" : lastedText(event, now)}</dd>
        <dd class="faint">{event.state === "open" ? "still open" : event.state === "instant" ? ago : `ended ${ago}`}</dd></div>
      <div><dt>Count</dt><dd>{numberText(event.count)}</dd>
        <dd class="faint">{event.count > 1 && event.duration ? `one every ${durationText(event.duration / event.count)}` : ""}</dd></div>
    </dl>
  );
}

const dayOf = (t: number | null): string =>
  (t === null ? "" : `${dayText(t, zone.value, serverNow())}, ${zoneText(t, zone.value)}`);

const GUTTER = 170;

/// The neighbours as lanes: the service, and below it its instances.
function NeighbourLanes({ event, events }: { event: Event; events: readonly Event[] }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const narrow = isNarrow.value;
  useLayoutEffect(() => onResize(box.current!, () => setWidth(box.current!.clientWidth - (isNarrow.value ? 0 : GUTTER))), []);
  const now = serverNow();
  const [start, end] = intervalOf(event, now);
  const view = useMemo(() => around(start, end, NEIGHBOUR_ROOM), [event]);
  const rows = useMemo((): Row[] => serviceRows(events), [events]);
  const handlers = useMemo((): StripHandlers => ({
    select: (id) => go(eventHref(id)),
    zoom: (window_) => go(href("", `?from=${window_.from}&to=${window_.to}`)),
    move: () => undefined, moved: () => undefined, hover: () => undefined,
  }), []);
  const colours = palette.value;
  const errors = events.filter((e) => e.type === "Error").length;
  const { at, step } = viewTicks(view, Math.max(width, 1), zone.value);
  return (
    <section class="card lanes-card">
      <header>
        <h2><Text>{serviceOf(event)}</Text>, 15 min before to 15 min after</h2>
        <span class="faint">{countText(events.length, "event")}{errors > 0 && <>, <b class="error">{numberText(errors)}</b> {errors === 1 ? "error" : "errors"}</>}</span>
      </header>
      <div ref={box}>
        <div class="axis-row"><TimelineAxis view={view} ticks={at} text={(t) => tickText(t, step, zone.value)} /></div>
        {colours && width > 0 && (
          <Strip rows={rows} view={view} width={width} now={now} step={0} ticks={at} palette={colours}
            selected={{ id: event.id, from: start, to: end }} focused="" hoverTime={null} serviceLevel={0}
            nameRoom={narrow ? 24 : 0} isScrolled={false} label="Neighbours; listed below" on={handlers}
            renderName={(row) => (
              <div class={`lane-name depth-${row.depth}`}>
                <span class="lane-text">{row.depth === 0 ? <b><Text>{row.name || "no service"}</Text></b> : <Text>{shortInstance(row.name, row.path[0] ?? "")}</Text>}</span>
              </div>
            )} />
        )}
      </div>
    </section>
  );
}

/// The service with its own events, then each instance.
function serviceRows(events: readonly Event[]): Row[] {
  return rowsOf(groupEvents(events, ["service", "instance"]), {
    group: ["service", "instance"], open: new Set(), pinned: new Set(), outermost: "unfolded",
  });
}

function Arrival({ event }: { event: Event }) {
  const end = event.end ?? orderTime(event);
  return (
    <section class="card">
      <header><h2>How it arrived</h2></header>
      <dl class="facts">
        <div><dt>First report</dt><dd><Time at={event.received_first} /><span class="faint lag">{lag(event.received_first - orderTime(event), "its start")}</span></dd></div>
        <div><dt>Last change</dt><dd><Time at={event.received_last} /><span class="faint lag">{lag(event.received_last - end, event.end === null ? "its start" : "its end")}</span></dd></div>
      </dl>
      <p class="hint" title={arrivalText(event)}>
        generation {event.generation} · {event.derived ? "derived" : "not derived"} · {event.time_inferred ? "time inferred from the first report" : "times as reported"}
        {event.incomplete && " · incomplete"}
      </p>
    </section>
  );
}

const lag = (ms: number, of: string): string => `${durationText(ms)} ${ms < 0 ? "before" : "after"} ${of}`;

function Copies({ event }: { event: Event }) {
  const cli = `tidings get '${event.id.replace(/'/g, "'\\''")}'`;
  const texts: Record<string, string> = {
    curl: curlFor(event, API), CLI: cli, JSON: JSON.stringify(event, null, 2), "Raw message": event.message || messageOf(event),
  };
  return <Tabs names={Object.keys(texts)}>{(name) => <Code text={texts[name]!} />}</Tabs>;
}

/// `,` and `.` walk along the neighbours.
function followEventKeys(event: Event | null, events: readonly Event[]): () => void {
  const onKey = (key: KeyboardEvent): void => {
    if (key.ctrlKey || key.metaKey || key.altKey || !event) return;
    if ((key.target as HTMLElement).closest?.("input, [role=dialog]")) return;
    const by = key.key === "." ? 1 : key.key === "," ? -1 : 0;
    if (key.key === "Backspace") goBack();
    if (key.key === "c") void copy(window.location.href, "The link is");
    const next = by === 0 ? undefined : events[events.findIndex((e) => e.id === event.id) + by];
    if (next) go(eventHref(next.id));
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}

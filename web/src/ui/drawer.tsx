import { useEffect } from "preact/hooks";
import { get, type ApiError } from "../api/client";
import type { Event, EventPage } from "../api/types";
import { countText, intervalOf, isChange, lastedText, nameOf, numberText, orderTime, STATE_TEXT, titleOf } from "../event_text";
import { eventHref, href, zoneQuery } from "../router";
import { literal } from "../state/filters";
import { serverNow } from "../state/server";
import { durationText, MINUTE } from "../time/duration";
import { EventGlyph, Glyph, Swatch } from "./glyph";
import { Icon } from "./icons";
import { Button, copy, Message, Neighbours, Text, Time } from "./parts";
import { useQuery } from "./use_query";

/// The selected event beside the lanes: all that is known of it, and what went on around it.

export const NEIGHBOUR_ROOM = 15 * MINUTE;

export async function fetchEvent(id: string, signal: AbortSignal): Promise<Event> {
  return get<Event>("event", { id, render: true }, signal);
}

/// The event of that id: as it is known already, else as the server tells it.
export function useEvent(id: string, known: Event | undefined): { event: Event | null; error: ApiError | null } {
  const isAsked = id !== "" && !known;
  const { data, error } = useQuery(isAsked ? id : "", async (signal) => (isAsked ? fetchEvent(id, signal) : null));
  return { event: known ?? (data?.id === id ? data : null), error: known ? null : error };
}

/// Events of the same service from 15 minutes before to 15 minutes after. They are an extra: without them
/// the event is still shown.
export function useNeighbours(event: Event | null): Event[] {
  const { data } = useQuery(event ? `${event.id} ${event.start} ${event.end}` : "", async (signal) => {
    if (!event) return null;
    const [start, end] = intervalOf(event, serverNow());
    return get<EventPage>("events", {
      service: literal(event.source.service, false), from: start - NEIGHBOUR_ROOM, to: end + NEIGHBOUR_ROOM,
      order: "asc", limit: 500, render: true,
    }, signal);
  });
  return data?.events ?? [];
}

export function Badges({ event }: { event: Event }) {
  return (
    <span class="badges">
      <span class={event.type === "Error" ? "badge error" : "badge"}>
        {event.type === "Error" && <Glyph type="Error" state="instant" />}{event.type}
      </span>
      <span class="badge outlined">{STATE_TEXT[event.state]}</span>
      {event.count > 1 && <span class="badge">×{numberText(event.count)}</span>}
      {event.derived && <span class="badge outlined">derived</span>}
      {event.time_inferred && <span class="badge outlined" title="No report brought a time: it is when the first arrived">time inferred</span>}
      {event.contradictory && <span class="badge error">ends before it starts</span>}
      {event.truncated && <span class="badge outlined" title="A text was longer than is kept">cut</span>}
    </span>
  );
}

export function Parameters({ event }: { event: Event }) {
  const entries = Object.entries(event.parameters);
  if (entries.length === 0) return <p class="faint">none</p>;
  return (
    <dl class="parameters">
      {entries.map(([key, value]) => (
        <div key={key}><dt><Text>{key}</Text></dt><dd><Text>{String(value)}</Text></dd></div>
      ))}
    </dl>
  );
}

export function beforeHref(event: Event): string {
  const query: Record<string, string> = { t: String(orderTime(event)) };
  if (event.source.service !== "") query["service"] = event.source.service;
  return href("before", zoneQuery(query));
}

export function curlFor(event: Event, base: string): string {
  return `curl -s '${base}event?id=${encodeURIComponent(event.id).replace(/'/g, "%27")}'`;
}

/// `first +98 ms, last +36 ms`: how long after its own times its reports arrived.
export function arrivalText(event: Event): string {
  const first = event.received_first - orderTime(event);
  const last = event.received_last - (event.end ?? orderTime(event));
  const sign = (ms: number): string => `${ms < 0 ? "−" : "+"}${durationText(ms)}`;
  return event.received_first === event.received_last ? sign(first) : `first ${sign(first)}, last ${sign(last)}`;
}

export function Drawer({ id, known, onFetched, onClose, api }: {
  id: string;
  known: Event | undefined;
  onFetched: (event: Event) => void;
  onClose: () => void;
  api: string;
}) {
  const { event, error } = useEvent(id, known);
  const around = useNeighbours(event);
  useEffect(() => {
    if (event && !known) onFetched(event);
  }, [event]);
  if (error) {
    return (
      <aside class="drawer" aria-label="Event">
        <header><span class="badges"><span class="badge outlined">{error.status}</span></span>
          <Button icon="close" label="Close" isIconOnly onClick={onClose} /></header>
        <p class="drawer-part">{error.detail || error.title}</p>
      </aside>
    );
  }
  if (!event) return <aside class="drawer" aria-label="Event" aria-busy="true" />;
  const { service, instance, endpoint } = event.source;
  return (
    <aside class="drawer" aria-label={`Event ${event.name}`}>
      <header>
        <Badges event={event} />
        <a class="button icon-only" href={eventHref(event.id)} title="Open as a page" aria-label="Open as a page"><Icon name="open" /></a>
        <Button icon="link" label="Copy link" isIconOnly onClick={() => void copy(eventHref(event.id), "The link is")} />
        <Button icon="close" label="Close" isIconOnly onClick={onClose} />
      </header>
      <div class="drawer-body">
        <section class="drawer-part">
          <h2><EventGlyph event={event} /><Text>{nameOf(event)}</Text></h2>
          <p class="who"><Swatch of={service} /><b><Text>{service || "no service"}</Text></b> <span class="faint"><Text>{event.layer}</Text></span></p>
          {instance !== "" && <p class="mono small"><Text>{instance}</Text></p>}
          {endpoint !== "" && <p class="mono small"><Text>{endpoint}</Text></p>}
          {event.message !== "" && <p class="message"><Message event={event} /></p>}
        </section>
        <section class="drawer-part">
          <dl class="facts">
            <div><dt>Start</dt><dd><Time at={event.start} withDay /></dd></div>
            <div><dt>End</dt><dd>{event.state === "open" ? <span class="faint">not reported</span> : <Time at={event.end} withDay />}</dd></div>
            <div><dt>Lasted</dt><dd><b>{lastedText(event, serverNow())}</b></dd></div>
            <div><dt>Arrived</dt><dd>{arrivalText(event)}</dd></div>
          </dl>
        </section>
        <section class="drawer-part">
          <h3>Parameters</h3>
          <Parameters event={event} />
        </section>
        {isChange(event) && <Aftermath event={event} />}
        <section class="drawer-part">
          <h3><Text>{service || "no service"}</Text>, ±15 min</h3>
          <Neighbours events={nearest(around, event, 12)} current={event.id} />
        </section>
      </div>
      <footer>
        <a class="button primary" href={beforeHref(event)}><Icon name="before" />What came before</a>
        <Button icon="copy" label="curl" onClick={() => void copy(curlFor(event, api), "The command is")} />
        <Button label="JSON" onClick={() => void copy(JSON.stringify(event, null, 2), "The event is")} />
      </footer>
    </aside>
  );
}

/// The `count` that start nearest to the event, in their order.
export function nearest(events: readonly Event[], event: Event, count: number): Event[] {
  const at = events.findIndex((e) => e.id === event.id);
  const first = Math.max(0, Math.min(at - Math.floor(count / 2), events.length - count));
  return events.slice(first, first + count);
}

/// After a change: the errors that began until 15 minutes past its end, in all services.
function Aftermath({ event }: { event: Event }) {
  const [start, end] = intervalOf(event, serverNow());
  const { data } = useQuery(`${event.id} ${event.start} ${event.end}`, (signal) => get<EventPage>("events", {
    type: "Error", from: start, to: end + NEIGHBOUR_ROOM, order: "asc", limit: 1000,
  }, signal));
  if (!data) return null;
  const errors = data.events.filter((e) => orderTime(e) >= start && e.id !== event.id);
  const services = new Set(errors.map((e) => e.source.service)).size;
  const first = errors[0];
  return (
    <section class="drawer-part aftermath">
      <h3>After it, until 15 min past its end</h3>
      {first === undefined ? <p>No error began.</p> : (
        <p>
          <strong class="figure error">{data.next_cursor === null ? "" : "≥ "}{numberText(errors.length)}</strong>{" "}
          {errors.length === 1 ? "error" : "errors"} in {countText(services, "service")}. First:{" "}
          <a href={eventHref(first.id)}><Text>{`${first.source.service} ${titleOf(first)}`}</Text></a>,{" "}
          {durationText(orderTime(first) - orderTime(event))} after its start.
        </p>
      )}
    </section>
  );
}

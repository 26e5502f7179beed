import { useLayoutEffect, useRef } from "preact/hooks";
import { durationText } from "../time/duration";
import { clockText, zoneText } from "../time/zone";
import { lastedText, countText, messageOf, orderTime, titleOf } from "../event_text";
import type { Hit } from "../lanes/chart";
import { zone } from "../router";
import { serverNow } from "../state/server";
import { EventGlyph } from "./glyph";
import { Source, Text } from "./parts";

/// What the table's row holds, beside the shape under the pointer.
export function HoverCard({ at, x, y }: { at: Hit; x: number; y: number }) {
  const card = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = card.current!;
    const { width, height } = element.getBoundingClientRect();
    const left = x + 16 + width > window.innerWidth ? x - 16 - width : x + 16;
    const top = y + 20 + height > window.innerHeight ? y - 12 - height : y + 20;
    element.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
  });
  if (!at.shape && !at.column) return null;
  return <div class="hover-card" ref={card} role="tooltip">{at.shape ? <EventCard at={at} /> : <ColumnCard at={at} />}</div>;
}

function EventCard({ at }: { at: Hit }) {
  const { event } = at.shape!;
  const start = orderTime(event);
  return (
    <>
      <p class="card-title">
        <EventGlyph event={event} />
        <b class={event.type === "Error" ? "error" : ""}><Text>{titleOf(event)}</Text></b>
        <span class="faint right"><Text>{event.layer}</Text></span>
      </p>
      <p><Source event={event} /></p>
      {event.message !== "" && <p class="card-message"><Text>{messageOf(event)}</Text></p>}
      <p class="card-times">
        <span>
          {event.state === "open" && "since "}
          {clockText(start, zone.value)}
          {event.state === "closed" && ` – ${clockText(event.end!, zone.value)}`}
          {" "}<span class="faint">{zoneText(start, zone.value)}</span>
        </span>
        <b>{event.state === "instant" ? "" : lastedText(event, serverNow())}</b>
      </p>
      {event.state === "open" && <p class="faint">No end reported</p>}
      <p class="keys"><kbd>⏎</kbd> open <kbd>,</kbd> <kbd>.</kbd> lane <kbd>x</kbd> exclude</p>
    </>
  );
}

function ColumnCard({ at }: { at: Hit }) {
  const column = at.column!;
  const all = column.normal + column.errors;
  return (
    <>
      <p class="card-title"><b><Text>{at.row.name || "(empty)"}</Text></b></p>
      <p>
        {countText(all, "event")}
        {column.errors > 0 && <>, <span class="error">{countText(column.errors, "error")}</span></>}
        {all === 1 ? " begins" : " begin"} here
      </p>
      <p class="card-times">
        <span>{clockText(column.from, zone.value)} <span class="faint">{zoneText(column.from, zone.value)}</span></span>
        <span class="faint">{durationText(column.to - column.from)}</span>
      </p>
      <p class="keys">click zooms in</p>
    </>
  );
}

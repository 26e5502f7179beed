import { useEffect, useRef, useState } from "preact/hooks";
import type { Event } from "../api/types";
import { lastedText, messageOf, nameOf, orderTime } from "../event_text";
import { eventHref } from "../router";
import { EventGlyph } from "./glyph";
import { onResize } from "./on_resize";
import { Message, Source, Text, Time } from "./parts";

/// Rows of one height, of which only those on screen exist: a hundred thousand cost what fifty do.

const ROW = 28;
const ROW_NARROW = 56;
/// Rows drawn above and below what is seen.
const SPARE = 20;
/// So near to the end the next page is asked for: some screens, so that nobody arrives before it.
const AHEAD = 1500;

export interface EventTableProps {
  rows: readonly Event[];
  total: number;
  now: number;
  hasMore: boolean;
  /// More are read until the selected one is there.
  isSeeking: boolean;
  isNarrow: boolean;
  selected: string;
  focused: string;
  showId: boolean;
  isOldestFirst: boolean;
  /// What the times are by: `UTC+01`.
  zone: string;
  footer: string;
  onSelect: (id: string) => void;
  onMore: () => void;
  onOrder: () => void;
  onScrolled: (isScrolled: boolean) => void;
  /// Changes when the table is to begin at its top again.
  top: unknown;
}

export function EventTable(props: EventTableProps) {
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ top: 0, height: 400 });
  const row = props.isNarrow ? ROW_NARROW : ROW;
  const first = Math.max(0, Math.floor(place.top / row) - SPARE);
  const last = Math.min(props.rows.length, Math.ceil((place.top + place.height) / row) + SPARE);

  const look = (): void => {
    const element = box.current;
    if (!element) return;
    setPlace({ top: element.scrollTop, height: element.clientHeight });
    props.onScrolled(element.scrollTop > 2);
  };
  useEffect(() => onResize(box.current!, look), []);
  useEffect(() => {
    box.current!.scrollTop = 0;
  }, [props.top]);
  useEffect(() => {
    if (props.hasMore && (props.isSeeking || last + AHEAD > props.rows.length)) props.onMore();
  }, [last, props.rows, props.hasMore, props.isSeeking]);
  // Where the keyboard is, else what the link has selected: comes into view as soon as it is known.
  const sought = props.focused || props.selected;
  const focusedAt = sought === "" ? -1 : props.rows.findIndex((event) => event.id === sought);
  useEffect(() => {
    const element = box.current!;
    if (focusedAt < 0) return;
    const top = focusedAt * row;
    const header = props.isNarrow ? 0 : ROW;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + row > element.scrollTop + element.clientHeight - header) {
      element.scrollTop = top + row - element.clientHeight + header;
    }
  }, [sought, focusedAt < 0]);

  return (
    <div class={props.isNarrow ? "table narrow" : "table"} ref={box} onScroll={look} role="grid" tabIndex={0}
      aria-label="Events" aria-rowcount={props.total || props.rows.length}
      aria-activedescendant={focusedAt >= first && focusedAt < last ? `row-${focusedAt}` : undefined}>
      {!props.isNarrow && <Header {...props} />}
      <div class="table-body" role="rowgroup" style={{ height: `${props.rows.length * row}px` }}>
        {props.rows.slice(first, last).map((event, i) => (
          <TableRow key={event.id} event={event} index={first + i} top={(first + i) * row} table={props} />
        ))}
      </div>
      {props.footer !== "" && <p class="table-footer" role="presentation">{props.footer}</p>}
    </div>
  );
}

function Header({ showId, isOldestFirst, zone, onOrder }: EventTableProps) {
  return (
    <div class="table-header" role="row">
      <span role="columnheader" aria-sort={isOldestFirst ? "ascending" : "descending"} class="c-start">
        <button type="button" title={isOldestFirst ? "Newest first (Home)" : "Oldest first (End)"} onClick={onOrder}>Start {isOldestFirst ? "↑" : "↓"} <span class="faint">{zone}</span></button>
      </span>
      <span role="columnheader" class="c-lasted">Lasted</span>
      <span role="columnheader" class="c-glyph"><span class="hidden">Type</span></span>
      <span role="columnheader" class="c-source">Service / instance</span>
      <span role="columnheader" class="c-name">Name</span>
      <span role="columnheader" class="c-message">Message</span>
      {showId && <span role="columnheader" class="c-id">Id</span>}
    </div>
  );
}

interface RowProps {
  event: Event;
  index: number;
  top: number;
  table: EventTableProps;
}

function rowClass({ event, table }: RowProps): string {
  return ["table-row",
    event.id === table.selected && "selected",
    event.id === table.focused && "focused",
    event.type === "Error" && "error",
  ].filter(Boolean).join(" ");
}

function TableRow(props: RowProps) {
  const { event, index, top, table } = props;
  const lasted = event.state === "instant" ? "–" : lastedText(event, table.now);
  const select = (mouse: MouseEvent): void => {
    // The link in the row is for a new tab; a plain click opens the drawer.
    if (mouse.ctrlKey || mouse.metaKey) return;
    mouse.preventDefault();
    table.onSelect(event.id);
  };
  const attributes = {
    class: rowClass(props),
    role: "row" as const,
    id: `row-${index}`,
    "aria-rowindex": index + 1,
    "aria-selected": event.id === table.selected,
    style: { transform: `translateY(${top}px)` },
    onClick: select,
  };
  if (table.isNarrow) {
    return (
      <div {...attributes}>
        <span role="gridcell" class="c-glyph"><EventGlyph event={event} /></span>
        <span role="gridcell" class="c-two">
          <span class="line"><b class="name"><Text>{nameOf(event)}</Text></b> <Source event={event} /></span>
          <span class="line faint"><Text>{messageOf(event)}</Text></span>
        </span>
        <span role="gridcell" class="c-times"><Time at={orderTime(event)} withMs={false} /><span class="faint">{lasted}</span></span>
      </div>
    );
  }
  return (
    <div {...attributes}>
      <span role="gridcell" class="c-start"><Time at={orderTime(event)} /></span>
      <span role="gridcell" class="c-lasted">{lasted}</span>
      <span role="gridcell" class="c-glyph"><EventGlyph event={event} /></span>
      <span role="gridcell" class="c-source"><Source event={event} /></span>
      <span role="gridcell" class="c-name name">
        <a href={eventHref(event.id)} tabIndex={-1}><Text>{nameOf(event)}</Text></a>
        {event.count > 1 && <span class="faint"> ×{event.count}</span>}
      </span>
      <span role="gridcell" class="c-message"><Message event={event} /></span>
      {table.showId && <span role="gridcell" class="c-id mono"><Text>{event.id.slice(0, 8)}</Text></span>}
    </div>
  );
}

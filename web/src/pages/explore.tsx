import { computed, signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { API } from "../base_path";
import { countText, numberText } from "../event_text";
import type { Hit } from "../lanes/chart";
import { changesRow, CHANGES_ROW, type Row } from "../lanes/rows";
import { Strip, type StripHandlers } from "../lanes/strip";
import { QueryBar } from "../query/query_bar";
import { change, viewState, zone } from "../router";
import * as data from "../state/explore_data";
import { fetchedEvent, isFlat, isSelectedBelow, laneRows, selectedEvent, selection } from "../state/lane_rows";
import { status } from "../state/server";
import { isNarrow, isWide, palette, store, tableHeight } from "../state/settings";
import { chipsOf } from "../state/filters";
import { FacetList } from "../ui/facets";
import { EventTable } from "../ui/event_table";
import { Drawer } from "../ui/drawer";
import { Glyph } from "../ui/glyph";
import { HistogramChart, viewTicks } from "../ui/histogram";
import { HoverCard } from "../ui/hover_card";
import { Icon } from "../ui/icons";
import { LaneName } from "../ui/lane_name";
import { Failure, Incomplete } from "../ui/notices";
import { onResize } from "../ui/on_resize";
import { Button, Popover, SkeletonLines } from "../ui/parts";
import { durationText } from "../time/duration";
import { zoneText } from "../time/zone";
import { TimePicker } from "../ui/time_picker";
import { EmptyState } from "./empty";
import {
  commitGesture, followKeys, focusId, moveTo, orderBy, select, shiftBy, zoomBy, zoomTo,
} from "./explore_actions";
import { MoreMenu } from "./more_menu";
import { NothingFound } from "./nothing_found";

/// The question, and what happened, in one look.

const GUTTER = 192;
/// The event under the pointer, once it has rested there.
const hovered = signal<{ at: Hit; x: number; y: number } | null>(null);
const hoverTime = signal<number | null>(null);
const CARD_MS = 120;
/// Rows that are read at once.
const NEXT_PAGE = 2000;
const SEEK_PAGE = 10_000;

const pinnedRows = computed((): Row[] => [
  changesRow(data.changeEvents.value),
  ...laneRows.value.filter((row) => row.isPinned).map((row) => ({ ...row, isOpen: false })),
]);
const scrolledRows = computed(() => laneRows.value.filter((row) => !row.isPinned));

let cardTimer = 0;
const handlers: StripHandlers = {
  select,
  zoom: zoomTo,
  move: moveTo,
  moved: commitGesture,
  hover(hit) {
    window.clearTimeout(cardTimer);
    hoverTime.value = hit?.time ?? null;
    if (!hit?.at.shape && !hit?.at.column) {
      hovered.value = null;
      return;
    }
    const { at, x, y } = hit;
    cardTimer = window.setTimeout(() => {
      hovered.value = { at, x, y };
    }, hovered.value ? 0 : CARD_MS);
  },
};

export function Explore() {
  useEffect(() => {
    const stops = [data.followAddress(), followKeys()];
    return () => {
      stops.forEach((stop) => stop());
      hovered.value = null;
      hoverTime.value = null;
    };
  }, []);
  if (status.value?.store.events === 0 && data.rows.value.length === 0) {
    return <EmptyState />;
  }
  const { sel } = viewState.value;
  return (
    <main class={sel === "" ? "explore" : "explore with-drawer"}>
      <h1 class="hidden">Explore</h1>
      <QueryRow />
      <div class="columns">
        {isWide.value && <div class="facet-column"><FacetPanel /></div>}
        <Center />
        {sel !== "" && <Drawer id={sel} known={selectedEvent.value} api={API} onFetched={(event) => {
          fetchedEvent.value = event;
        }} onClose={() => change({ sel: "" })} />}
      </div>
      {hovered.value && <HoverCard {...hovered.value} />}
    </main>
  );
}

function FacetPanel() {
  const found = data.facets.value;
  if (!found) return data.isLoading.value ? <SkeletonLines count={12} /> : null;
  return <FacetList facets={found} />;
}

function QueryRow() {
  const total = data.total.value;
  const summary = data.facets.value === null ? "" : `${data.atLeast.value}${countText(total, "event")} · ${data.tookMs.value} ms`;
  return (
    <div class="query-row">
      <QueryBar error={data.error.value} summary={summary} />
      <TimePicker />
      {!isNarrow.value && (
        <div class="button-group">
          <Button icon="left" label="Earlier" isIconOnly title="Earlier ([)" onClick={() => shiftBy(-1)} />
          <Button icon="zoomOut" label="Zoom out" isIconOnly title="Zoom out (s)" onClick={() => zoomBy(2)} />
          <Button icon="right" label="Later" isIconOnly title="Later (])" onClick={() => shiftBy(1)} />
        </div>
      )}
      {!isWide.value && (
        <Popover label="Filter" kind="filter-popover"
          button={<><Icon name="filter" />Filter<FilterCount /></>}>
          {() => <FacetPanel />}
        </Popover>
      )}
      <LiveButton />
      <MoreMenu />
    </div>
  );
}

function FilterCount() {
  const count = chipsOf(viewState.value.filters).length;
  return count === 0 ? null : <span class="badge">{count}</span>;
}

function LiveButton() {
  const { live } = viewState.value;
  return (
    <button type="button" class={live ? "button live on" : "button live"} aria-pressed={live} title="Live (t)" data-tail={data.tailState.value}
      onClick={() => change({ live: !live })}>
      <i />Live
    </button>
  );
}

function Center() {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => onResize(box.current!, () => {
    const width = box.current!.clientWidth - (isNarrow.value ? 0 : GUTTER);
    if (width > 0) data.plotWidth.value = width;
  }), []);
  const { view } = viewState.value;
  const isDim = data.isSlow.value || data.wasCancelled.value || data.error.value !== null;
  return (
    <div class={isDim ? "center dim" : "center"} ref={box} aria-busy={data.isLoading.value}>
      <Counts />
      <ChartHead />
      {view !== "table" && <LaneArea />}
      {view === "both" && <Splitter />}
      <Notices />
      {view !== "lanes" && <TableArea />}
    </div>
  );
}

function Counts() {
  if (!isNarrow.value) return null;
  return <p class="counts-line"><CountParts /><span class="faint right">{zoneText(data.asked.value.to, zone.value)}</span></p>;
}

function CountParts() {
  const atLeast = data.atLeast.value;
  const total = data.total.value;
  const errors = data.errors.value;
  return (
    <>
      <span class="total"><b>{atLeast}{numberText(total)}</b> <span class="wide-only">{total === 1 ? "event overlaps" : "events overlap"} this window</span><span class="narrow-only">events</span></span>
      <span class="split">
        <span><Glyph type="Error" state="instant" /><b class="error">{atLeast}{numberText(errors)}</b> Error</span>
        <span><Glyph type="Normal" state="instant" /><b>{atLeast}{numberText(total - errors)}</b> Normal</span>
      </span>
    </>
  );
}

function ChartHead() {
  const colours = palette.value;
  return (
    <div class="chart-head">
      {!isNarrow.value && <div class="counts">{data.facets.value && <CountParts />}</div>}
      {colours && (
        <HistogramChart data={data.histogram.value} view={data.view.value} width={data.plotWidth.value}
          now={data.now.value} zone={zone.value} palette={colours} selected={selection.value}
          hoverTime={hoverTime.value} onZoom={zoomTo} onHover={(time) => {
            hoverTime.value = time;
          }} />
      )}
    </div>
  );
}

function LaneArea() {
  const colours = palette.value;
  if (!colours) return null;
  const narrow = isNarrow.value;
  if (!data.facets.value && data.isLoading.value) return <div class="lane-area"><SkeletonLines count={8} /></div>;
  if (data.error.value === null && data.facets.value !== null && data.total.value === 0 && data.lanes.value.length === 0) {
    return <div class="lane-area"><NothingFound /></div>;
  }
  const view = data.view.value;
  const shared = {
    view, width: data.plotWidth.value, now: data.now.value, step: data.cellStep.value,
    ticks: viewTicks(view, data.plotWidth.value, zone.value).at, palette: colours,
    selected: selection.value, focused: focusId.value, hoverTime: hoverTime.value,
    serviceLevel: Math.max(0, viewState.value.group.indexOf("service") - (isFlat.value ? 1 : 0)),
    nameRoom: narrow ? 24 : 0, on: handlers,
    renderName: (row: Row, height: number) => <LaneName row={row} height={height} />,
  };
  const pinned = narrow ? pinnedRows.value.filter((row) => row.id !== CHANGES_ROW) : pinnedRows.value;
  return (
    <div class="lane-area">
      {pinned.length > 0 && <div class="pinned"><Strip {...shared} rows={pinned} isScrolled={false} label="Changes and pinned lanes" /></div>}
      <Strip {...shared} rows={scrolledRows.value} isScrolled label="Lanes of events; the table below holds the same" />
      {data.cellStep.value > 0 && (
        <p class="more-lanes">Columns count the events that begin there; what lasts {durationText(data.lastingFrom.value)} or longer is a bar.</p>
      )}
      {data.hasMoreLanes.value && (
        <p class="more-lanes">Some lanes are left out. <button type="button" class="link" onClick={data.loadMoreLanes}>Show more lanes</button></p>
      )}
    </div>
  );
}

/// Between lanes and table: drawn by the pointer, moved by the arrow keys.
function Splitter() {
  const MIN = 84;
  const height = tableHeight.value || 196;
  const set = (next: number): void => {
    tableHeight.value = Math.max(MIN, Math.min(next, window.innerHeight - 320));
    store("tidings.table", String(tableHeight.value));
  };
  const drag = (down: PointerEvent): void => {
    const handle = down.currentTarget as HTMLElement;
    handle.setPointerCapture(down.pointerId);
    const from = down.clientY;
    handle.onpointermove = (move) => set(height + from - move.clientY);
    handle.onpointerup = () => {
      handle.onpointermove = null;
    };
  };
  return (
    <div class="splitter" role="separator" aria-orientation="horizontal" aria-label="Height of the table" tabIndex={0}
      aria-valuenow={height} aria-valuemin={MIN} aria-valuemax={1000} onPointerDown={drag}
      onKeyDown={(event) => {
        const by = event.key === "ArrowUp" ? 28 : event.key === "ArrowDown" ? -28 : 0;
        if (by === 0) return;
        event.preventDefault();
        event.stopPropagation();
        set(height + by);
      }} />
  );
}

function Notices() {
  const error = data.error.value;
  const isMistake = error?.problem?.field === "q";
  const { from, to } = data.asked.value;
  return (
    <>
      {error && !isMistake && (
        <Failure error={error} onRetry={data.reload} shownAt={data.shownAt.value} />
      )}
      <Incomplete reasons={data.incomplete.value} onNarrow={() => zoomBy(0.25)} />
      {data.isSlow.value && (
        <p class="slow" role="status">Still reading. <button type="button" class="link" onClick={data.cancel}>Cancel</button></p>
      )}
      {data.wasCancelled.value && (
        <p class="slow" role="status">Cancelled{data.shownAt.value > 0 && ": what you see answers an earlier question"}. <button type="button" class="link" onClick={data.reload}>Read again</button></p>
      )}
      {viewState.value.live && to < data.now.value && (
        <p class="slow" role="status">This window ends before now: what comes in live is not in it. <button type="button" class="link"
          onClick={() => change({ from: `now-${Math.ceil((to - from) / 1000)}s`, to: "" })}>Move it to now</button></p>
      )}
      {data.tailState.value === "lost" && (
        <p class="slow lost" role="status">The live connection is lost; trying again. Nothing will be missing when it is back.</p>
      )}
    </>
  );
}

function TableArea() {
  const { sel, view, isOldestFirst } = viewState.value;
  const waiting = data.pending.value;
  const errors = waiting.filter((event) => event.type === "Error").length;
  const hasRoomForId = !isNarrow.value && sel === "" && isWide.value;
  return (
    <div class="table-area" style={view === "both" && !isNarrow.value ? { height: `${tableHeight.value || 196}px` } : { flex: 1 }}>
      {waiting.length > 0 && (
        <button type="button" class="pill" onClick={data.showPending}>
          {numberText(waiting.length)} new{errors > 0 && <>, <Glyph type="Error" state="instant" />{countText(errors, "error")}</>}
        </button>
      )}
      <EventTable rows={data.rows.value} total={data.total.value} now={data.now.value}
        hasMore={data.hasMoreRows.value && !data.isLoading.value} isNarrow={isNarrow.value} selected={sel} focused={focusId.value}
        isSeeking={isSelectedBelow.value} showId={hasRoomForId} isOldestFirst={isOldestFirst} zone={zoneText(data.asked.value.to, zone.value)}
        onOrder={() => orderBy(!isOldestFirst)} onSelect={select} onMore={() => void data.loadMoreRows(isSelectedBelow.value ? SEEK_PAGE : NEXT_PAGE)}
        onScrolled={(is) => {
          data.isScrolled.value = is;
        }}
        top={data.tableTop.value}
        footer={data.wasTrimmed.value ? "Older rows were let go while live. Stop live to read them all." : ""} />
    </div>
  );
}

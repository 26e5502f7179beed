import { signal } from "@preact/signals";
import { intervalOf } from "../event_text";
import { neighbourInRow } from "../lanes/chart";
import { CHANGES_ROW } from "../lanes/rows";
import { rowOfEvent } from "../lanes/strip";
import { QUERY_INPUT } from "../query/query_bar";
import { change, goBack, viewState } from "../router";
import * as data from "../state/explore_data";
import { toggled } from "../state/filters";
import { laneRows, selectedEvent } from "../state/lane_rows";
import { MINUTE } from "../time/duration";
import { around, shifted, zoomed, type Window } from "../time/window";
import { copy } from "../ui/parts";

/// What keys and gestures do in Explore.

/// Of the table: from its newest row, or from its oldest.
export function orderBy(isOldestFirst: boolean): void {
  focusId.value = "";
  data.tableTop.value++;
  change({ isOldestFirst, live: viewState.value.live && !isOldestFirst });
}

/// The event that the keyboard is at, in lanes and table alike.
export const focusId = signal("");

export function select(id: string): void {
  focusId.value = id;
  // Back closes the drawer; walking on with the drawer open leaves no trail.
  change({ sel: id }, viewState.value.sel !== "");
}

export function zoomTo(window_: Window): void {
  if (window_.to - window_.from < 1000) {
    const middle = Math.round((window_.from + window_.to) / 2);
    zoomTo({ from: middle - 500, to: middle + 500 });
    return;
  }
  change({ from: String(window_.from), to: String(window_.to), live: false });
}

export function moveTo(window_: Window): void {
  if (window_.from > 0 && window_.to < 8.64e15) data.gesture.value = window_;
}

/// The gesture is over: its window becomes the question.
export function commitGesture(): void {
  const window_ = data.gesture.value;
  if (window_) zoomTo(window_);
}

const middleOf = (window_: Window): number => (window_.from + window_.to) / 2;

export function zoomBy(factor: number): void {
  const window_ = data.asked.value;
  zoomTo(zoomed(window_, factor, middleOf(window_)));
}

export function shiftBy(share: number): void {
  zoomTo(shifted(data.asked.value, share));
}

function focusedEvent() {
  const id = focusId.value || viewState.value.sel;
  if (id === "") return undefined;
  if (id === viewState.value.sel) return selectedEvent.value;
  return data.rows.value.find((event) => event.id === id) ?? rowOfEvent(laneRows.value, id)?.spans.find((e) => e.id === id);
}

/// Moves the focus; an open drawer goes along.
function focusOn(id: string): void {
  focusId.value = id;
  if (viewState.value.sel !== "") change({ sel: id }, true);
}

function stepRow(by: 1 | -1): void {
  const rows = data.rows.value;
  const at = rows.findIndex((event) => event.id === (focusId.value || viewState.value.sel));
  const next = rows[at < 0 ? 0 : at + by];
  if (next) focusOn(next.id);
}

function stepAlongLane(by: 1 | -1): void {
  const id = focusId.value || viewState.value.sel;
  const rows = laneRows.value.filter((row) => row.spans.length > 0);
  const row = rowOfEvent(rows, id) ?? rows[0];
  const next = row && neighbourInRow(row, id, by, data.now.value);
  if (next) focusOn(next.id);
}

/// Into the lane above or below, to the event nearest in time.
function stepLane(by: 1 | -1): void {
  const rows = laneRows.value.filter((row) => row.spans.length > 0 && row.id !== CHANGES_ROW);
  const id = focusId.value || viewState.value.sel;
  const at = rows.findIndex((row) => row.spans.some((event) => event.id === id));
  const row = rows[at < 0 ? 0 : at + by];
  if (!row) return;
  const current = focusedEvent();
  const time = current ? intervalOf(current, data.now.value)[0] : data.asked.value.to;
  const distance = (e: (typeof row.spans)[number]): number => Math.abs(intervalOf(e, data.now.value)[0] - time);
  focusOn(row.spans.reduce((best, event) => (distance(event) < distance(best) ? event : best)).id);
}

function fit(): void {
  const event = focusedEvent();
  if (event) {
    const [from, to] = intervalOf(event, data.now.value);
    zoomTo(around(from, to, Math.max((to - from) * 0.25, MINUTE)));
    return;
  }
  const busy = data.histogram.value?.buckets.filter((b) => b.started.Normal + b.started.Error > 0) ?? [];
  const first = busy[0];
  const last = busy[busy.length - 1];
  if (first && last) zoomTo({ from: first.t, to: last.t + data.histogram.value!.step });
}

function exclude(): void {
  const event = focusedEvent();
  if (event && event.name !== "") change({ filters: toggled(viewState.value.filters, "name", event.name, true) });
}

export function togglePin(id: string): void {
  const { pin } = viewState.value;
  change({ pin: pin.includes(id) ? pin.filter((p) => p !== id) : [...pin, id] }, true);
}

export function toggleOpen(id: string): void {
  const { open } = viewState.value;
  change({ open: open.includes(id) ? open.filter((o) => o !== id) : [...open, id] }, true);
}

function pinFocused(): void {
  const row = rowOfEvent(laneRows.value, focusId.value || viewState.value.sel);
  if (row) togglePin(row.id);
}

function escape(): void {
  if (data.isLoading.value && data.isSlow.value) data.cancel();
  else if (viewState.value.sel !== "") change({ sel: "" }, true);
  else focusId.value = "";
}

const ACTIONS: Record<string, () => void> = {
  "/": () => document.getElementById(QUERY_INPUT)?.focus(),
  j: () => stepRow(1),
  k: () => stepRow(-1),
  ArrowDown: () => stepLane(1),
  ArrowUp: () => stepLane(-1),
  ArrowRight: () => stepAlongLane(1),
  ArrowLeft: () => stepAlongLane(-1),
  ".": () => stepAlongLane(1),
  ",": () => stepAlongLane(-1),
  Enter: () => {
    if (focusId.value !== "") select(focusId.value);
  },
  Escape: escape,
  Home: () => orderBy(false),
  End: () => orderBy(true),
  w: () => zoomBy(0.5),
  s: () => zoomBy(2),
  a: () => shiftBy(-0.2),
  d: () => shiftBy(0.2),
  f: fit,
  "[": () => shiftBy(-1),
  "]": () => shiftBy(1),
  Backspace: goBack,
  t: () => change({ live: !viewState.value.live }),
  c: () => void copy(window.location.href, "The link is"),
  x: exclude,
  p: pinFocused,
};

/// True where a key means what it always means.
function isTyping(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("input, select, textarea, [role=dialog]")) return true;
  // Enter on a button presses it; Home and End scroll the drawer.
  if (key === "Enter") return target.closest("button, a, [role=tab]") !== null;
  if (key === "Home" || key === "End") return target.closest("aside") !== null;
  return false;
}

export function followKeys(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target, event.key)) return;
    const inTable = event.target instanceof HTMLElement && event.target.closest("[role=grid]") !== null;
    let { key } = event;
    if (inTable && key === "ArrowDown") key = "j";
    if (inTable && key === "ArrowUp") key = "k";
    const act = Object.hasOwn(ACTIONS, key) ? ACTIONS[key] : undefined;
    if (!act) return;
    event.preventDefault();
    act();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}

import { batch, computed, effect, signal, untracked } from "@preact/signals";
import { ApiError, get, isCancelled, type Parameters } from "../api/client";
import { followTail } from "../api/tail";
import type {
  Completeness, Event, EventPage, Facets, Histogram, Lane, Lanes, Nearest, Reason,
} from "../api/types";
import { intervalOf, isChange, orderTime } from "../event_text";
import { groupEvents, pathOf, rowId } from "../lanes/rows";
import { bucketStep, tickStep } from "../time/ticks";
import { resolveWindow, type Window } from "../time/window";
import { viewState } from "../router";
import { FIELDS, isExcluded, isField, literal, withValues, type Field, type Filters } from "./filters";
import { changeNamesAmong, pollStatus, serverNow, status, statusKnown } from "./server";
import { filterParameters, windowParameters } from "./view_state";

/// What Explore shows of the server: read anew whenever the question in the address changes, kept up
/// to date by the tail while live.

const PAGE_ROWS = 500;
const LANES = 200;
const FACET_FIELDS: Field[] = ["type", "state", "layer", "service", "name"];
const FACET_TOP = 12;
/// Above: the server counts instead of listing, and so do we.
const MAX_SPANS = 5000;
/// What is a bar among counts: at least so wide, and not more of them.
const LASTING_PIXELS = 12;
const MAX_LASTING = 1000;
/// Rows that live keeps: the page stays open for days.
const MAX_LIVE_ROWS = 5000;
/// Counts are asked for again after ten times of what that took, and within these bounds.
const RECOUNT_MS = [500, 5000] as const;
const LIVE_FLUSH_MS = 200;
const SLOW_MS = 400;

/// Now, as of the last answer; runs on while live.
export const now = signal(serverNow());
/// While a gesture is under way: the window that it has reached.
export const gesture = signal<Window | null>(null);
export const plotWidth = signal(860);

export const lanes = signal<Lane[]>([]);
/// 0: lanes hold events; else the length of their cells in ms.
export const cellStep = signal(0);
/// Where lanes hold cells: events that last so long stand beside them as themselves.
export const lastingFrom = signal(0);
export const hasMoreLanes = signal(false);
export const changeEvents = signal<Event[]>([]);
export const histogram = signal<Histogram | null>(null);
export const facets = signal<Facets | null>(null);
export const rows = signal<Event[]>([]);
export const nearest = signal<Nearest | null>(null);
export const tookMs = signal(0);
export const shownAt = signal(0);

export const isLoading = signal(false);
/// Loading has lasted so long that what is shown is dimmed, and can be cancelled.
export const isSlow = signal(false);
/// The last question was given up: what is shown answers an earlier one.
export const wasCancelled = signal(false);
export const error = signal<ApiError | null>(null);
export const incomplete = signal<Reason[]>([]);
/// What stands before each count.
export const atLeast = computed(() => (incomplete.value.length > 0 ? "≥\u2009" : ""));
export const tailState = signal<"off" | "connecting" | "on" | "lost">("off");
/// New rows that wait while the reader has scrolled down.
export const pending = signal<Event[]>([]);
export const isScrolled = signal(false);
/// Rows at the end were let go, so that the page does not grow for ever.
export const wasTrimmed = signal(false);

/// Counts up whenever the table is to begin at its top again.
export const tableTop = signal(0);

let nextCursor: string | null = null;
export const hasMoreRows = signal(false);
let laneLimit = LANES;

/// The window that the address asks for.
export const asked = computed(() => {
  const { from, to, tz } = viewState.value;
  const oldest = from === "0" ? status.value?.oldest ?? null : null;
  return resolveWindow(from, to, now.value, tz, oldest);
});
export const view = computed((): Window => gesture.value ?? asked.value);

export const total = computed(() => facets.value?.total ?? 0);
export const errors = signal(0);

/// What the answer depends on; not what is only a way of showing it.
const question = computed(() => {
  const { from, to, q, filters, group, tz, isOldestFirst } = viewState.value;
  return JSON.stringify([from, to, q, filters, group, tz, isOldestFirst]);
});
/// Lanes below the second level are asked for only when somebody looks into them.
const unfolded = computed(() => viewState.value.open.join("\n"));

let running = new AbortController();

export function reload(): void {
  running.abort();
  const mine = new AbortController();
  running = mine;
  const slow = window.setTimeout(() => {
    isSlow.value = true;
  }, SLOW_MS);
  batch(() => {
    isLoading.value = true;
    wasCancelled.value = false;
    now.value = serverNow();
  });
  void load(mine.signal)
    .then(() => {
      error.value = null;
      shownAt.value = serverNow();
    })
    .catch((reason: unknown) => {
      if (running === mine && reason instanceof ApiError) error.value = reason;
      else if (!isCancelled(reason) && !(reason instanceof ApiError)) throw reason;
    })
    .finally(() => {
      window.clearTimeout(slow);
      if (running !== mine) return;
      isLoading.value = false;
      isSlow.value = false;
    });
}

/// Stops what is under way; what was shown before stays.
export function cancel(): void {
  running.abort();
  isLoading.value = false;
  isSlow.value = false;
  wasCancelled.value = true;
}

/// The parameters that all calls of one question share.
function shared(): Parameters {
  return { ...filterParameters(viewState.value), ...windowParameters(asked.value) };
}

async function load(signal_: AbortSignal): Promise<void> {
  if (viewState.value.from === "0") await statusKnown();
  const reasons: Reason[] = [];
  for (const answers of await Promise.all([loadRows(signal_), loadLanes(signal_), loadCounts(signal_)])) {
    for (const reason of answers.flatMap((answer) => answer.incomplete ?? [])) {
      if (!reasons.some((r) => r.reason === reason.reason)) reasons.push(reason);
    }
  }
  incomplete.value = reasons;
}

function askRows(limit: number, more: Parameters, signal_: AbortSignal): Promise<EventPage> {
  const order = viewState.value.isOldestFirst ? "asc" : "desc";
  return get<EventPage>("events", { ...shared(), order, limit, render: true, ...more }, signal_);
}

async function loadRows(signal_: AbortSignal): Promise<Completeness[]> {
  const page = await askRows(PAGE_ROWS, {}, signal_);
  batch(() => {
    rows.value = page.events;
    nextCursor = page.next_cursor;
    hasMoreRows.value = nextCursor !== null;
    nearest.value = page.nearest;
    tookMs.value = page.took_ms;
    pending.value = [];
    wasTrimmed.value = false;
    tableTop.value++;
  });
  return [page];
}

let isLoadingMore = false;
/// The next page of rows, behind those that are there.
export async function loadMoreRows(limit: number): Promise<void> {
  if (isLoadingMore || nextCursor === null) return;
  isLoadingMore = true;
  const mine = running;
  try {
    const page = await askRows(limit, { cursor: nextCursor }, mine.signal);
    if (running !== mine) return;
    nextCursor = page.next_cursor;
    batch(() => {
      rows.value = rows.value.concat(page.events);
      hasMoreRows.value = nextCursor !== null;
    });
  } catch (reason) {
    if (reason instanceof ApiError) {
      // A cursor that has run out (410) or fits no more: from the beginning.
      if (reason.status === 410 || reason.status === 400) reload();
      else error.value = reason;
    } else if (!isCancelled(reason)) {
      throw reason;
    }
  } finally {
    isLoadingMore = false;
  }
}

async function loadCounts(signal_: AbortSignal): Promise<Completeness[]> {
  const window_ = asked.value;
  const step = bucketStep(window_.to - window_.from, plotWidth.value, 9);
  const tz = viewState.value.tz || Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  return Promise.all([
    loadFacets(signal_),
    get<Histogram>("histogram", { ...shared(), step: `${step}ms`, tz }, signal_)
      .then((answer) => (histogram.value = answer)),
  ]);
}

/// What there is. A field whose values are chosen is counted as if none were, so that others can be
/// chosen instead or as well.
async function loadFacets(signal_: AbortSignal): Promise<Facets> {
  const { q, filters } = viewState.value;
  const ask = (fields: Field[], among: Filters): Promise<Facets> => get<Facets>("facets", {
    ...filterParameters({ q, filters: among }), ...windowParameters(asked.value), fields: fields.join(","), top: FACET_TOP,
  }, signal_);
  const chosen = FACET_FIELDS.filter((field) => filters[field]?.some((value) => !isExcluded(value)));
  const [answer, ...others] = await Promise.all([
    ask(FACET_FIELDS, filters),
    ...chosen.map((field) => ask([field], withValues(filters, field, filters[field]!.filter(isExcluded)))),
  ]);
  const all = { ...answer.facets };
  chosen.forEach((field, i) => {
    const found = others[i]!.facets[field]!;
    // A chosen value is there, however rare it is.
    const rare = answer.facets[field]!.values.filter((own) => !found.values.some((v) => v.value === own.value));
    all[field] = { ...found, values: [...found.values, ...rare] };
  });
  batch(() => {
    errors.value = answer.facets["type"]!.values.find((v) => v.value === "Error")?.errors ?? 0;
    facets.value = { ...answer, facets: all };
  });
  return answer;
}

/// Events by id, while lanes hold events: what the tail changes.
let spans = new Map<string, Event>();

async function loadLanes(signal_: AbortSignal): Promise<Completeness[]> {
  const { group, filters } = viewState.value;
  const top = group.slice(0, 2);
  const [answer] = await Promise.all([askLanes(top, filters, signal_), statusKnown()]);
  if (answer.mode === "spans") {
    spans = new Map(answer.lanes.flatMap((lane) => lane.spans ?? []).map((event) => [event.id, event]));
    showSpans(answer.next_cursor !== null);
    return [answer];
  }
  const [all, changes, lasting] = await Promise.all([
    withUnfolded(answer.lanes, signal_),
    loadChanges(signal_),
    loadLasting(signal_),
  ]);
  batch(() => {
    spans = new Map();
    lanes.value = withLasting(all, lasting.events);
    lastingFrom.value = lasting.least;
    cellStep.value = answer.step;
    hasMoreLanes.value = answer.next_cursor !== null;
    changeEvents.value = changes?.events ?? [];
  });
  return [answer, lasting, ...(changes ? [changes] : [])];
}

function showSpans(hasMore: boolean): void {
  batch(() => {
    lanes.value = groupEvents(spans.values(), viewState.value.group);
    cellStep.value = 0;
    hasMoreLanes.value = hasMore;
    changeEvents.value = [...spans.values()].filter(isChange);
  });
}

function cellCount(): number {
  return Math.max(50, Math.min(1000, Math.floor(plotWidth.value / 6)));
}

function askLanes(group: readonly string[], filters: Filters, signal_: AbortSignal): Promise<Lanes> {
  return get<Lanes>("lanes", {
    ...filterParameters({ q: viewState.value.q, filters }), ...windowParameters(asked.value),
    group: group.join(","), buckets: cellCount(), limit: laneLimit,
  }, signal_);
}

/// Where only counts are there, the lanes below an unfolded one are asked for by themselves.
async function withUnfolded(found: Lane[], signal_: AbortSignal): Promise<Lane[]> {
  const { group, open, filters } = viewState.value;
  const paths = open.map(pathOf).filter((path) => path.length === 2);
  if (group.length < 3 || paths.length === 0) return found;
  const below = await Promise.all(paths.map(async (path) => {
    const narrowed = path.reduce((all, part, i) => narrowTo(all, group[i]!, part), filters);
    return (await askLanes(group, narrowed, signal_)).lanes.filter(
      (lane) => lane.key[0] === path[0] && lane.key[1] === path[1],
    );
  }));
  const replacedKeys = new Set(paths.map((path) => path.join("\n")));
  return [
    ...found.filter((lane) => !replacedKeys.has(lane.key.slice(0, 2).join("\n"))),
    ...below.flat(),
  ];
}

function narrowTo(filters: Filters, field: string, text: string): Filters {
  if (!isField(field) || text === "") return filters;
  const excluded = (filters[field] ?? []).filter(isExcluded);
  return withValues(filters, field, [...excluded, literal(text, false)]);
}

async function loadChanges(signal_: AbortSignal): Promise<EventPage | undefined> {
  const names = await changeNamesAmong(shared(), signal_);
  if (names.length === 0) return undefined;
  const { q, filters } = viewState.value;
  const named = withValues(filters, "name", names.map((name) => literal(name, false)));
  return get<EventPage>("events", {
    ...filterParameters({ q, filters: named }), ...windowParameters(asked.value), limit: 500, render: true,
  }, signal_);
}

/// What lasts longest, as events: a column says when something began, but not that it went on.
async function loadLasting(signal_: AbortSignal): Promise<EventPage & { least: number }> {
  const { from, to } = asked.value;
  for (let least = tickStep(to - from, plotWidth.value, LASTING_PIXELS); ; least *= 4) {
    const page = await get<EventPage>("events", {
      ...shared(), min_duration: `${least}ms`, limit: MAX_LASTING, render: true,
    }, signal_);
    // What took too long is no shorter with fewer events.
    if (page.next_cursor === null || !page.complete) return { least, ...page };
  }
}

function withLasting(found: readonly Lane[], lasting: readonly Event[]): Lane[] {
  const { group } = viewState.value;
  const spansOf = new Map([group.slice(0, 2), group].flatMap((fields) => groupEvents(lasting, fields))
    .map((lane) => [rowId(lane.key), lane.spans]));
  return found.map((lane) => ({ ...lane, spans: spansOf.get(rowId(lane.key)) ?? [] }));
}

export function loadMoreLanes(): void {
  laneLimit = Math.min(laneLimit + LANES, 1000);
  reload();
}

// --- live ---

let stopTail: (() => void) | null = null;
let incoming: ({ changed: Event } | { gone: string })[] = [];
let flushTimer = 0;
let recountTimer = 0;
let clockTimer = 0;

function startLive(): void {
  tailState.value = "connecting";
  void pollStatus().then((answer) => {
    if (!viewState.value.live || stopTail) return;
    // From before the events are read, so that nothing falls between the two.
    stopTail = followTail(
      filterParameters(viewState.value), answer ? String(answer.feed_sequence) : "", {
        changed: (event) => take({ changed: event }),
        gone: (id) => take({ gone: id }),
        lag: reload,
        connected: (is) => {
          tailState.value = is ? "on" : "lost";
          void pollStatus();
        },
      },
    );
    reload();
  });
  clockTimer = window.setInterval(() => {
    if (!document.hidden) now.value = serverNow();
  }, 1000);
}

function endLive(): void {
  stopTail?.();
  stopTail = null;
  window.clearInterval(clockTimer);
  window.clearTimeout(flushTimer);
  window.clearTimeout(recountTimer);
  flushTimer = recountTimer = 0;
  incoming = [];
  tailState.value = "off";
}

function take(change: { changed: Event } | { gone: string }): void {
  incoming.push(change);
  if (flushTimer === 0) flushTimer = window.setTimeout(flush, LIVE_FLUSH_MS);
}

/// Brings what has come in since into all that is shown, at once.
function flush(): void {
  flushTimer = 0;
  const changed = new Map<string, Event | null>();
  for (const change of incoming) {
    if ("gone" in change) changed.set(change.gone, null);
    else changed.set(change.changed.id, isInWindow(change.changed) ? change.changed : null);
  }
  incoming = [];
  if (recountTimer === 0) recountTimer = window.setTimeout(recount, recountMs);
  batch(() => {
    now.value = serverNow();
    mergeRows(changed);
    if (cellStep.value === 0) mergeSpans(changed);
  });
}

export function isInWindow(event: Event): boolean {
  const { from, to } = asked.value;
  const [start, end] = intervalOf(event, now.value);
  return start < to && end >= from;
}

function mergeRows(changed: Map<string, Event | null>): void {
  const fresh = new Map(changed);
  const kept: Event[] = [];
  for (const event of rows.value) {
    const next = fresh.get(event.id);
    fresh.delete(event.id);
    if (next === undefined) kept.push(event);
    else if (next !== null) kept.push(next);
  }
  const waiting = pending.value.filter((event) => !changed.has(event.id));
  for (const event of fresh.values()) if (event !== null) waiting.push(event);
  if (isScrolled.value) {
    pending.value = waiting.slice(-MAX_LIVE_ROWS);
    rows.value = kept;
  } else {
    pending.value = [];
    rows.value = trimmed(sortedRows([...waiting, ...kept]));
  }
}

const sortedRows = (events: Event[]): Event[] => events.sort((a, b) => orderTime(b) - orderTime(a));

function trimmed(events: Event[]): Event[] {
  if (events.length <= MAX_LIVE_ROWS) return events;
  nextCursor = null;
  hasMoreRows.value = false;
  wasTrimmed.value = true;
  return events.slice(0, MAX_LIVE_ROWS);
}

/// Lets the rows in that waited.
export function showPending(): void {
  batch(() => {
    rows.value = trimmed(sortedRows([...pending.value, ...rows.value]));
    pending.value = [];
    isScrolled.value = false;
    tableTop.value++;
  });
}

function mergeSpans(changed: Map<string, Event | null>): void {
  for (const [id, event] of changed) {
    spans.delete(id);
    if (event !== null) spans.set(id, event);
  }
  for (const [id, event] of spans) if (!isInWindow(event)) spans.delete(id);
  if (spans.size > MAX_SPANS) reload();
  else showSpans(hasMoreLanes.value);
}

let recountMs: number = RECOUNT_MS[0];
/// Counts are the server's: asked for again while events come in, and lanes where they are counts.
function recount(): void {
  recountTimer = 0;
  const { signal: signal_ } = running;
  const jobs: Promise<unknown>[] = [loadCounts(signal_)];
  if (cellStep.value > 0) jobs.push(loadLanes(signal_));
  const began = performance.now();
  quietly(Promise.all(jobs).finally(() => {
    recountMs = Math.max(RECOUNT_MS[0], Math.min(10 * (performance.now() - began), RECOUNT_MS[1]));
  }));
}

/// For what is asked for on the side: what is shown stays as it is, and the next answer makes good.
function quietly(work: Promise<unknown>): void {
  void work.catch((reason: unknown) => {
    if (!(reason instanceof ApiError) && !isCancelled(reason)) throw reason;
  });
}

/// Begins to follow the address; returns what ends it.
export function followAddress(): () => void {
  const stops = [
    effect(() => {
      question.value;
      untracked(() => {
        gesture.value = null;
        laneLimit = LANES;
        reload();
      });
    }),
    effect(() => {
      unfolded.value;
      untracked(() => {
        if (cellStep.value > 0 && !isLoading.value) quietly(loadLanes(running.signal));
      });
    }),
    // Live is bound to its filters: another question is another tail.
    effect(() => {
      const { live, q, filters } = viewState.value;
      liveKey.value = live ? JSON.stringify([q, FIELDS.map((field) => filters[field])]) : "";
    }),
    effect(() => {
      const isLive = liveKey.value !== "";
      untracked(() => {
        endLive();
        if (isLive) startLive();
      });
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    endLive();
    running.abort();
  };
}
const liveKey = signal("");

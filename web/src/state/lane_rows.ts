import { computed, signal } from "@preact/signals";
import type { Event } from "../api/types";
import { intervalOf, orderTime } from "../event_text";
import { rowsOf, type Row } from "../lanes/rows";
import { viewState } from "../router";
import { cellStep, changeEvents, isInWindow, lanes as foundLanes, now, rows as foundRows } from "./explore_data";
import { isNarrow } from "./settings";

/// The lanes of Explore, as far as they are unfolded.

/// A phone has no room for headings: lanes are those of the second level.
export const isFlat = computed(() => isNarrow.value && viewState.value.group.length > 1);

export const laneRows = computed((): Row[] => {
  const { group, open, pin } = viewState.value;
  const flat = isFlat.value;
  const lanes = flat ? foundLanes.value.map((lane) => ({ ...lane, key: lane.key.slice(1) })) : foundLanes.value;
  return rowsOf(lanes, {
    group: flat ? group.slice(1) : group,
    open: new Set(open),
    pinned: new Set(pin),
    isCounted: cellStep.value > 0,
    outermost: flat ? "folded" : "heading",
  });
});

/// The selected event, when it had to be asked for by its id.
export const fetchedEvent = signal<Event | null>(null);

/// The selected event, wherever it is known from.
export const selectedEvent = computed(() => {
  const { sel } = viewState.value;
  if (sel === "") return undefined;
  return foundRows.value.find((event) => event.id === sel)
    ?? laneRows.value.flatMap((row) => row.spans).find((event) => event.id === sel)
    ?? changeEvents.value.find((event) => event.id === sel)
    ?? (fetchedEvent.value?.id === sel ? fetchedEvent.value : undefined);
});

/// So far down the table the selected event is looked for.
const SEEK_ROWS = 100_000;
/// Whether its row is still to be read: it stands below those that are there.
export const isSelectedBelow = computed(() => {
  const event = selectedEvent.value;
  const rows = foundRows.value;
  const last = rows[rows.length - 1];
  if (!event || !last || !isInWindow(event) || rows.length >= SEEK_ROWS || rows.includes(event)) return false;
  const later = orderTime(event) - orderTime(last);
  return viewState.value.isOldestFirst ? later >= 0 : later <= 0;
});

export const selection = computed(() => {
  const event = selectedEvent.value;
  if (!event) return null;
  const [from, to] = intervalOf(event, now.value);
  return { id: event.id, from, to };
});

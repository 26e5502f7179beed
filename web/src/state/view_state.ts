import type { Parameters } from "../api/client";
import { FIELDS, type Filters } from "./filters";
import type { Window } from "../time/window";
import { isKnownZone } from "../time/zone";

/// All that Explore shows, as the address says it: a link pasted elsewhere shows the same.
export interface ViewState {
  from: string;
  to: string;
  tz: string;
  q: string;
  filters: Filters;
  /// What lanes are grouped by, outermost first.
  group: string[];
  /// Which of the two panels are there.
  view: "both" | "lanes" | "table";
  /// The id of the selected event.
  sel: string;
  live: boolean;
  /// Of the table: live is always newest first.
  isOldestFirst: boolean;
  /// Keys of lanes that are unfolded, and that stay on top.
  open: string[];
  pin: string[];
}

export const DEFAULT_GROUP = ["layer", "service", "instance"];

export function parseViewState(search: string): ViewState {
  const params = new URLSearchParams(search);
  const one = (name: string): string => params.get(name) ?? "";
  const filters: Filters = {};
  for (const field of FIELDS) {
    const values = params.getAll(field).filter((value) => value !== "");
    if (values.length > 0) filters[field] = values;
  }
  const group = one("group").split(",").filter((key) => key !== "").slice(0, 3);
  const view = one("view");
  const tz = one("tz");
  return {
    from: one("from"),
    to: one("to"),
    // Of a zone that is none, the reader's own takes the place.
    tz: isKnownZone(tz) ? tz : "",
    q: one("q"),
    filters,
    group: group.length > 0 ? group : DEFAULT_GROUP,
    view: view === "lanes" || view === "table" ? view : "both",
    sel: one("sel"),
    live: one("live") === "1",
    isOldestFirst: one("order") === "asc" && one("live") !== "1",
    open: params.getAll("open"),
    pin: params.getAll("pin"),
  };
}

export function formatViewState(state: ViewState): string {
  const params = new URLSearchParams();
  const put = (name: string, value: string): void => {
    if (value !== "") params.append(name, value);
  };
  put("from", state.from);
  put("to", state.to);
  put("tz", state.tz);
  put("q", state.q);
  for (const field of FIELDS) for (const value of state.filters[field] ?? []) put(field, value);
  const group = state.group.join(",");
  put("group", group === DEFAULT_GROUP.join(",") ? "" : group);
  put("view", state.view === "both" ? "" : state.view);
  put("sel", state.sel);
  put("live", state.live ? "1" : "");
  put("order", state.isOldestFirst && !state.live ? "asc" : "");
  for (const key of state.open) put("open", key);
  for (const key of state.pin) put("pin", key);
  const text = params.toString();
  // Readable where that is the same address: a colon and a comma need no escape in a query.
  return text === "" ? "" : `?${text.replace(/%3A/g, ":").replace(/%2C/g, ",")}`;
}

/// The part of the state that every call of the server takes.
export function filterParameters({ q, filters }: Pick<ViewState, "q" | "filters">): Parameters {
  return { ...filters, q };
}

export function windowParameters(window: Window): Parameters {
  return window.unread ?? { from: Math.floor(window.from), to: Math.ceil(window.to) };
}

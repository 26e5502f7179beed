/// Answers of the server's REST interface, as `/api/v1/openapi.json` describes them.

export type EventType = "Normal" | "Error";
export type State = "open" | "closed" | "instant" | "orphan_end";

export interface Event {
  id: string;
  source: { service: string; instance: string; endpoint: string };
  layer: string;
  name: string;
  type: EventType;
  message: string;
  /// The message with its placeholders filled; asked for with `render=true`.
  text?: string;
  parameters: Record<string, string | number | boolean>;
  start: number | null;
  end: number | null;
  duration: number | null;
  state: State;
  count: number;
  derived: boolean;
  generation: number;
  received_first: number;
  received_last: number;
  time_inferred: boolean;
  contradictory: boolean;
  truncated: boolean;
  incomplete: boolean;
}

export interface Reason {
  reason: string;
  detail: string;
}

export interface Completeness {
  complete: boolean;
  incomplete?: Reason[];
}

export interface Nearest {
  older: { id: string; start: number } | null;
  newer: { id: string; start: number } | null;
}

export interface EventPage extends Completeness {
  events: Event[];
  next_cursor: string | null;
  took_ms: number;
  nearest: Nearest | null;
}

export interface Counts {
  Normal: number;
  Error: number;
}

export interface Histogram extends Completeness {
  step: number;
  buckets: { t: number; started: Counts; ended: Counts; active: Counts }[];
}

export interface FacetValue {
  value: string;
  events: number;
  errors: number;
}

export interface Facets extends Completeness {
  facets: Record<string, { distinct: number; values: FacetValue[] }>;
  total: number;
}

export interface Cell {
  t: number;
  events: number;
  errors: number;
  first: string;
  last: string;
}

export interface Lane {
  key: string[];
  events: number;
  errors: number;
  spans?: Event[];
  cells?: Cell[];
}

export interface Lanes extends Completeness {
  lanes: Lane[];
  mode: "spans" | "density";
  /// Length of a cell in ms.
  step: number;
  next_cursor: string | null;
}

export interface Change {
  service: string;
  event: Event;
  version: string | null;
  ago: number;
  errors_since: number;
}

export interface Changes extends Completeness {
  changes: Change[];
}

export interface Ranked {
  rank: number;
  class: number;
  why: string;
  event: Event;
}

export interface Before extends Completeness {
  t: number;
  ranked: Ranked[];
}

export interface Receiver {
  protocol: string;
  address: string;
  reports: number;
  reports_per_second: { now: number; two_hours: number };
  series: { step: number; reports: number[] };
  last_report: number | null;
  last_error: { time: number; message: string } | null;
}

export interface Status {
  version: string;
  started: number;
  uptime_ms: number;
  now: number;
  data_directory: string;
  listeners: { key: string; address: string }[];
  receivers: Receiver[];
  store: {
    engine: string;
    events: number;
    blocks: number;
    bytes: number;
    bytes_per_day: number | null;
    read_only_reason: string;
    commit_p99_ms: number | null;
  };
  free_disk_bytes: number | null;
  open_events: number;
  retention_ms: number;
  open_retention_ms: number;
  change_names: string[];
  oldest: number | null;
  newest: number | null;
  feed_sequence: number;
}

export interface SavedView {
  name: string;
  query: string;
}

/// RFC 9457.
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  field?: string;
  position?: number;
  request_id?: string;
}

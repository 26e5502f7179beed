import type { Cell, Event, Lane } from "../api/types";

/// The rows of the lanes: groups of groups of events, as far as they are unfolded.

export interface Row {
  /// The path as one text: what `open` and `pin` of the address hold.
  id: string;
  path: string[];
  depth: number;
  name: string;
  /// The field that the row's name is a value of.
  field: string;
  events: number;
  errors: number;
  canOpen: boolean;
  isOpen: boolean;
  /// Unfolded, and nothing but a heading for those below.
  isHeading: boolean;
  isPinned: boolean;
  /// What is drawn in it: events, or cells, or neither (a group that is unfolded).
  spans: Event[];
  cells: Cell[];
}

export const CHANGES_ROW = "changes";

const SEPARATOR = "›";
export const rowId = (path: readonly string[]): string => path.join(SEPARATOR);
export const pathOf = (id: string): string[] => id.split(SEPARATOR);

/// The value of an event that lanes are grouped by.
export function groupValue(event: Event, field: string): string {
  switch (field) {
    case "service":
    case "instance":
    case "endpoint":
      return event.source[field];
    case "layer":
    case "name":
      return event[field];
    default: {
      const value = event.parameters[field.replace(/^parameters?\./, "")];
      return value === undefined ? "" : String(value);
    }
  }
}

interface Node {
  path: string[];
  events: number;
  errors: number;
  spans: Event[];
  cells: Map<number, Cell>;
  children: Map<string, Node>;
}

const newNode = (path: string[]): Node =>
  ({ path, events: 0, errors: 0, spans: [], cells: new Map(), children: new Map() });

/// Lanes as the server groups them, as a tree. Each lane counts in all that stand above it.
function treeOf(lanes: readonly Lane[]): Node {
  const root = newNode([]);
  for (const lane of lanes) {
    let node = root;
    addLane(node, lane);
    for (const key of lane.key) {
      let child = node.children.get(key);
      if (!child) {
        child = newNode([...node.path, key]);
        node.children.set(key, child);
      }
      node = child;
      addLane(node, lane);
    }
  }
  return root;
}

function addLane(node: Node, lane: Lane): void {
  node.events += lane.events;
  node.errors += lane.errors;
  for (const event of lane.spans ?? []) node.spans.push(event);
  for (const cell of lane.cells ?? []) {
    const known = node.cells.get(cell.t);
    node.cells.set(cell.t, known
      ? { ...known, events: known.events + cell.events, errors: known.errors + cell.errors, last: cell.last }
      : cell);
  }
}

export interface RowOptions {
  group: readonly string[];
  open: ReadonlySet<string>;
  pinned: ReadonlySet<string>;
  /// What the outermost of several levels is: a heading that is unfolded until somebody folds it, or a
  /// lane that is unfolded, or a lane that is folded until somebody unfolds it.
  outermost?: "heading" | "unfolded" | "folded";
  /// What stands below the innermost level that was asked for is not known before it is unfolded.
  isCounted?: boolean;
}

/// Errors first, then the busiest: what is looked for stands on top.
const byWeight = (a: Node, b: Node): number =>
  b.errors - a.errors || b.events - a.events || (rowId(a.path) < rowId(b.path) ? -1 : 1);

export function rowsOf(lanes: readonly Lane[], options: RowOptions): Row[] {
  const root = treeOf(lanes);
  const rows: Row[] = [];
  const visit = (node: Node, depth: number): void => {
    for (const child of [...node.children.values()].sort(byWeight)) {
      const row = rowOf(child, depth, options);
      rows.push(row);
      if (row.isOpen) visit(child, depth + 1);
    }
  };
  visit(root, 0);
  return rows;
}

function rowOf(node: Node, depth: number, options: RowOptions): Row {
  const id = rowId(node.path);
  const isLast = depth === options.group.length - 1;
  const outermost = depth === 0 && options.group.length > 1 ? options.outermost ?? "heading" : "folded";
  const hasNamedChild = [...node.children.keys()].some((key) => key !== "");
  const canOpen = !isLast && (hasNamedChild || (options.isCounted === true && node.children.size === 0));
  const isOpen = canOpen && options.open.has(id) !== (outermost !== "folded");
  const isHeading = isOpen && outermost === "heading";
  return {
    id,
    path: node.path,
    depth,
    name: node.path[depth]!,
    field: options.group[depth]!,
    events: node.events,
    errors: node.errors,
    canOpen,
    isOpen,
    isHeading,
    isPinned: options.pinned.has(id),
    ...contentOf(node, isOpen, isHeading),
  };
}

/// An unfolded row still shows what belongs to none of those below: a service's own events.
function contentOf(node: Node, isOpen: boolean, isHeading: boolean): { spans: Event[]; cells: Cell[] } {
  if (isHeading) return { spans: [], cells: [] };
  const isParted = isOpen && node.children.size > 0;
  const own = isParted ? node.children.get("") : node;
  // Shown once: in the row itself, not also in one without a name.
  if (isParted) node.children.delete("");
  if (!own) return { spans: [], cells: [] };
  return { spans: own.spans, cells: [...own.cells.values()].sort((a, b) => a.t - b.t) };
}

/// The pinned row of changes.
export function changesRow(spans: Event[]): Row {
  return {
    id: CHANGES_ROW, path: [], depth: 0, name: "Changes", field: "", events: spans.length,
    errors: spans.filter((event) => event.type === "Error").length,
    canOpen: false, isOpen: false, isHeading: false, isPinned: true, spans, cells: [],
  };
}

/// Events as lanes, the way the server groups them.
export function groupEvents(events: Iterable<Event>, group: readonly string[]): Lane[] {
  const lanes = new Map<string, Lane & { spans: Event[] }>();
  for (const event of events) {
    const key = group.map((field) => groupValue(event, field));
    const id = rowId(key);
    let lane = lanes.get(id);
    if (!lane) {
      lane = { key, events: 0, errors: 0, spans: [] };
      lanes.set(id, lane);
    }
    lane.events++;
    if (event.type === "Error") lane.errors++;
    lane.spans.push(event);
  }
  return [...lanes.values()];
}

import type { Cell, Event } from "../api/types";
import { intervalOf, orderTime } from "../event_text";

/// Where the shapes of a lane stand: pure geometry, made once per zoom. Horizontal places are pixels
/// right of `origin`, so that panning moves the picture without a new layout.

export const PITCH = 20;
export const BAR_HEIGHT = 16;
export const ROW_PADDING = 4;
/// Above: what does not fit becomes columns, so that one lane cannot fill the page.
const MAX_SUBLANES = 10;
const GAP = 3;
const COLUMN = 6;
const CHAIN_GAP = 10;
const CHAIN_LENGTH = 3;
export const STUB_WIDTH = 18;

export interface Scale {
  /// The instant at pixel 0, and pixels per ms.
  origin: number;
  pixelsPerMs: number;
}

export type ShapeKind = "instant" | "bar" | "sliver" | "stub";

export interface Shape {
  event: Event;
  kind: ShapeKind;
  /// Of the mark itself, in pixels; an instant's are its middle.
  x0: number;
  x1: number;
  sublane: number;
  /// Pixels until the next shape of the sub-lane begins: the room for a label at its right.
  room: number;
  /// Worth a label at its right: an Error or a change, once per name and lane.
  isNamed: boolean;
}

export interface Column {
  x: number;
  width: number;
  /// The instants that it covers.
  from: number;
  to: number;
  normal: number;
  errors: number;
  /// Ids, where the server named them.
  first: string;
  last: string;
}

export interface LaneLayout {
  shapes: Shape[];
  /// Columns stand in this sub-lane.
  columns: Column[];
  columnSublane: number;
  /// The greatest count of a column, which is as high as the bar.
  columnMax: number;
  sublanes: number;
}

export function laneHeight(sublanes: number): number {
  return ROW_PADDING + PITCH * Math.max(1, sublanes);
}

export interface LayoutOptions {
  scale: Scale;
  now: number;
  /// Width in pixels of the label that is to have room at the right; absent: labels get what is free.
  reserve?: (event: Event) => number;
  isNamed?: (event: Event) => boolean;
}

const position = (t: number, scale: Scale): number => (t - scale.origin) * scale.pixelsPerMs;

/// What an instant takes to either side.
export const INSTANT_HALF = 8;

function shapeOf(event: Event, options: LayoutOptions): Shape {
  const [from, to] = intervalOf(event, options.now);
  const x0 = position(from, options.scale);
  const x1 = position(to, options.scale);
  const shape: Shape = { event, kind: "bar", x0, x1, sublane: 0, room: 0, isNamed: false };
  if (event.state === "orphan_end") return { ...shape, kind: "stub", x0: x1 - STUB_WIDTH };
  if (event.state === "instant" || event.contradictory) return { ...shape, kind: "instant", x1: x0 };
  if (x1 - x0 < 4) return { ...shape, kind: "sliver", x1: x0 + (event.type === "Error" ? 6 : 4) };
  return shape;
}

const leftOf = (shape: Shape): number => shape.x0 - (shape.kind === "instant" ? INSTANT_HALF : 0);
const rightOf = (shape: Shape): number => shape.x1 + (shape.kind === "instant" ? INSTANT_HALF : 0);

/// Lays out the events of one lane.
export function layoutEvents(events: readonly Event[], options: LayoutOptions): LaneLayout {
  const sorted = events.map((event) => shapeOf(event, options)).sort((a, b) => a.x0 - b.x0);
  const { chained, free } = splitChains(sorted);
  const columns = columnsOf(chained, options.scale);
  const { sublanes, overflow } = pack(free, columns, options);
  const shapes = overflow.length > 0 ? free.filter((shape) => shape.sublane >= 0) : free;
  let columnSublane = 0;
  let all = columns;
  let count = sublanes;
  if (overflow.length > 0) {
    // All columns in one place: below the shapes that have found a place of their own.
    all = columnsOf([...chained, ...overflow].sort((a, b) => a.x0 - b.x0), options.scale);
    columnSublane = sublanes;
    count = sublanes + 1;
  }
  nameShapes(shapes, options);
  return { shapes, columns: all, columnSublane, columnMax: maxOf(all), sublanes: count };
}

const maxOf = (columns: readonly Column[]): number =>
  columns.reduce((max, column) => Math.max(max, column.normal + column.errors), 1);

/// Three or more small shapes, each near the last, become columns; an incident never does: bars stay.
function splitChains(sorted: readonly Shape[]): { chained: Shape[]; free: Shape[] } {
  const chained = new Set<Shape>();
  let chain: Shape[] = [];
  const finish = (): void => {
    if (chain.length >= CHAIN_LENGTH) for (const shape of chain) chained.add(shape);
    chain = [];
  };
  for (const shape of sorted) {
    if (shape.kind !== "instant" && shape.kind !== "sliver") continue;
    const last = chain[chain.length - 1];
    if (last && shape.x0 - last.x0 > CHAIN_GAP) finish();
    chain.push(shape);
  }
  finish();
  return {
    chained: sorted.filter((shape) => chained.has(shape)),
    free: sorted.filter((shape) => !chained.has(shape)),
  };
}

/// Columns stand at multiples of their width in time, so that panning does not count anew.
function columnsOf(shapes: readonly Shape[], scale: Scale): Column[] {
  const length = COLUMN / scale.pixelsPerMs;
  const columns: Column[] = [];
  for (const shape of shapes) {
    const bin = Math.floor(orderTime(shape.event) / length);
    let column = columns[columns.length - 1];
    if (!column || column.from !== bin * length) {
      const from = bin * length;
      column = {
        x: position(from, scale), width: COLUMN - 1, from, to: from + length,
        normal: 0, errors: 0, first: shape.event.id, last: shape.event.id,
      };
      columns.push(column);
    }
    if (shape.event.type === "Error") column.errors++;
    else column.normal++;
    column.last = shape.event.id;
  }
  return columns;
}

/// Greedy: each shape into the first sub-lane that is free where it begins.
function pack(
  shapes: Shape[], columns: readonly Column[], options: LayoutOptions,
): { sublanes: number; overflow: Shape[] } {
  const ends: number[] = [];
  const lasts: (Shape | undefined)[] = [];
  const overflow: Shape[] = [];
  for (const shape of shapes) {
    const left = leftOf(shape);
    const right = rightOf(shape) + (options.reserve?.(shape.event) ?? 0);
    let lane = 0;
    while (
      lane < ends.length &&
      (ends[lane]! + GAP > left || (lane === 0 && touchesColumns(columns, left, right)))
    ) {
      lane++;
    }
    if (lane === 0 && ends.length === 0 && touchesColumns(columns, left, right)) {
      ends.push(-Infinity);
      lane = 1;
    }
    if (lane >= MAX_SUBLANES) {
      shape.sublane = -1;
      overflow.push(shape);
      continue;
    }
    const before = lasts[lane];
    if (before) before.room = Math.min(before.room, left - rightOf(before));
    shape.sublane = lane;
    shape.room = lane === 0 ? roomBeforeColumns(columns, rightOf(shape)) : Infinity;
    ends[lane] = right;
    lasts[lane] = shape;
  }
  return { sublanes: Math.max(1, ends.length), overflow };
}

/// The first column that ends behind `x`.
function firstColumnBehind(columns: readonly Column[], x: number): Column | undefined {
  let low = 0;
  let high = columns.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (columns[middle]!.x + COLUMN > x) high = middle;
    else low = middle + 1;
  }
  return columns[low];
}

function touchesColumns(columns: readonly Column[], left: number, right: number): boolean {
  const column = firstColumnBehind(columns, left - GAP);
  return column !== undefined && column.x < right + GAP;
}

function roomBeforeColumns(columns: readonly Column[], x: number): number {
  const column = firstColumnBehind(columns, x);
  return column ? column.x - x : Infinity;
}

function nameShapes(shapes: Shape[], options: LayoutOptions): void {
  // Where labels have room of their own, each is shown.
  const isEach = options.reserve !== undefined;
  const named = new Set<string>();
  for (const shape of shapes) {
    if (isEach || shape.kind === "bar" || shape.kind === "stub") {
      shape.isNamed = true;
    } else if (options.isNamed?.(shape.event) && !named.has(shape.event.name)) {
      named.add(shape.event.name);
      shape.isNamed = true;
    }
  }
}

/// Lays out what the server counted, by where events begin. What lasts stands as bars below the columns,
/// and is counted in none of them: an event is drawn once.
export function layoutCells(
  cells: readonly Cell[], step: number, lasting: readonly Event[], options: LayoutOptions,
): LaneLayout {
  const bars = lasting.map((event) => shapeOf(event, options)).sort((a, b) => a.x0 - b.x0);
  const { sublanes } = pack(bars, [], options);
  const shapes = bars.filter((shape) => shape.sublane >= 0);
  const columns = countedColumns(cells, step, shapes, options.scale);
  const below = columns.length > 0 ? 1 : 0;
  for (const shape of shapes) shape.sublane += below;
  nameShapes(shapes, options);
  return {
    shapes, columns, columnSublane: 0, columnMax: maxOf(columns),
    sublanes: below + (shapes.length > 0 ? sublanes : 0),
  };
}

function countedColumns(cells: readonly Cell[], step: number, shapes: readonly Shape[], scale: Scale): Column[] {
  const width = Math.max(2, step * scale.pixelsPerMs - 1);
  const columns = cells.map((cell): Column => ({
    x: position(cell.t, scale),
    width,
    from: cell.t,
    to: cell.t + step,
    normal: cell.events - cell.errors,
    errors: cell.errors,
    first: cell.first,
    last: cell.last,
  }));
  for (const { event } of shapes) {
    // What begins before the window is counted in its first cell.
    const column = columns.findLast((c) => c.from <= orderTime(event)) ?? columns[0];
    const part = event.type === "Error" ? "errors" : "normal";
    if (column && column[part] > 0) column[part]--;
  }
  return columns.filter((column) => column.normal + column.errors > 0);
}

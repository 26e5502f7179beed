import type { Event } from "../api/types";
import { hueOf } from "../color";
import { changeLabel, intervalOf, isChange, shown, titleOf } from "../event_text";
import type { Window } from "../time/window";
import {
  BAR_HEIGHT, layoutCells, layoutEvents, laneHeight, PITCH, ROW_PADDING,
  type Column, type LaneLayout, type LayoutOptions, type Scale, type Shape,
} from "./layout";
import { CHANGES_ROW, type Row } from "./rows";

/// Rows with their layouts and places, and what lies under a pointer.

export interface PlacedRow {
  row: Row;
  layout: LaneLayout;
  top: number;
  height: number;
}

export interface Chart {
  rows: PlacedRow[];
  height: number;
  scale: Scale;
}

export interface ChartOptions {
  view: Window;
  width: number;
  now: number;
  /// Length of a cell in mode `density`.
  step: number;
  textWidth: (text: string) => number;
  /// Room above the shapes for the lane's name, where there is no gutter.
  nameRoom: number;
}

export const LABEL_GAP = 6;

export function labelOf(row: Row, event: Event): string {
  return shown(row.id === CHANGES_ROW ? changeLabel(event) : titleOf(event));
}

export function makeChart(rows: readonly Row[], options: ChartOptions): Chart {
  const { view, width } = options;
  const scale: Scale = {
    origin: view.from,
    pixelsPerMs: width / Math.max(1, view.to - view.from),
  };
  let top = 0;
  const placed = rows.map((row): PlacedRow => {
    const how: LayoutOptions = {
      scale,
      now: options.now,
      isNamed: (event) => event.type === "Error" || isChange(event),
      ...(row.id === CHANGES_ROW ? { reserve: (event: Event) => reservedFor(event, scale, options) } : {}),
    };
    const layout = row.cells.length > 0
      ? layoutCells(row.cells, options.step, row.spans, how)
      : layoutEvents(row.spans, how);
    const height = options.nameRoom + laneHeight(layout.sublanes);
    const at = { row, layout, top: top + options.nameRoom, height: height - options.nameRoom };
    top += height;
    return at;
  });
  return { rows: placed, height: top, scale };
}

/// Where a label begins inside a bar: behind its notch, or its arrow.
export const labelInset = (event: Event, isCut: boolean): number => (event.type === "Error" ? 18 : 8) + (isCut ? 4 : 0);

/// Whether a label of that width fits inside a bar.
export const fitsInside = (label: number, inset: number, bar: number): boolean => bar >= label + inset + 6;

/// A change has room for its label behind it, unless that fits inside its bar.
function reservedFor(event: Event, scale: Scale, options: ChartOptions): number {
  const [from, to] = intervalOf(event, options.now);
  const needed = options.textWidth(shown(changeLabel(event)));
  const left = Math.max(from, options.view.from);
  const right = Math.min(to, options.view.to);
  const isInside = event.state !== "orphan_end"
    && fitsInside(needed, labelInset(event, from < left), (right - left) * scale.pixelsPerMs);
  return isInside ? 0 : needed + LABEL_GAP;
}

/// The first of `rows` that reaches below `y`.
export function firstRowAt(rows: readonly PlacedRow[], y: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle]!;
    if (row.top + row.height > y) high = middle;
    else low = middle + 1;
  }
  return low;
}

export interface Hit {
  row: Row;
  shape: Shape | null;
  column: Column | null;
}

/// What lies at a place of the chart: `x` right of the chart's origin, `y` below its top.
export function hitTest(chart: Chart, x: number, y: number): Hit | null {
  const placed = chart.rows[firstRowAt(chart.rows, y)];
  if (!placed || y < placed.top) return null;
  const { layout, row } = placed;
  const sublane = Math.floor((y - placed.top - ROW_PADDING / 2) / PITCH);
  if (sublane === layout.columnSublane) {
    const column = layout.columns.find((c) => x >= c.x - 1 && x <= c.x + c.width + 1);
    if (column) return { row, shape: null, column };
  }
  let nearest: Shape | null = null;
  let least = 8;
  for (const shape of layout.shapes) {
    if (shape.sublane !== sublane) continue;
    const distance = x < shape.x0 ? shape.x0 - x : x > shape.x1 ? x - shape.x1 : 0;
    if (distance < least) {
      nearest = shape;
      least = distance;
    }
  }
  return { row, shape: nearest, column: null };
}

export const shapeTop = (placed: PlacedRow, sublane: number): number =>
  placed.top + ROW_PADDING + sublane * PITCH + (PITCH - ROW_PADDING - BAR_HEIGHT) / 2;

export const columnHue = (row: Row, service: number): number => {
  const at = row.field === "service" ? row.name : row.path[service] ?? row.name;
  return hueOf(at);
};

/// The event that follows `id` in its row, by start; the first or last when it is none of the row's.
export function neighbourInRow(row: Row, id: string, direction: 1 | -1, now: number): Event | null {
  const sorted = [...row.spans].sort((a, b) => intervalOf(a, now)[0] - intervalOf(b, now)[0]);
  const at = sorted.findIndex((event) => event.id === id);
  if (at < 0) return (direction > 0 ? sorted[0] : sorted[sorted.length - 1]) ?? null;
  return sorted[at + direction] ?? null;
}

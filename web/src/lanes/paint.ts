import type { Window } from "../time/window";
import { drawBar, drawColumn, drawInstant, drawMark, drawSliver, type BarEdges } from "./glyphs";
import { BAR_HEIGHT, INSTANT_HALF, PITCH, ROW_PADDING, type Shape } from "./layout";
import type { Palette } from "./palette";
import {
  columnHue, firstRowAt, fitsInside, labelInset, LABEL_GAP, labelOf, shapeTop, type Chart, type PlacedRow,
} from "./chart";

/// Draws what is on screen of a chart, and nothing else.

export interface Picture {
  chart: Chart;
  view: Window;
  width: number;
  height: number;
  scrollTop: number;
  now: number;
  ticks: readonly number[];
  /// The interval that is shaded through all lanes.
  selected: { id: string; from: number; to: number } | null;
  focused: string;
  hoverTime: number | null;
  hoverRow: string;
  drag: Window | null;
  serviceLevel: number;
  palette: Palette;
  textWidth: (text: string) => number;
}

export const LABEL_FONT = "500 11px ";

export function paint(ctx: CanvasRenderingContext2D, picture: Picture): void {
  const { palette, width, height } = picture;
  ctx.fillStyle = palette.s1;
  ctx.fillRect(0, 0, width, height);
  ctx.font = LABEL_FONT + palette.font;
  ctx.textBaseline = "middle";
  paintBackground(ctx, picture);
  paintRows(ctx, picture);
  paintForeground(ctx, picture);
}

const xOf = (picture: Picture, t: number): number =>
  ((t - picture.view.from) / (picture.view.to - picture.view.from)) * picture.width;

/// From the chart's own pixels to those of the picture: what panning moves.
const offsetOf = (picture: Picture): number =>
  (picture.chart.scale.origin - picture.view.from) * picture.chart.scale.pixelsPerMs;

function* visibleRows(picture: Picture): Generator<PlacedRow> {
  const { rows } = picture.chart;
  const bottom = picture.scrollTop + picture.height;
  for (let i = firstRowAt(rows, picture.scrollTop); i < rows.length && rows[i]!.top < bottom + PITCH; i++) {
    yield rows[i]!;
  }
}

function verticalLine(ctx: CanvasRenderingContext2D, x: number, height: number, color: string): void {
  ctx.fillStyle = color;
  ctx.fillRect(Math.round(x), 0, 1, height);
}

function paintBackground(ctx: CanvasRenderingContext2D, picture: Picture): void {
  const { palette, width, height, scrollTop } = picture;
  for (const placed of visibleRows(picture)) {
    if (!placed.row.isHeading && placed.row.id !== picture.hoverRow) continue;
    ctx.fillStyle = palette.s2;
    ctx.fillRect(0, placed.top - scrollTop, width, placed.height);
  }
  for (const t of picture.ticks) verticalLine(ctx, xOf(picture, t), height, palette.line);
  for (const placed of visibleRows(picture)) {
    ctx.fillStyle = palette.line;
    ctx.fillRect(0, Math.round(placed.top + placed.height - scrollTop) - 1, width, 1);
  }
  if (picture.selected) {
    const from = xOf(picture, picture.selected.from);
    const to = Math.max(xOf(picture, picture.selected.to), from + 1);
    ctx.fillStyle = palette.shade;
    ctx.fillRect(from, 0, to - from, height);
  }
}

function paintRows(ctx: CanvasRenderingContext2D, picture: Picture): void {
  for (const placed of visibleRows(picture)) {
    ctx.save();
    ctx.translate(0, -picture.scrollTop);
    paintColumns(ctx, picture, placed);
    paintShapes(ctx, picture, placed);
    ctx.restore();
  }
}

function paintColumns(ctx: CanvasRenderingContext2D, picture: Picture, placed: PlacedRow): void {
  const offset = offsetOf(picture);
  const { layout } = placed;
  const bottom = placed.top + ROW_PADDING + layout.columnSublane * PITCH + BAR_HEIGHT;
  const hue = picture.palette.hues[columnHue(placed.row, picture.serviceLevel)]!;
  for (const column of layout.columns) {
    const x = column.x + offset;
    if (x > picture.width || x + column.width < 0) continue;
    drawColumn(ctx, column, Math.round(x), bottom, layout.columnMax, hue, picture.palette);
  }
}

function paintShapes(ctx: CanvasRenderingContext2D, picture: Picture, placed: PlacedRow): void {
  const offset = offsetOf(picture);
  for (const shape of placed.layout.shapes) {
    const x0 = shape.x0 + offset;
    const x1 = shape.x1 + offset;
    if (x0 - 16 > picture.width || x1 + 160 < 0) continue;
    const top = shapeTop(placed, shape.sublane);
    const [left, right] = paintShape(ctx, picture, shape, x0, x1, top);
    paintLabel(ctx, picture, placed, shape, { left, right, end: x1 + shape.room }, top);
    if (picture.selected?.id === shape.event.id) drawMark(ctx, shape, left, right, top, false, picture.palette);
    if (picture.focused === shape.event.id) drawMark(ctx, shape, left, right, top, true, picture.palette);
  }
}

/// Where the drawn shape begins and ends.
function paintShape(
  ctx: CanvasRenderingContext2D, picture: Picture, shape: Shape, x0: number, x1: number, top: number,
): [number, number] {
  const { event } = shape;
  switch (shape.kind) {
    case "instant":
      drawInstant(ctx, event, x0, top + BAR_HEIGHT / 2, picture.palette);
      return [x0, x0];
    case "sliver":
      drawSliver(ctx, event, x0, top, picture.palette);
      return [x0, x1];
    case "stub":
    case "bar": {
      const edges = edgesOf(picture, shape, x0, x1, top);
      drawBar(ctx, event, edges, picture.palette);
      return [edges.x0, edges.x1];
    }
  }
}

function edgesOf(picture: Picture, shape: Shape, x0: number, x1: number, top: number): BarEdges {
  const isCutLeft = x0 < 0;
  // An open bar ends where its event is last known to go on: at now, which may lie outside.
  const end = shape.event.state === "open" ? xOf(picture, Math.max(picture.now, shape.event.start ?? 0)) : x1;
  const isCutRight = end > picture.width;
  return {
    x0: Math.max(x0, 0),
    x1: Math.min(Math.max(end, x0 + 4), picture.width),
    top,
    isTornLeft: shape.kind === "stub" && !isCutLeft,
    isTornRight: shape.event.state === "open" && !isCutRight,
    isCutLeft,
    isCutRight,
  };
}

function paintLabel(
  ctx: CanvasRenderingContext2D, picture: Picture, placed: PlacedRow, shape: Shape,
  { left, right, end }: { left: number; right: number; end: number }, top: number,
): void {
  if (!shape.isNamed || right < 0) return;
  const text = labelOf(placed.row, shape.event);
  const width = picture.textWidth(text);
  const middle = top + BAR_HEIGHT / 2 + 0.5;
  if (shape.kind === "bar") {
    const inset = labelInset(shape.event, left === 0);
    if (fitsInside(width, inset, right - left)) {
      ctx.fillStyle = picture.palette.ink;
      ctx.fillText(text, left + inset, middle);
      return;
    }
  }
  // Never cut: up to the next shape, or not at all. An instant reaches beyond its middle.
  const half = shape.kind === "instant" ? INSTANT_HALF : 0;
  const begin = right + (half > 0 ? half + 2 : LABEL_GAP);
  if (begin + width <= Math.min(end + half, picture.width)) {
    ctx.fillStyle = picture.palette.ink2;
    ctx.fillText(text, begin, middle);
  }
}

function paintForeground(ctx: CanvasRenderingContext2D, picture: Picture): void {
  const { palette, height, width } = picture;
  const now = xOf(picture, picture.now);
  if (now < width) {
    ctx.globalAlpha = 0.1;
    ctx.fillStyle = palette.ink3;
    ctx.fillRect(Math.max(now, 0), 0, width - Math.max(now, 0), height);
    ctx.globalAlpha = 1;
    if (now >= 0) {
      ctx.strokeStyle = palette.ink3;
      ctx.lineWidth = 1;
      ctx.setLineDash([2, 3]);
      ctx.beginPath();
      ctx.moveTo(Math.round(now) + 0.5, 0);
      ctx.lineTo(Math.round(now) + 0.5, height);
      ctx.stroke();
      ctx.setLineDash([]);
    }
  }
  if (picture.selected) {
    ctx.globalAlpha = 0.55;
    for (const t of [picture.selected.from, picture.selected.to]) {
      verticalLine(ctx, xOf(picture, t), height, palette.accent);
    }
    ctx.globalAlpha = 1;
  }
  if (picture.drag) {
    const from = xOf(picture, picture.drag.from);
    const to = xOf(picture, picture.drag.to);
    ctx.fillStyle = palette.shade;
    ctx.fillRect(from, 0, to - from, height);
    verticalLine(ctx, from, height, palette.accent);
    verticalLine(ctx, to, height, palette.accent);
  }
  if (picture.hoverTime !== null) verticalLine(ctx, xOf(picture, picture.hoverTime), height, palette.ink3);
}

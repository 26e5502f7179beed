import type { Event } from "../api/types";
import { hueOf } from "../color";
import { BAR_HEIGHT, type Column, type Shape } from "./layout";
import type { Palette } from "./palette";

/// How shapes are drawn. A solid edge is known, a torn edge is not; Error changes the outline, not only
/// the colour.

type Ctx = CanvasRenderingContext2D;

const RING = 1.5;
const TEAR = 3;

export interface BarEdges {
  x0: number;
  x1: number;
  top: number;
  isTornLeft: boolean;
  isTornRight: boolean;
  isCutLeft: boolean;
  isCutRight: boolean;
}

function diamond(ctx: Ctx, x: number, y: number, half: number): void {
  ctx.beginPath();
  ctx.moveTo(x, y - half);
  ctx.lineTo(x + half, y);
  ctx.lineTo(x, y + half);
  ctx.lineTo(x - half, y);
  ctx.closePath();
}

/// Instants are many and alike: each kind is drawn once, and stamped from then on.
const stamps = new Map<string, HTMLCanvasElement>();
let stampsOf: Palette | null = null;
const STAMP = 32;

export function drawInstant(ctx: Ctx, event: Event, x: number, y: number, palette: Palette): void {
  if (stampsOf !== palette) {
    stamps.clear();
    stampsOf = palette;
  }
  const ratio = Math.max(1, Math.round(window.devicePixelRatio || 1));
  const hue = event.type === "Error" ? "" : hueOf(event.source.service);
  const key = `${hue} ${event.derived} ${event.time_inferred} ${ratio}`;
  let stamp = stamps.get(key);
  if (!stamp) {
    stamp = document.createElement("canvas");
    stamp.width = stamp.height = STAMP * ratio;
    const target = stamp.getContext("2d")!;
    target.scale(ratio, ratio);
    paintInstant(target, event, STAMP / 2, STAMP / 2, palette);
    stamps.set(key, stamp);
  }
  ctx.drawImage(stamp, x - STAMP / 2, y - STAMP / 2, STAMP, STAMP);
}

function paintInstant(ctx: Ctx, event: Event, x: number, y: number, palette: Palette): void {
  const hue = palette.hues[hueOf(event.source.service)]!;
  const isError = event.type === "Error";
  diamond(ctx, x, y, (isError ? 8.5 : 5.5) + 1.5);
  ctx.fillStyle = palette.s1;
  ctx.fill();
  if (event.time_inferred) drawWhiskers(ctx, x, y, isError ? palette.err : hue);
  if (isError) {
    drawErrorDiamond(ctx, x, y, event.derived, palette.err);
    return;
  }
  if (event.derived) {
    diamond(ctx, x, y, 4.75);
    ctx.strokeStyle = hue;
    ctx.lineWidth = RING;
    ctx.stroke();
    return;
  }
  diamond(ctx, x, y, 5.5);
  ctx.fillStyle = hue;
  ctx.fill();
}

function drawErrorDiamond(ctx: Ctx, x: number, y: number, isHollow: boolean, color: string): void {
  const half = 7.75;
  const notch = 2.6;
  ctx.beginPath();
  ctx.moveTo(x + notch, y - half + notch);
  ctx.lineTo(x + half, y);
  ctx.lineTo(x, y + half);
  ctx.lineTo(x - half, y);
  ctx.lineTo(x - notch, y - half + notch);
  ctx.strokeStyle = color;
  ctx.lineWidth = RING;
  ctx.stroke();
  diamond(ctx, x, y, isHollow ? 3.5 : 4.25);
  ctx.fillStyle = color;
  if (isHollow) ctx.stroke();
  else ctx.fill();
}

function drawWhiskers(ctx: Ctx, x: number, y: number, color: string): void {
  ctx.strokeStyle = color;
  ctx.lineWidth = 1;
  ctx.setLineDash([2, 2]);
  ctx.beginPath();
  ctx.moveTo(x - 14, y);
  ctx.lineTo(x - 7, y);
  ctx.moveTo(x + 7, y);
  ctx.lineTo(x + 14, y);
  ctx.stroke();
  ctx.setLineDash([]);
}

export function drawSliver(ctx: Ctx, event: Event, x: number, top: number, palette: Palette): void {
  const isError = event.type === "Error";
  const width = isError ? 6 : 4;
  ctx.fillStyle = palette.s1;
  ctx.fillRect(x - 1, top - 1, width + 2, BAR_HEIGHT + 2);
  if (isError) {
    ctx.fillStyle = palette.err;
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x + width / 2, top + 4);
    ctx.lineTo(x + width, top);
    ctx.lineTo(x + width, top + BAR_HEIGHT);
    ctx.lineTo(x, top + BAR_HEIGHT);
    ctx.closePath();
    ctx.fill();
    return;
  }
  ctx.globalAlpha = 0.8;
  ctx.fillStyle = palette.hues[hueOf(event.source.service)]!;
  ctx.beginPath();
  ctx.roundRect(x, top, width, BAR_HEIGHT, 2);
  ctx.fill();
  ctx.globalAlpha = 1;
}

/// The outline of a bar, clockwise from its upper left, with its notch and its tears.
function outline(ctx: Ctx, edges: BarEdges, inset: number, notch: { at: number; half: number; depth: number } | null): void {
  const left = edges.x0 + inset;
  const right = edges.x1 - inset;
  const top = edges.top + inset;
  const bottom = edges.top + BAR_HEIGHT - inset;
  const radius = 2;
  const step = (bottom - top) / 4;
  const leftRadius = edges.isTornLeft || edges.isCutLeft ? 0 : radius;
  const rightRadius = edges.isTornRight || edges.isCutRight ? 0 : radius;
  ctx.beginPath();
  ctx.moveTo(left + leftRadius, top);
  if (notch) {
    ctx.lineTo(notch.at - notch.half, top);
    ctx.lineTo(notch.at, top + notch.depth);
    ctx.lineTo(notch.at + notch.half, top);
  }
  if (edges.isTornRight) {
    ctx.lineTo(right, top);
    for (let i = 1; i <= 4; i++) ctx.lineTo(i % 2 ? right - TEAR : right, top + step * i);
  } else {
    ctx.lineTo(right - rightRadius, top);
    ctx.quadraticCurveTo(right, top, right, top + rightRadius);
    ctx.lineTo(right, bottom - rightRadius);
    ctx.quadraticCurveTo(right, bottom, right - rightRadius, bottom);
  }
  if (edges.isTornLeft) {
    ctx.lineTo(left, bottom);
    for (let i = 1; i <= 4; i++) ctx.lineTo(i % 2 ? left + TEAR : left, bottom - step * i);
  } else {
    ctx.lineTo(left + leftRadius, bottom);
    ctx.quadraticCurveTo(left, bottom, left, bottom - leftRadius);
    ctx.lineTo(left, top + leftRadius);
    ctx.quadraticCurveTo(left, top, left + leftRadius, top);
  }
  ctx.closePath();
}

function drawTear(ctx: Ctx, x: number, top: number, inward: number, color: string): void {
  ctx.strokeStyle = color;
  ctx.lineWidth = 1.25;
  ctx.beginPath();
  ctx.moveTo(x, top);
  for (let i = 1; i <= 4; i++) ctx.lineTo(i % 2 ? x + inward * TEAR : x, top + 4 * i);
  ctx.stroke();
}

/// Lines at 45°, clipped to the path that stands.
function hatch(ctx: Ctx, edges: BarEdges, color: string): void {
  ctx.save();
  ctx.clip();
  ctx.globalAlpha = 0.5;
  ctx.strokeStyle = color;
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (let x = edges.x0 - BAR_HEIGHT; x < edges.x1; x += 5) {
    ctx.moveTo(x, edges.top + BAR_HEIGHT);
    ctx.lineTo(x + BAR_HEIGHT, edges.top);
  }
  ctx.stroke();
  ctx.restore();
}

export function drawBar(ctx: Ctx, event: Event, edges: BarEdges, palette: Palette): void {
  if (event.type === "Error") drawErrorBar(ctx, event, edges, palette);
  else drawNormalBar(ctx, event, edges, palette);
  if (edges.isCutLeft) drawChevron(ctx, edges.x0 + 3, edges.top, -1, palette.ink2);
  if (edges.isCutRight) drawChevron(ctx, edges.x1 - 6, edges.top, 1, palette.ink2);
}

function drawErrorBar(ctx: Ctx, event: Event, edges: BarEdges, palette: Palette): void {
  const width = edges.x1 - edges.x0;
  const notch = width < 24
    ? { at: (edges.x0 + edges.x1) / 2, half: 3, depth: 3 }
    : { at: edges.x0 + (edges.isCutLeft ? 18 : 10), half: 4, depth: 4 };
  outline(ctx, edges, RING / 2, notch);
  ctx.globalAlpha = palette.isDark ? 0.2 : 0.12;
  ctx.fillStyle = palette.err;
  ctx.fill();
  ctx.globalAlpha = 1;
  if (event.derived) {
    hatch(ctx, edges, palette.err);
    outline(ctx, edges, RING / 2, notch);
  }
  ctx.strokeStyle = palette.err;
  ctx.lineWidth = RING;
  ctx.lineJoin = "round";
  ctx.stroke();
}

const NARROW = 24;

/// The same without its rounded corners, which nobody sees there: there may be thousands.
function drawNarrowBar(ctx: Ctx, { x0, x1, top }: BarEdges, hue: string, palette: Palette): void {
  ctx.fillStyle = hue;
  ctx.globalAlpha = palette.isDark ? 0.32 : 0.26;
  ctx.fillRect(x0 + 3, top, x1 - x0 - 4, BAR_HEIGHT - 1);
  ctx.globalAlpha = 1;
  ctx.fillRect(x0, top, 3, BAR_HEIGHT);
  ctx.fillRect(x0 + 3, top + BAR_HEIGHT - 1, x1 - x0 - 3, 1);
  ctx.fillRect(x1 - 1, top, 1, BAR_HEIGHT - 1);
}

function drawNormalBar(ctx: Ctx, event: Event, edges: BarEdges, palette: Palette): void {
  const hue = palette.hues[hueOf(event.source.service)]!;
  const isPlain = event.state === "closed" && !event.derived && edges.x1 - edges.x0 < NARROW;
  if (isPlain && !edges.isCutLeft && !edges.isCutRight) {
    drawNarrowBar(ctx, edges, hue, palette);
    return;
  }
  outline(ctx, edges, 0, null);
  ctx.globalAlpha = palette.isDark ? 0.32 : 0.26;
  ctx.fillStyle = hue;
  ctx.fill();
  ctx.globalAlpha = 1;
  if (event.derived) {
    hatch(ctx, edges, hue);
    outline(ctx, edges, 0.5, null);
    ctx.setLineDash([2, 2]);
    ctx.strokeStyle = hue;
    ctx.lineWidth = 1;
    ctx.stroke();
    ctx.setLineDash([]);
    return;
  }
  ctx.fillStyle = hue;
  const bottom = edges.top + BAR_HEIGHT;
  const from = edges.x0 + (edges.isTornLeft ? 0 : edges.isCutLeft ? 0 : 1);
  ctx.fillRect(from, bottom - 1, edges.x1 - from - (edges.isTornRight ? 0 : 1), 1);
  if (!edges.isTornLeft && !edges.isCutLeft) {
    ctx.beginPath();
    ctx.roundRect(edges.x0, edges.top, 3, BAR_HEIGHT, [2, 0, 0, 2]);
    ctx.fill();
  }
  if (!edges.isTornRight && !edges.isCutRight) ctx.fillRect(edges.x1 - 1, edges.top + 1, 1, BAR_HEIGHT - 2);
  if (edges.isTornLeft) drawTear(ctx, edges.x0, edges.top, 1, hue);
  if (edges.isTornRight) drawTear(ctx, edges.x1, edges.top, -1, hue);
}

export function drawChevron(ctx: Ctx, x: number, top: number, direction: 1 | -1, color: string): void {
  const middle = top + BAR_HEIGHT / 2;
  ctx.strokeStyle = color;
  ctx.lineWidth = 1.25;
  ctx.beginPath();
  ctx.moveTo(direction > 0 ? x : x + 3, middle - 3);
  ctx.lineTo(direction > 0 ? x + 3 : x, middle);
  ctx.lineTo(direction > 0 ? x : x + 3, middle + 3);
  ctx.stroke();
}

/// A column of counts on the line `bottom`: Normal below, Error on top with its notch.
export function drawColumn(ctx: Ctx, column: Column, x: number, bottom: number, max: number, hue: string, palette: Palette): void {
  const all = column.normal + column.errors;
  const height = Math.max(8, Math.round(BAR_HEIGHT * Math.sqrt(all / max)));
  const errors = column.errors === 0 ? 0 : Math.max(5, Math.round((height * column.errors) / all));
  const normal = column.normal === 0 ? 0 : Math.max(3, height - errors - (errors > 0 ? 1 : 0));
  if (normal > 0) {
    ctx.globalAlpha = 0.72;
    ctx.fillStyle = hue;
    ctx.fillRect(x, bottom - normal, column.width, normal);
    ctx.globalAlpha = 1;
  }
  if (errors > 0) {
    const base = bottom - normal - (normal > 0 ? 1 : 0);
    drawNotched(ctx, x, base - errors, column.width, errors, palette.err);
  }
}

/// A block with a V in its top edge: Error, in columns of every kind.
export function drawNotched(ctx: Ctx, x: number, top: number, width: number, height: number, color: string): void {
  const depth = Math.min(3, height - 1);
  ctx.fillStyle = color;
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x + width / 2, top + depth);
  ctx.lineTo(x + width, top);
  ctx.lineTo(x + width, top + height);
  ctx.lineTo(x, top + height);
  ctx.closePath();
  ctx.fill();
}

/// Round a shape that is selected (`ink`) or focused (`accent`).
export function drawMark(ctx: Ctx, shape: Shape, x0: number, x1: number, top: number, isFocus: boolean, palette: Palette): void {
  const middle = top + BAR_HEIGHT / 2;
  ctx.strokeStyle = isFocus ? palette.accent : palette.ink;
  ctx.lineWidth = isFocus ? 2 : 1.5;
  if (!isFocus && shape.kind === "instant") {
    diamond(ctx, x0, middle, shape.event.type === "Error" ? 10.5 : 8.5);
    ctx.stroke();
    return;
  }
  const half = shape.kind === "instant" ? 6 : 0;
  const aside = isFocus ? 4 : 1;
  const above = isFocus ? 3 : 1;
  ctx.beginPath();
  ctx.roundRect(x0 - half - aside, top - above, x1 - x0 + 2 * (half + aside), BAR_HEIGHT + 2 * above, isFocus ? 4 : 3);
  ctx.stroke();
}

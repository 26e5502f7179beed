import { useLayoutEffect, useRef } from "preact/hooks";
import type { Histogram } from "../api/types";
import { drawNotched } from "../lanes/glyphs";
import { LABEL_FONT } from "../lanes/paint";
import { fit } from "../lanes/strip";
import type { Palette } from "../lanes/palette";
import { durationText, DAY, HOUR, MINUTE, SECOND } from "../time/duration";
import { ticks, tickStep, tickText } from "../time/ticks";
import type { Window } from "../time/window";
import { clockText, minuteText, type Zone } from "../time/zone";
import { numberText } from "../event_text";

/// Counts over time and the axis of the lanes below, which share its scale.

const HEIGHT = 92;
const AXIS = 24;
const TICK_PIXELS = 76;
const MIN_DRAG = 4;

export interface HistogramProps {
  data: Histogram | null;
  view: Window;
  width: number;
  now: number;
  zone: Zone;
  palette: Palette;
  selected: { from: number; to: number } | null;
  hoverTime: number | null;
  onZoom: (window: Window) => void;
  onHover: (time: number | null) => void;
}

export function viewTicks(view: Window, width: number, zone: Zone): { at: number[]; step: number } {
  const step = tickStep(view.to - view.from, width, TICK_PIXELS);
  return { at: ticks(view.from, view.to, step, zone), step };
}

export function HistogramChart(props: HistogramProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drag = useRef<{ from: number; to: number } | null>(null);
  const paint = (): void => {
    const ctx = fit(canvas.current!, props.width, HEIGHT);
    draw(ctx, { ...props, selected: drag.current ?? props.selected });
  };
  useLayoutEffect(paint);
  const timeAt = (event: PointerEvent): number => {
    const x = event.clientX - canvas.current!.getBoundingClientRect().left;
    return props.view.from + (x / props.width) * (props.view.to - props.view.from);
  };
  const onMove = (event: PointerEvent): void => {
    const time = timeAt(event);
    if (drag.current) {
      drag.current.to = time;
      paint();
    } else if (event.pointerType !== "touch") {
      props.onHover(time);
    }
  };
  const onUp = (): void => {
    const [from, to] = [drag.current?.from ?? 0, drag.current?.to ?? 0].sort((a, b) => a - b) as [number, number];
    drag.current = null;
    const pixels = ((to - from) / (props.view.to - props.view.from)) * props.width;
    if (pixels >= MIN_DRAG) props.onZoom({ from: Math.round(from), to: Math.round(to) });
    else paint();
  };
  return (
    <canvas class="histogram" ref={canvas} role="img"
      aria-label={`Histogram of ${props.data?.buckets.length ?? 0} intervals; drag to zoom`}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        canvas.current!.setPointerCapture(event.pointerId);
        drag.current = { from: timeAt(event), to: timeAt(event) };
      }}
      onPointerMove={onMove} onPointerUp={onUp}
      onPointerCancel={() => {
        drag.current = null;
        paint();
      }}
      onPointerLeave={() => props.onHover(null)} />
  );
}

function niceMax(max: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(max, 1)));
  return [1, 2, 4, 5, 8, 10].map((n) => n * power).find((n) => n >= max) ?? 10 * power;
}

function draw(ctx: CanvasRenderingContext2D, props: HistogramProps): void {
  ctx.fillStyle = props.palette.s1;
  ctx.fillRect(0, 0, props.width, HEIGHT);
  const bottom = HEIGHT - AXIS;
  const x = (t: number): number => ((t - props.view.from) / (props.view.to - props.view.from)) * props.width;
  drawGrid(ctx, props, x, bottom);
  drawBars(ctx, props, x, bottom);
  drawAxis(ctx, props, x, bottom);
}

type Place = (t: number) => number;

function drawGrid(ctx: CanvasRenderingContext2D, props: HistogramProps, x: Place, bottom: number): void {
  const { palette, view, width } = props;
  ctx.fillStyle = palette.line;
  for (const t of viewTicks(view, width, props.zone).at) ctx.fillRect(Math.round(x(t)), 0, 1, bottom);
  ctx.fillRect(0, 12, width, 1);
  ctx.fillRect(0, Math.round((bottom + 12) / 2), width, 1);
  if (!props.selected) return;
  ctx.fillStyle = palette.shade;
  const from = x(props.selected.from);
  ctx.fillRect(from, 0, Math.max(1, x(props.selected.to) - from), bottom);
}

function drawBars(ctx: CanvasRenderingContext2D, props: HistogramProps, x: Place, bottom: number): void {
  const { data, palette } = props;
  if (!data) return;
  const max = Math.max(2, niceMax(Math.max(0, ...data.buckets.map((b) => b.started.Normal + b.started.Error))));
  const room = bottom - 12;
  const width = Math.max(1, (data.step / (props.view.to - props.view.from)) * props.width - 1);
  for (const bucket of data.buckets) {
    const { Normal, Error: errors } = bucket.started;
    if (Normal + errors === 0) continue;
    const left = Math.round(x(bucket.t));
    const normal = Normal === 0 ? 0 : Math.max(2, (Normal / max) * room);
    const error = errors === 0 ? 0 : Math.max(4, (errors / max) * room);
    ctx.fillStyle = palette.norm;
    ctx.fillRect(left, bottom - normal, width, normal);
    if (error > 0) drawNotched(ctx, left, bottom - normal - error - (normal > 0 ? 1 : 0), width, error, palette.err);
  }
  ctx.font = LABEL_FONT + palette.font;
  ctx.textBaseline = "middle";
  const label = `${numberText(max)} per ${unitText(data.step)}`;
  ctx.fillStyle = palette.s1;
  ctx.fillRect(0, 4, ctx.measureText(label).width + 10, 17);
  ctx.fillStyle = palette.ink3;
  ctx.fillText(label, 4, 12.5);
}

function unitText(step: number): string {
  for (const [unit, name] of [[DAY, "day"], [HOUR, "hour"], [MINUTE, "min"], [SECOND, "s"]] as const) {
    if (step === unit) return name;
    if (step % unit === 0) return `${step / unit} ${name === "day" || name === "hour" ? `${name}s` : name}`;
  }
  return durationText(step);
}

/// Ticks, and above them the tags: now, the pointer's time, the selected interval. Tags win.
function drawAxis(ctx: CanvasRenderingContext2D, props: HistogramProps, x: Place, bottom: number): void {
  const { palette, view, width, zone } = props;
  ctx.fillStyle = palette.line2;
  ctx.fillRect(0, bottom - 1, width, 1);
  ctx.font = LABEL_FONT + palette.font;
  ctx.textBaseline = "middle";
  ctx.textAlign = "center";
  const middle = bottom + AXIS / 2;
  const taken: [number, number][] = [];
  const isFree = (left: number, right: number): boolean => taken.every(([a, b]) => right + 6 < a || left - 6 > b);
  const tag = (text: string, at: number, fill: string, ink: string): void => {
    const half = ctx.measureText(text).width / 2 + 5;
    const center = Math.min(Math.max(at, half), width - half);
    if (!isFree(center - half, center + half)) return;
    taken.push([center - half, center + half]);
    if (fill !== "") {
      ctx.fillStyle = fill;
      ctx.beginPath();
      ctx.roundRect(center - half, middle - 9, 2 * half, 18, 3);
      ctx.fill();
    }
    ctx.fillStyle = ink;
    ctx.fillText(text, center, middle + 0.5);
  };
  ctx.font = `600 11px ${palette.font}`;
  if (props.hoverTime !== null) tag(clockText(props.hoverTime, zone), x(props.hoverTime), palette.ink, palette.s1);
  if (props.selected) {
    const { from, to } = props.selected;
    if (from >= view.from && from <= view.to) tag(clockText(from, zone), x(from) - (to > from ? 30 : 0), palette.accent, palette.onaccent);
    if (to > from && to >= view.from && to <= view.to) tag(clockText(to, zone), x(to) + 30, palette.accent, palette.onaccent);
  }
  if (props.now >= view.from && props.now <= view.to) {
    tag(`now ${minuteText(props.now, zone)}`, x(props.now), "", palette.ink);
  }
  ctx.font = LABEL_FONT + palette.font;
  const { at, step } = viewTicks(view, width, zone);
  for (const t of at) {
    const text = tickText(t, step, zone);
    const half = ctx.measureText(text).width / 2;
    const center = x(t);
    if (center - half < 0 || center + half > width || !isFree(center - half, center + half)) continue;
    ctx.fillStyle = palette.ink2;
    ctx.fillText(text, center, middle + 0.5);
  }
  ctx.textAlign = "start";
}

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Event } from "../api/types";
import { intervalOf, shown } from "../event_text";
import { drawBar, drawChevron, drawInstant, drawNotched, drawSliver } from "../lanes/glyphs";
import { STUB_WIDTH, BAR_HEIGHT } from "../lanes/layout";
import { LABEL_FONT } from "../lanes/paint";
import { textWidth } from "../lanes/strip";
import type { Palette } from "../lanes/palette";
import { palette as currentPalette } from "../state/settings";
import type { Window } from "../time/window";
import { onResize } from "./on_resize";

/// One row of time as a picture: what a line of Changes or of Before shows beside its words.

export interface TimelineProps {
  view: Window;
  height: number;
  now: number;
  events: readonly Event[];
  labelOf?: (event: Event) => string;
  /// Counts drawn on the bottom line.
  columns?: readonly { from: number; to: number; count: number }[];
  ticks: readonly number[];
  /// What is marked by a line: T of Before.
  mark?: number;
  label: string;
}

export function Timeline(props: TimelineProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const palette = currentPalette.value;
  useEffect(() => {
    const parent = canvas.current!.parentElement!;
    return onResize(parent, () => setWidth(parent.clientWidth));
  }, []);
  useLayoutEffect(() => {
    if (!palette || width <= 0) return;
    const ratio = window.devicePixelRatio || 1;
    const target = canvas.current!;
    target.width = Math.round(width * ratio);
    target.height = Math.round(props.height * ratio);
    target.style.height = `${props.height}px`;
    const ctx = target.getContext("2d")!;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    draw(ctx, props, width, palette);
  });
  return <canvas class="timeline" ref={canvas} role="img" aria-label={props.label} />;
}

function draw(ctx: CanvasRenderingContext2D, props: TimelineProps, width: number, palette: Palette): void {
  const { view, height, columns } = props;
  const x = (t: number): number => ((t - view.from) / (view.to - view.from)) * width;
  ctx.clearRect(0, 0, width, height);
  ctx.fillStyle = palette.line;
  for (const t of props.ticks) ctx.fillRect(Math.round(x(t)), 0, 1, height);
  if (columns) {
    ctx.fillStyle = palette.line2;
    ctx.fillRect(0, height - 5, width, 1);
    const max = columns.reduce((most, c) => Math.max(most, c.count), 1);
    for (const column of columns) {
      const high = Math.max(7, 15 * Math.sqrt(column.count / max));
      drawNotched(ctx, Math.round(x(column.from)), height - 5 - high, 5, high, palette.err);
    }
  }
  ctx.font = LABEL_FONT + palette.font;
  ctx.textBaseline = "middle";
  const top = columns ? 6 : (height - BAR_HEIGHT) / 2;
  drawEvents(ctx, props, x, width, top, palette);
  if (props.mark !== undefined) drawMark(ctx, x(props.mark), width, height, palette);
}

/// What lies behind the mark has not happened yet there.
function drawMark(ctx: CanvasRenderingContext2D, at: number, width: number, height: number, palette: Palette): void {
  ctx.globalAlpha = 0.66;
  ctx.fillStyle = palette.s1;
  ctx.fillRect(at + 1, 0, width - at - 1, height);
  ctx.globalAlpha = 1;
  ctx.fillStyle = palette.accent;
  ctx.fillRect(Math.round(at), 0, 1, height);
}

function drawEvents(
  ctx: CanvasRenderingContext2D, props: TimelineProps, x: (t: number) => number, width: number, top: number, palette: Palette,
): void {
  const measure = textWidth(palette.font);
  let taken = Infinity;
  // From the right, so that each label ends where the next shape begins.
  const sorted = [...props.events].sort((a, b) => intervalOf(b, props.now)[0] - intervalOf(a, props.now)[0]);
  for (const event of sorted) {
    const [from, to] = intervalOf(event, props.now);
    const [left, right] = drawEvent(ctx, event, x(from), x(to), top, width, palette);
    const label = shown(props.labelOf?.(event) ?? "");
    const needed = measure(label);
    ctx.fillStyle = palette.ink2;
    if (label !== "" && right + 6 + needed < Math.min(taken, width)) ctx.fillText(label, right + 6, top + BAR_HEIGHT / 2);
    taken = left - 4;
  }
}

function drawEvent(
  ctx: CanvasRenderingContext2D, event: Event, x0: number, x1: number, top: number, width: number, palette: Palette,
): [number, number] {
  if (x1 < 0) {
    drawChevron(ctx, 3, top, -1, palette.ink2);
    return [0, 8];
  }
  if (event.state === "instant" || event.contradictory) {
    drawInstant(ctx, event, x0, top + BAR_HEIGHT / 2, palette);
    return [x0 - 8, x0 + 8];
  }
  const isStub = event.state === "orphan_end";
  const left = isStub ? x1 - STUB_WIDTH : x0;
  if (!isStub && x1 - x0 < 4) {
    drawSliver(ctx, event, x0, top, palette);
    return [x0, x0 + 5];
  }
  drawBar(ctx, event, {
    x0: Math.max(0, left), x1: Math.min(x1, width), top,
    isTornLeft: isStub && left >= 0, isTornRight: event.state === "open" && x1 <= width,
    isCutLeft: left < 0, isCutRight: x1 > width,
  }, palette);
  return [Math.max(0, left), Math.min(x1, width)];
}

/// The labels above timelines: ticks as text, and one that is marked.
export function TimelineAxis({ view, ticks, text, mark, markText }: {
  view: Window;
  ticks: readonly number[];
  text: (t: number) => string;
  mark?: number;
  markText?: string;
}) {
  const share = (t: number): string => `${((t - view.from) / (view.to - view.from)) * 100}%`;
  const isNear = (t: number): boolean => mark !== undefined && Math.abs(t - mark) < (view.to - view.from) * 0.05;
  return (
    <div class="axis" aria-hidden="true">
      {ticks.filter((t) => !isNear(t)).map((t) => <span key={t} style={{ left: share(t) }}>{text(t)}</span>)}
      {mark !== undefined && <b style={{ left: share(mark) }}>{markText}</b>}
    </div>
  );
}

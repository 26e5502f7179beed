import { signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { Event } from "../api/types";
import type { Window } from "../time/window";
import { zoomed } from "../time/window";
import { hitTest, makeChart, type Chart, type Hit } from "./chart";
import { onResize } from "../ui/on_resize";
import { LABEL_FONT, paint, type Picture } from "./paint";
import type { Palette } from "./palette";
import type { Row } from "./rows";

/// A canvas of lanes with what a pointer does on it; beside or above each lane its name.

export interface StripProps {
  rows: readonly Row[];
  view: Window;
  width: number;
  now: number;
  step: number;
  ticks: readonly number[];
  palette: Palette;
  selected: { id: string; from: number; to: number } | null;
  focused: string;
  hoverTime: number | null;
  serviceLevel: number;
  /// Room above each lane for its name; 0 where a gutter stands at the left.
  nameRoom: number;
  /// At most as high, and scrolled; absent: as high as its lanes.
  isScrolled: boolean;
  label: string;
  renderName: (row: Row, height: number) => ComponentChildren;
  on: StripHandlers;
}

export interface StripHandlers {
  select(id: string): void;
  zoom(window: Window): void;
  /// A gesture is under way, or over.
  move(window: Window): void;
  moved(): void;
  hover(hit: { at: Hit; time: number; x: number; y: number } | null): void;
}

const DRAG_PIXELS = 4;

const widths = new Map<string, number>();
let measuring: CanvasRenderingContext2D | null = null;

/// Width of a label in pixels. Labels come from outside: not all of them are remembered for ever.
export function textWidth(font: string): (text: string) => number {
  return (text) => {
    let width = widths.get(text);
    if (width === undefined) {
      measuring ??= document.createElement("canvas").getContext("2d")!;
      measuring.font = LABEL_FONT + font;
      width = measuring.measureText(text).width;
      if (widths.size > 10_000) widths.clear();
      widths.set(text, width);
    }
    return width;
  };
}

export function Strip(props: StripProps) {
  const { rows, view, width, nameRoom } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const drag = useRef(signal<Window | null>(null)).current;
  const measure = useMemo(() => textWidth(props.palette.font), [props.palette]);
  const length = view.to - view.from;
  // Panning moves the picture; only another scale or other rows are laid out anew.
  const chart = useMemo(
    () => makeChart(rows, { view, width, now: props.now, step: props.step, textWidth: measure, nameRoom }),
    [rows, width, length, nameRoom, measure, props.step],
  );
  const latest = useRef<{ props: StripProps; chart: Chart }>({ props, chart });
  latest.current = { props, chart };

  const draw = useMemo(() => painter(canvas, box, latest, drag, measure), [measure]);
  useLayoutEffect(draw);
  useEffect(() => drag.subscribe(draw), [draw]);
  useEffect(() => onResize(box.current!, draw), [draw]);
  useEffect(() => followPointer(canvas.current!, box.current!, latest, drag), []);

  return (
    <div class={props.isScrolled ? "strip scrolled" : "strip"} ref={box} onScroll={draw}>
      <div class="strip-inner" style={{ height: `${chart.height}px` }}>
        <canvas ref={canvas} role="img" aria-label={props.label} />
        <div class="names">
          {chart.rows.map((placed) => (
            <div key={placed.row.id} class="name-row"
              style={{ top: `${placed.top - nameRoom}px`, height: `${nameRoom || placed.height}px` }}>
              {props.renderName(placed.row, placed.height)}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

type Latest = { current: { props: StripProps; chart: Chart } };
type Ref<T> = { current: T | null };

/// What draws the latest state in the next frame, once, however often it is asked.
function painter(
  canvas: Ref<HTMLCanvasElement>, box: Ref<HTMLDivElement>, latest: Latest,
  drag: { value: Window | null }, measure: (text: string) => number,
): () => void {
  let frame = 0;
  let frames = 0;
  let hasLanes = false;
  const now = (): void => {
    frame = 0;
    const target = canvas.current;
    if (!target || !box.current) return;
    const { props, chart } = latest.current;
    const height = props.isScrolled ? box.current.clientHeight : chart.height;
    const ctx = fit(target, props.width, height);
    const started = performance.now();
    const picture: Picture = {
      chart, view: props.view, width: props.width, height,
      scrollTop: props.isScrolled ? box.current.scrollTop : 0,
      now: props.now, ticks: props.ticks, selected: props.selected, focused: props.focused,
      hoverTime: props.hoverTime, hoverRow: "", drag: drag.value,
      serviceLevel: props.serviceLevel, palette: props.palette, textWidth: measure,
    };
    paint(ctx, picture);
    // For `bench/page`, and whoever looks into the browser's profiler.
    performance.measure("tidings-paint", { start: started });
    if (!hasLanes && props.isScrolled && props.rows.length > 0) performance.mark("tidings-lanes");
    hasLanes ||= props.rows.length > 0;
    if (++frames % 1000 === 0) performance.clearMeasures("tidings-paint");
  };
  return () => {
    if (frame === 0) frame = requestAnimationFrame(now);
  };
}

/// As many pixels as the screen has.
export function fit(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = window.devicePixelRatio || 1;
  const wide = Math.round(width * ratio);
  const high = Math.round(height * ratio);
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const ctx = canvas.getContext("2d", { alpha: false })!;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  return ctx;
}

function followPointer(
  canvas: HTMLCanvasElement, box: HTMLDivElement, latest: Latest, drag: { value: Window | null },
): () => void {
  let down: { x: number; view: Window; isPan: boolean; hasMoved: boolean } | null = null;
  let wheelTimer = 0;

  const timeAt = (x: number, view = latest.current.props.view): number =>
    view.from + (x / latest.current.props.width) * (view.to - view.from);
  const place = (event: PointerEvent | WheelEvent): { x: number; y: number } => {
    const rect = canvas.getBoundingClientRect();
    return { x: event.clientX - rect.left, y: event.clientY - rect.top };
  };
  const hitAt = (x: number, y: number): Hit | null => {
    const { chart, props } = latest.current;
    const offset = (chart.scale.origin - props.view.from) * chart.scale.pixelsPerMs;
    return hitTest(chart, x - offset, y + (props.isScrolled ? box.scrollTop : 0));
  };

  const onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const { x } = place(event);
    const isPan = event.shiftKey || event.pointerType === "touch";
    down = { x, view: latest.current.props.view, isPan, hasMoved: false };
    canvas.setPointerCapture(event.pointerId);
  };
  const onMove = (event: PointerEvent): void => {
    const { on } = latest.current.props;
    const { x, y } = place(event);
    if (!down) {
      const at = hitAt(x, y);
      on.hover(at && event.pointerType !== "touch" ? { at, time: timeAt(x), x: event.clientX, y: event.clientY } : null);
      return;
    }
    if (!down.hasMoved && Math.abs(x - down.x) < DRAG_PIXELS) return;
    down.hasMoved = true;
    on.hover(null);
    if (down.isPan) {
      const by = Math.round(timeAt(down.x, down.view) - timeAt(x, down.view));
      on.move({ from: down.view.from + by, to: down.view.to + by });
    } else {
      const [from, to] = [timeAt(down.x), timeAt(x)].sort((a, b) => a - b) as [number, number];
      drag.value = { from, to };
    }
  };
  const onUp = (event: PointerEvent): void => {
    const was = down;
    down = null;
    if (!was) return;
    const { on } = latest.current.props;
    const selected = drag.value;
    drag.value = null;
    if (was.isPan && was.hasMoved) on.moved();
    else if (selected) on.zoom({ from: Math.round(selected.from), to: Math.round(selected.to) });
    else click(place(event));
  };
  const click = ({ x, y }: { x: number; y: number }): void => {
    const hit = hitAt(x, y);
    const { on } = latest.current.props;
    if (hit?.shape) on.select(hit.shape.event.id);
    else if (hit?.column) on.zoom(widened(hit.column));
  };
  const onCancel = (): void => {
    down = null;
    drag.value = null;
    latest.current.props.on.moved();
  };
  const onWheel = (event: WheelEvent): void => {
    const { view, width, on } = latest.current.props;
    const isPan = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (!event.ctrlKey && !event.metaKey && !isPan) return;
    event.preventDefault();
    if (isPan && !event.ctrlKey) {
      const by = Math.round(((event.deltaX || event.deltaY) / width) * (view.to - view.from));
      on.move({ from: view.from + by, to: view.to + by });
    } else {
      on.move(zoomed(view, Math.exp(Math.max(-1, Math.min(1, event.deltaY / 300))), timeAt(place(event).x)));
    }
    window.clearTimeout(wheelTimer);
    wheelTimer = window.setTimeout(() => latest.current.props.on.moved(), 200);
  };
  const onLeave = (): void => latest.current.props.on.hover(null);

  canvas.addEventListener("pointerdown", onDown);
  canvas.addEventListener("pointermove", onMove);
  canvas.addEventListener("pointerup", onUp);
  canvas.addEventListener("pointercancel", onCancel);
  canvas.addEventListener("pointerleave", onLeave);
  canvas.addEventListener("wheel", onWheel, { passive: false });
  return () => window.clearTimeout(wheelTimer);
}

/// A column's own time with as much again on both sides.
function widened(column: { from: number; to: number }): Window {
  const length = Math.max(column.to - column.from, 1000);
  return { from: Math.round(column.from - length), to: Math.round(column.to + length) };
}

/// The lane that shows an event of this id.
export function rowOfEvent(rows: readonly Row[], id: string): Row | null {
  return rows.find((row) => row.spans.some((event: Event) => event.id === id)) ?? null;
}

import { DAY, HOUR, MINUTE, SECOND } from "./duration";
import { clockText, minuteText, msText, shortDayText, zoneOffset, type Zone } from "./zone";

/// Lengths that people count time in.
const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500,
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 4, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365].map((n) => n * DAY),
];

/// The least round step with which no two ticks are nearer than `minPixels`.
export function tickStep(length: number, pixels: number, minPixels: number): number {
  const wanted = (length / Math.max(pixels, 1)) * minPixels;
  return STEPS.find((step) => step >= wanted) ?? STEPS[STEPS.length - 1]!;
}

/// The least round bucket (≥ 1 s, which the server asks for) of at least `minPixels`, at most 1,000.
export function bucketStep(length: number, pixels: number, minPixels: number): number {
  const wanted = Math.max((length / Math.max(pixels, 1)) * minPixels, length / 990, SECOND);
  return STEPS.find((step) => step >= wanted) ?? Math.ceil(wanted / DAY) * DAY;
}

/// Instants at which the zone's clocks show a multiple of `step`.
export function ticks(from: number, to: number, step: number, zone: Zone): number[] {
  const found: number[] = [];
  const offset = zoneOffset(from, zone);
  for (let shown = Math.ceil((from + offset) / step) * step; ; shown += step) {
    // The offset of that moment, not of the window's begin: clocks may change in between.
    const t = shown - zoneOffset(shown - offset, zone);
    if (t >= to || found.length > 500) return found;
    if (t >= from) found.push(t);
  }
}

/// What stands at a tick: as much of the time as the step makes differ.
export function tickText(t: number, step: number, zone: Zone): string {
  if (step >= DAY) return shortDayText(t, zone);
  const inDay = (t + zoneOffset(t, zone)) % DAY;
  if (inDay === 0) return shortDayText(t, zone);
  if (step >= MINUTE) return minuteText(t, zone);
  if (step >= SECOND) return clockText(t, zone);
  return `${clockText(t, zone).slice(3)}${msText(t)}`;
}

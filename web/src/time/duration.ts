export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const WEEK = 7 * DAY;

const UNITS: [string, number][] = [
  ["d", DAY],
  ["h", HOUR],
  ["m", MINUTE],
  ["s", SECOND],
];

/// The two greatest units: what a reader takes in at a glance. `4 m 54 s`, `431 ms`.
export function durationText(ms: number): string {
  const length = Math.abs(ms);
  if (length < SECOND) return `${Math.round(length)} ms`;
  if (length < 10 * SECOND && length % SECOND !== 0) return `${(length / SECOND).toFixed(1)} s`;
  const first = UNITS.findIndex(([, unit]) => length >= unit);
  const [name, unit] = UNITS[first]!;
  const count = Math.floor(length / unit);
  const next = UNITS[first + 1];
  const rest = next ? Math.floor((length % unit) / next[1]) : 0;
  return rest > 0 ? `${count} ${name} ${rest} ${next![0]}` : `${count} ${name}`;
}

const PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/;
const SIZES: Record<string, number> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: WEEK };

/// `15m`, `1h30m`; null when it is none.
export function parseDuration(text: string): number | null {
  const parts = text.match(/\d+(?:\.\d+)?[a-z]+/g);
  if (!parts || parts.join("") !== text) return null;
  let sum = 0;
  for (const part of parts) {
    const [, count, unit] = part.match(PATTERN) ?? [];
    if (unit === undefined) return null;
    sum += Number(count) * SIZES[unit]!;
  }
  return sum;
}

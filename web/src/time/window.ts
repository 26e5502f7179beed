import { DAY, HOUR, parseDuration } from "./duration";
import { instantOf, type Zone } from "./zone";

/// A span of time that is looked at, in ms since the epoch.
export interface Window {
  from: number;
  to: number;
  /// `from` and `to` of an address that make no window: for the server to say what is wrong with them.
  unread?: { from: string; to: string };
}

export const DEFAULT_FROM = "now-24h";

/// The quick ranges of the time picker: what is written into `from`.
export const QUICK_RANGES: [string, string][] = [
  ["now-15m", "Last 15 minutes"],
  ["now-1h", "Last hour"],
  ["now-6h", "Last 6 hours"],
  ["now-24h", "Last 24 hours"],
  ["now-7d", "Last 7 days"],
  ["now-30d", "Last 30 days"],
  ["0", "Everything"],
];

/// A time as the server takes it: ms, RFC 3339, `now`, `now-15m`, `-15m`, `15m`. A time without an
/// offset is one of `zone`. Null when it is none of these.
export function parseTime(text: string, now: number, zone: Zone): number | null {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return Number(trimmed);
  const relative = trimmed.match(/^(?:now)?(?:([-+])?(.+))?$/);
  if (trimmed === "now") return now;
  if (relative?.[2]) {
    const length = parseDuration(relative[2]);
    if (length !== null) return relative[1] === "+" ? now + length : now - length;
  }
  return parseCalendar(trimmed, zone);
}

function parseCalendar(text: string, zone: Zone): number | null {
  const match = text.match(
    /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?)?\s*(Z|[-+]\d\d:?\d\d)?$/i,
  );
  if (!match) return null;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "0", offset] = match;
  const ms = Number(fraction.padEnd(3, "0"));
  const parts = [year, month, day, hour, minute, second].map(Number) as
    [number, number, number, number, number, number];
  parts[1] -= 1;
  if (!offset) return instantOf(...parts, ms, zone);
  const utc = Date.UTC(...parts, ms);
  if (/z/i.test(offset)) return utc;
  const sign = offset[0] === "-" ? -1 : 1;
  const digits = offset.slice(1).replace(":", "");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return utc - sign * minutes * 60_000;
}

/// What `from` and `to` of the address mean at `now`. `oldest` stands for the beginning; a window
/// that is open at the end shows a little of what comes after now, where a bar can be seen to go on.
export function resolveWindow(
  from: string, to: string, now: number, zone: Zone, oldest: number | null,
): Window & { isOpen: boolean } {
  const read = parseTime(from || DEFAULT_FROM, now, zone);
  const end = to ? parseTime(to, now, zone) : null;
  if (read === null || (to !== "" && (end === null || end < read))) {
    return { from: now - DAY, to: now, isOpen: false, unread: { from, to } };
  }
  const begin = read === 0 ? (oldest ?? now - DAY) - 1 : read;
  if (end !== null) return { from: Math.min(begin, end - 1), to: Math.max(end, begin + 1), isOpen: false };
  // A window that begins in the future still has a length.
  const length = Math.max(now - begin, begin > now ? HOUR : 1);
  return { from: begin, to: Math.max(begin, now) + Math.ceil(length * 0.02), isOpen: true };
}

export function zoomed(window: Window, factor: number, at: number): Window {
  const left = (at - window.from) * factor;
  const right = (window.to - at) * factor;
  // A second is the least that the histogram can divide.
  if (left + right < 1000) return { from: Math.round(at - 500), to: Math.round(at + 500) };
  return { from: Math.round(at - left), to: Math.round(at + right) };
}

export function shifted(window: Window, share: number): Window {
  const by = Math.round((window.to - window.from) * share);
  return { from: window.from + by, to: window.to + by };
}

/// A window around an interval, with room on both sides.
export function around(start: number, end: number, room: number): Window {
  return { from: Math.round(start - room), to: Math.round(end + room) };
}

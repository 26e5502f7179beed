/// A zone is `""` (the browser's), `UTC`, or an IANA name.
export type Zone = string;

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

export function isKnownZone(zone: Zone): boolean {
  try {
    return zone === "" || formatOf(zone) !== null;
  } catch {
    return false;
  }
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(zone, format);
  }
  return format;
}

/// What the zone's clocks are ahead of UTC at `t`, in ms.
export function zoneOffset(t: number, zone: Zone): number {
  if (zone === "UTC") return 0;
  if (zone === "") return -new Date(t).getTimezoneOffset() * 60_000;
  // Offsets change at whole quarters of an hour.
  const quarter = Math.floor(t / 900_000);
  const key = `${zone} ${quarter}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    const whole = quarter * 900_000;
    const parts: Record<string, number> = {};
    for (const part of formatOf(zone).formatToParts(whole)) parts[part.type] = Number(part.value);
    const { year, month, day, hour, minute, second } = parts as Record<string, number>;
    offset = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) - whole;
    if (offsets.size > 20_000) offsets.clear();
    offsets.set(key, offset);
  }
  return offset;
}

export interface ClockParts {
  year: number;
  month: number;
  day: number;
  weekday: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
}

export function clockParts(t: number, zone: Zone): ClockParts {
  const date = new Date(t + zoneOffset(t, zone));
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth(),
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    ms: date.getUTCMilliseconds(),
  };
}

/// The instant at which the zone's clocks show these parts.
export function instantOf(
  year: number, month: number, day: number, hour: number, minute: number, second: number,
  ms: number, zone: Zone,
): number {
  const shown = Date.UTC(year, month, day, hour, minute, second, ms);
  const guess = shown - zoneOffset(shown, zone);
  return shown - zoneOffset(guess, zone);
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const two = (n: number): string => String(n).padStart(2, "0");

/// `02:47`
export function minuteText(t: number, zone: Zone): string {
  const c = clockParts(t, zone);
  return `${two(c.hour)}:${two(c.minute)}`;
}
/// `02:47:12`
export function clockText(t: number, zone: Zone): string {
  return `${minuteText(t, zone)}:${two(clockParts(t, zone).second)}`;
}
/// `.431`
export function msText(t: number): string {
  return `.${String(((t % 1000) + 1000) % 1000).padStart(3, "0")}`;
}
/// `21 Nov`, `21 Nov 2023` when `now` lies in another year.
export function dateText(t: number, zone: Zone, now: number): string {
  const c = clockParts(t, zone);
  const year = clockParts(now, zone).year === c.year ? "" : ` ${c.year}`;
  return `${c.day} ${MONTHS[c.month]}${year}`;
}
/// `Sat 21 Nov`
export function dayText(t: number, zone: Zone, now: number): string {
  return `${WEEKDAYS[clockParts(t, zone).weekday]} ${dateText(t, zone, now)}`;
}
/// `Sat 21`
export function shortDayText(t: number, zone: Zone): string {
  const c = clockParts(t, zone);
  return `${WEEKDAYS[c.weekday]} ${c.day}`;
}
/// `2026-11-21T02:47:12.431+01:00`, as it is shown on hover and typed into a field.
export function isoText(t: number, zone: Zone): string {
  const offset = zoneOffset(t, zone);
  const shown = new Date(t + offset).toISOString().slice(0, -1);
  if (zone === "UTC") return `${shown}Z`;
  const minutes = Math.abs(offset) / 60_000;
  return `${shown}${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
/// `UTC+01`, `UTC+05:30`, `UTC`
export function zoneText(t: number, zone: Zone): string {
  const minutes = zoneOffset(t, zone) / 60_000;
  if (minutes === 0) return "UTC";
  const size = Math.abs(minutes);
  const rest = size % 60 ? `:${two(size % 60)}` : "";
  return `UTC${minutes < 0 ? "−" : "+"}${two(Math.floor(size / 60))}${rest}`;
}

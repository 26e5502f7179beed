import type { Event } from "./api/types";
import { durationText } from "./time/duration";

/// Text from outside with its overrides of direction as marks to be seen, `⟨U+202E⟩`: left as they are,
/// they show the text in another order than it has.
export function shown(text: string): string {
  return text.replace(/[\u202a-\u202e\u2066-\u2069]/g, (mark) => `⟨U+${mark.charCodeAt(0).toString(16).toUpperCase()}⟩`);
}

/// The instant by which an event is ordered: its start, else its end.
export function orderTime(event: Event): number {
  return event.start ?? event.end ?? event.received_first;
}

/// What an event covers. An open one goes on until `now`, an orphan end covers its end only.
export function intervalOf(event: Event, now: number): [number, number] {
  const start = orderTime(event);
  if (event.state === "open") return [start, Math.max(start, now)];
  return [start, Math.max(start, event.end ?? start)];
}

/// The column *Lasted*.
export function lastedText(event: Event, now: number): string {
  if (event.contradictory) return "ends before it starts";
  switch (event.state) {
    case "open":
      return `open ${durationText(Math.max(0, now - orderTime(event)))}`;
    case "closed":
      return durationText(event.duration ?? 0);
    case "orphan_end":
      return "only its end";
    case "instant":
      return "–";
  }
}

export const STATE_TEXT: Record<string, string> = {
  instant: "instant",
  closed: "closed",
  open: "open",
  orphan_end: "orphan end",
};

export const nameOf = (event: Event): string => event.name || "(no name)";
export const serviceOf = (event: Event): string => event.source.service || "no service";

/// `BackOff ×14`
export function titleOf(event: Event): string {
  return event.count > 1 ? `${nameOf(event)} ×${event.count}` : nameOf(event);
}

/// The message with its placeholders filled: as the server did it, or in the same way.
export function messageOf(event: Event): string {
  return event.text ?? event.message.replace(/\{([^{}]+)\}/g, (whole, key: string) => {
    const value = event.parameters[key];
    return value === undefined ? whole : String(value);
  });
}

/// Names of changes, case-folded: `query.change_names`, as the server tells them.
let changeNames: ReadonlySet<string> = new Set();
export function setChangeNames(names: readonly string[]): void {
  changeNames = new Set(names.map((name) => name.toLowerCase()));
}
export function isChangeName(name: string): boolean {
  return changeNames.has(name.toLowerCase());
}
export function isChange(event: Event): boolean {
  return isChangeName(event.name);
}

const VERSION_KEYS = ["version", "to", "to_version", "toVersion", "image", "service.version"];
export function versionOf(event: Event): string {
  for (const key of VERSION_KEYS) {
    const value = event.parameters[key];
    if (value !== undefined && value !== "") return String(value);
  }
  return "";
}
export function versionBefore(event: Event): string {
  return String(event.parameters["from"] ?? event.parameters["from_version"] ?? "");
}

/// In the row *Changes*: `checkout 1.25.0`, `↩ checkout 1.24.3`, `payments restart`.
export function changeLabel(event: Event): string {
  const words = event.name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  const what = versionOf(event) || words;
  const back = event.name.toLowerCase() === "rollback" ? "↩ " : "";
  return `${back}${event.source.service} ${what}`.trim();
}

/// The part in which an instance differs: `…x2k9q` of `checkout-6b8f5d9c7-x2k9q`.
export function shortInstance(instance: string, service: string): string {
  if (instance.length <= 12) return instance;
  const own = service !== "" && instance.startsWith(`${service}-`);
  const parts = instance.split(/[-./:@]/);
  const last = parts[parts.length - 1]!;
  if (own || parts.length > 2) return `…${last.length >= 2 && last.length <= 14 ? last : instance.slice(-8)}`;
  return instance;
}

/// `2 904 118`, with narrow spaces that do not break.
export function numberText(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/// `1 event`, `2 events`
export function countText(count: number, what: string): string {
  return `${numberText(count)} ${what}${count === 1 ? "" : "s"}`;
}

export function bytesText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${size >= 100 || unit === 0 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

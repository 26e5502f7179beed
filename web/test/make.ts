import type { Event } from "../src/api/types";

export const T0 = Date.UTC(2026, 10, 21, 2, 0, 0);
export const MINUTE = 60_000;

let made = 0;

/// An event with what a test says of it, and nothing of interest beyond.
export function makeEvent(part: Partial<Event> & { service?: string; instance?: string } = {}): Event {
  const { service = "checkout", instance = "", ...rest } = part;
  const start = rest.start === undefined ? T0 : rest.start;
  const end = rest.end === undefined ? start : rest.end;
  const state = end === null ? "open" : start === null ? "orphan_end" : start === end ? "instant" : "closed";
  return {
    id: `e${++made}`, source: { service, instance, endpoint: "" }, layer: "K8S", name: "Started",
    type: "Normal", message: "", parameters: {}, start, end,
    duration: start !== null && end !== null ? end - start : null, state, count: 1, derived: false,
    generation: 0, received_first: T0, received_last: T0, time_inferred: false, contradictory: false,
    truncated: false, incomplete: false, ...rest,
  };
}

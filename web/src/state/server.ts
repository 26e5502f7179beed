import { signal } from "@preact/signals";
import { ApiError, get, isCancelled, trouble, type Parameters } from "../api/client";
import type { Facets, Status } from "../api/types";
import { isChangeName, setChangeNames } from "../event_text";

/// What every page knows of the server: polled, for the rate in the top bar and for its clock.

export const status = signal<Status | null>(null);

let clockDifference = 0;

/// Now, by the server's clock: what relative times and open events are measured against.
export function serverNow(): number {
  return Date.now() + clockDifference;
}

let asking: Promise<Status | null> | null = null;

/// Asks, unless an answer is under way.
export function pollStatus(): Promise<Status | null> {
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

async function ask(): Promise<Status | null> {
  const asked = Date.now();
  try {
    const answer = await get<Status>("status");
    // Half of the way there and back is a fair guess of when the server looked at its clock. Small
    // differences are left: a window that moves by them helps nobody.
    const difference = answer.now - (asked + Date.now()) / 2;
    clockDifference = Math.abs(difference) > 1000 ? difference : 0;
    setChangeNames(answer.change_names);
    status.value = answer;
    trouble.value = null;
    return answer;
  } catch (error) {
    if (error instanceof ApiError) trouble.value = error;
    else if (!isCancelled(error)) throw error;
    return null;
  }
}

/// Waits until the server has told of itself, or could not.
export async function statusKnown(): Promise<void> {
  if (status.value === null) await pollStatus();
}

/// The names that changes have among the events that are asked for, as they are written there.
export async function changeNamesAmong(parameters: Parameters, signal_: AbortSignal): Promise<string[]> {
  const [answer] = await Promise.all([
    get<Facets>("facets", { ...parameters, fields: "name", top: 1000 }, signal_), statusKnown(),
  ]);
  return answer.facets["name"]!.values.map((v) => v.value).filter(isChangeName);
}

const POLL_MS = 10_000;

export function startPolling(): void {
  void pollStatus();
  window.setInterval(() => {
    if (!document.hidden) void pollStatus();
  }, POLL_MS);
}

import { signal } from "@preact/signals";
import { ApiError, get, isCancelled } from "../api/client";
import type { Status } from "../api/types";

/// What every page knows of the server: polled, for the rate in the top bar and for its clock.

export const status = signal<Status | null>(null);
/// Why the last poll failed; null when it did not.
export const trouble = signal<ApiError | null>(null);

let clockDifference = 0;

/// Now, by the server's clock: what relative times and open events are measured against.
export function serverNow(): number {
  return Date.now() + clockDifference;
}

export async function pollStatus(): Promise<Status | null> {
  const asked = Date.now();
  try {
    const answer = await get<Status>("status");
    // Half of the way there and back is a fair guess of when the server looked at its clock. Small
    // differences are left: a window that moves by them helps nobody.
    const difference = answer.now - (asked + Date.now()) / 2;
    clockDifference = Math.abs(difference) > 1000 ? difference : 0;
    status.value = answer;
    trouble.value = null;
    return answer;
  } catch (error) {
    if (error instanceof ApiError) trouble.value = error;
    else if (!isCancelled(error)) throw error;
    return null;
  }
}

const POLL_MS = 10_000;

export function startPolling(): void {
  void pollStatus();
  window.setInterval(() => {
    if (!document.hidden) void pollStatus();
  }, POLL_MS);
}

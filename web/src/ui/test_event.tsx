import { useState } from "preact/hooks";
import { ApiError, apiUrl, request } from "../api/client";
import { followTail } from "../api/tail";
import { eventHref } from "../router";
import { pollStatus } from "../state/server";
import { Icon } from "./icons";
import { Button, say } from "./parts";
import { fetchEvent } from "./drawer";

/// Sends an event and follows it: accepted, read back, told by the feed.

interface Outcome {
  id: string;
  steps: [string, number][];
  trouble: string;
}

const FEED_MS = 5000;

async function sendTestEvent(): Promise<Outcome> {
  const id = `test-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
  const steps: [string, number][] = [];
  let stopTail = (): void => undefined;
  try {
    const before = await pollStatus();
    const started = performance.now();
    const passed = (): number => Math.round(performance.now() - started);
    const told = new Promise<void>((resolve, reject) => {
      const timer = window.setTimeout(() => reject(new Error(`the feed has not told it within ${FEED_MS / 1000} s`)), FEED_MS);
      stopTail = followTail({ id }, String(before?.feed_sequence ?? ""), {
        changed: () => {
          window.clearTimeout(timer);
          resolve();
        },
        gone: () => undefined,
        lag: () => undefined,
        connected: () => undefined,
      });
    });
    told.catch(() => undefined); // Awaited below; not at all when a step before it fails.
    await request(apiUrl("events"), {
      method: "POST",
      json: {
        id, source: { service: "tidings" }, name: "TestEvent", message: "Sent by the page {page}",
        parameters: { page: "status" }, start: "now", end: "now",
      },
    });
    steps.push(["accepted, and on disk", passed()]);
    await fetchEvent(id, new AbortController().signal);
    steps.push(["read back", passed()]);
    await told;
    steps.push(["in the feed of this page", passed()]);
    return { id, steps, trouble: "" };
  } catch (error) {
    const text = error instanceof ApiError ? `${error.title}. ${error.detail}` : String((error as Error).message);
    return { id, steps, trouble: text };
  } finally {
    stopTail();
  }
}

interface TestProps {
  outcome: Outcome | null;
  isSending: boolean;
  send: () => void;
  forget: () => void;
}

export function useTestEvent(): TestProps {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [isSending, setSending] = useState(false);
  const send = (): void => {
    if (isSending) return;
    setSending(true);
    void sendTestEvent().then((result) => {
      setOutcome(result);
      setSending(false);
      void pollStatus();
    });
  };
  return { outcome, isSending, send, forget: () => setOutcome(null) };
}

export function SendTest({ isSending, send }: TestProps) {
  return <Button icon="play" isPrimary label={isSending ? "Sending" : "Send a test event"} onClick={send} />;
}

export function TestEvent({ outcome, isSending, send, forget }: TestProps) {
  const withdraw = (): void => {
    request(apiUrl("event", { id: outcome!.id }), { method: "DELETE" })
      .then(() => {
        forget();
        say("Withdrawn");
      })
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        say(error.detail || error.title);
      });
  };
  const last = outcome?.steps[outcome.steps.length - 1];
  return (
    <div class="test-event" aria-live="polite">
      {outcome && (
        <>
          {outcome.trouble === ""
            ? <p class="outcome"><Icon name="check" />Sent, stored and read back in <b>{last![1]} ms</b></p>
            : <p class="outcome error" role="alert"><Icon name="warning" />{outcome.trouble}</p>}
          <ul>{outcome.steps.map(([what, ms]) => <li key={what}>{what}<span>{ms} ms</span></li>)}</ul>
        </>
      )}
      {outcome ? (
        <p class="actions">
          {outcome.trouble === "" && <a class="button" href={eventHref(outcome.id)}>Open it</a>}
          {outcome.trouble === "" && <Button label="Withdraw it" onClick={withdraw} />}
          <Button label={isSending ? "Sending" : "Send another"} onClick={send} />
        </p>
      ) : <p class="faint">Reports an event by REST, reads it back, and waits until the live tail tells of it.</p>}
    </div>
  );
}

import { apiUrl, type Parameters } from "./client";
import type { Event } from "./types";

export interface TailHandlers {
  changed(event: Event): void;
  gone(id: string): void;
  /// Changes were left out: what is shown must be read again.
  lag(): void;
  /// Whether the connection stands.
  connected(is: boolean): void;
}

const RETRY_MS = [500, 1000, 2000, 5000];

/// Follows the feed from `since` on, over lost connections and restarts of the server, without gaps:
/// each new connection begins behind the last change that was seen. Returns what ends it.
export function followTail(parameters: Parameters, since: string, handlers: TailHandlers): () => void {
  let source: EventSource | null = null;
  let timer = 0;
  let failures = 0;
  let seen = since;

  const connect = (): void => {
    source = new EventSource(apiUrl("tail", { ...parameters, render: true, since: seen }));
    source.onopen = () => {
      failures = 0;
      handlers.connected(true);
    };
    source.onerror = () => {
      // The browser gives up on any answer but 200, so reconnecting is ours.
      source?.close();
      handlers.connected(false);
      timer = window.setTimeout(connect, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
    };
    const on = (name: string, act: (data: string) => void): void => {
      source?.addEventListener(name, (message) => {
        if (message.lastEventId !== "") seen = message.lastEventId;
        act(message.data as string);
      });
    };
    on("changed", (data) => handlers.changed(JSON.parse(data) as Event));
    on("gone", (data) => handlers.gone((JSON.parse(data) as { id: string }).id));
    on("lag", () => handlers.lag());
  };
  connect();
  return () => {
    window.clearTimeout(timer);
    source?.close();
  };
}

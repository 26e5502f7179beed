import { useEffect, useState } from "preact/hooks";
import type { ApiError } from "../api/client";
import type { Reason } from "../api/types";
import { zone } from "../router";
import { clockText } from "../time/zone";
import { Icon } from "./icons";
import { Button, copy } from "./parts";

/// What went wrong, what happens next, what is still seen, and how to go on.
export function Failure({ error, onRetry, retryAt = 0, shownAt = 0 }: {
  error: ApiError;
  onRetry: () => void;
  retryAt?: number;
  shownAt?: number;
}) {
  return (
    <div class="failure" role="alert">
      <h2><Icon name="warning" />{titleFor(error)}</h2>
      <p>
        {error.status > 0 && `${error.status}. `}
        {error.detail && <bdi>{error.detail}. </bdi>}
        {retryAt > 0 && <Countdown until={retryAt} />}
        {shownAt > 0 && `What you see is from ${clockText(shownAt, zone.value)}.`}
      </p>
      <p class="actions">
        <Button label="Try now" onClick={onRetry} />
        {error.requestId !== "" && (
          <button type="button" class="quiet mono" title="Copy the id of the request"
            onClick={() => void copy(error.requestId, "The request's id is")}>
            request {error.requestId}<Icon name="copy" />
          </button>
        )}
      </p>
    </div>
  );
}

function titleFor(error: ApiError): string {
  if (error.status === 503) return "The server is busy";
  return error.title;
}

function Countdown({ until }: { until: number }) {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const show = (): void => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000)));
    show();
    const timer = window.setInterval(show, 500);
    return () => window.clearInterval(timer);
  }, [until]);
  return <>Trying again in {left} s. </>;
}

const REASONS: Record<string, string> = {
  deadline: "The deadline passed",
  memory: "The answer was too large",
  damaged: "A part of the store is damaged",
};

export function Incomplete({ reasons, onNarrow }: { reasons: readonly Reason[]; onNarrow?: () => void }) {
  if (reasons.length === 0) return null;
  return (
    <div class="incomplete" role="status">
      <Icon name="clock" />
      <span>
        <b>Incomplete.</b>{" "}
        {reasons.map((r) => `${REASONS[r.reason] ?? r.reason}${r.detail ? `: ${r.detail}` : ""}.`).join(" ")}
      </span>
      {onNarrow && <button type="button" class="link" onClick={onNarrow}>Narrow it</button>}
    </div>
  );
}

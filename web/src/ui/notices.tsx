import { useEffect, useState } from "preact/hooks";
import type { ApiError } from "../api/client";
import type { Reason } from "../api/types";
import { changeParams, params, zone } from "../router";
import { clockText } from "../time/zone";
import { Icon } from "./icons";
import { Button, copy, Text } from "./parts";

/// What went wrong, what happens next, what is still seen, and how to go on: what may go well later is
/// tried again, a parameter of the address that was refused can be dropped.
export function Failure({ error, onRetry, shownAt = 0 }: { error: ApiError; onRetry: () => void; shownAt?: number }) {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (!error.isTransient) return undefined;
    const until = Date.now() + error.retryAfterMs;
    const look = (): void => {
      const wait = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      setLeft(wait);
      if (wait > 0) return;
      window.clearInterval(timer);
      onRetry();
    };
    const timer = window.setInterval(look, 500);
    look();
    return () => window.clearInterval(timer);
  }, [error]);
  const field = error.problem?.field ?? "";
  const refused = params.value.getAll(field).join(", ");
  return (
    <div class="failure" role="alert">
      <h2><Icon name="warning" />{error.status === 503 ? "The server is busy" : error.title}</h2>
      <p>
        {error.status > 0 && `${error.status}. `}
        {error.detail && <><Text>{error.detail}</Text>. </>}
        {left > 0 && `Trying again in ${left} s. `}
        {shownAt > 0 && `What you see is from ${clockText(shownAt, zone.value)}.`}
      </p>
      <p class="actions">
        {refused === "" ? <Button label="Try now" onClick={onRetry} />
          : <button type="button" class="link" onClick={() => changeParams({ [field]: "" })}>Drop <Text>{`${field}:${refused}`}</Text></button>}
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

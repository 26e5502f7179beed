import { useEffect, useState } from "preact/hooks";
import { ApiError, isCancelled } from "../api/client";

export interface Answer<T> {
  data: T | null;
  error: ApiError | null;
  isLoading: boolean;
  reload: () => void;
}

/// The answer to a question that is asked again whenever `key` changes. What was there before stays
/// until the next is here.
export function useQuery<T>(key: string, ask: (signal: AbortSignal) => Promise<T>): Answer<T> {
  const [state, setState] = useState<{ data: T | null; error: ApiError | null; isLoading: boolean }>(
    { data: null, error: null, isLoading: true },
  );
  const [round, setRound] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    setState((before) => ({ ...before, isLoading: true }));
    ask(controller.signal)
      .then((data) => setState({ data, error: null, isLoading: false }))
      .catch((error: unknown) => {
        if (error instanceof ApiError) setState((before) => ({ ...before, error, isLoading: false }));
        else if (!isCancelled(error)) throw error;
      });
    return () => controller.abort();
  }, [key, round]);
  return { ...state, reload: () => setRound((n) => n + 1) };
}

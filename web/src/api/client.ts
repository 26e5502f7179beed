import { signal } from "@preact/signals";
import { API } from "../base_path";
import type { Problem } from "./types";

/// True once the server has asked who we are: the page then shows the login form.
export const needsLogin = signal(false);

/// An answer that is none: what the server said about it, or that it could not be reached (status 0).
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly requestId: string,
    readonly retryAfterMs: number,
    readonly problem: Problem | null,
  ) {
    super(detail || title);
  }
  /// Whether the same request may succeed later.
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

/// Why the server cannot be used: the last request that never reached it, or the last poll, has failed.
export const trouble = signal<ApiError | null>(null);

/// What is asked for; several values of one name are alternatives, an empty one is left out.
export type Parameters = Record<string, string | number | boolean | readonly string[]>;

export function apiUrl(path: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams(Object.entries(parameters).flatMap(([name, value]) =>
    [value].flat().filter((one) => one !== "").map((one) => [name, String(one)]))).toString();
  return `${API}${path}${query ? `?${query}` : ""}`;
}

export interface RequestOptions {
  signal?: AbortSignal | undefined;
  method?: string;
  json?: unknown;
}

/// One request; an ApiError for every answer but 2xx. Rejects with AbortError when it was cancelled.
export async function request(url: string, options: RequestOptions = {}): Promise<Response> {
  const init: RequestInit = { method: options.method ?? "GET", credentials: "same-origin" };
  if (options.signal) init.signal = options.signal;
  if (options.json !== undefined) {
    init.body = JSON.stringify(options.json);
    init.headers = { "content-type": "application/json" };
  }
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (isCancelled(error)) throw error;
    trouble.value = new ApiError(0, "The server cannot be reached", String((error as Error).message), "", 2000, null);
    throw trouble.value;
  }
  if (response.ok) {
    if (trouble.value?.status === 0) trouble.value = null;
    return response;
  }
  if (response.status === 401) needsLogin.value = true;
  throw await errorOf(response);
}

async function errorOf(response: Response): Promise<ApiError> {
  const id = response.headers.get("x-request-id") ?? "";
  const wait = Number(response.headers.get("retry-after") ?? 2) * 1000;
  let problem: Problem | null = null;
  try {
    const body: unknown = await response.json();
    if (typeof body === "object" && body !== null && "title" in body) problem = body as Problem;
  } catch {
    // No problem+json: a proxy's page. The status says what there is to say.
  }
  return new ApiError(
    response.status, problem?.title || `The server answered ${response.status}`,
    problem?.detail ?? "", problem?.request_id ?? id, wait || 2000, problem,
  );
}

export function isCancelled(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

export async function get<T>(path: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<T> {
  return (await request(apiUrl(path, parameters), { signal })).json() as Promise<T>;
}

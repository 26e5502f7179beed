import { computed, signal } from "@preact/signals";
import { UI } from "./base_path";
import { formatViewState, parseViewState, type ViewState } from "./state/view_state";

/// Where the page is: the address is the only state that is kept.

export type Page = "explore" | "event" | "changes" | "before" | "status" | "none";

const location_ = signal(read());

function read(): { path: string; search: string } {
  const root = new URL(UI).pathname;
  const { pathname, search } = window.location;
  return { path: pathname.startsWith(root) ? pathname.slice(root.length) : "", search };
}

window.addEventListener("popstate", () => {
  location_.value = read();
});

export const search = computed(() => location_.value.search);
export const params = computed(() => new URLSearchParams(search.value));

export const page = computed((): Page => {
  const [first] = location_.value.path.split("/");
  switch (first) {
    case "":
      return "explore";
    case "event":
    case "changes":
    case "before":
    case "status":
      return first;
    default:
      return "none";
  }
});

/// The id of `event/{id}`.
export const eventId = computed((): string => {
  const part = location_.value.path.split("/")[1] || (params.value.get("id") ?? "");
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
});

export const viewState = computed(() => parseViewState(search.value));
export const zone = computed(() => viewState.value.tz);

/// An address of this page; `path` is relative to `/ui/`.
export function href(path: string, query = ""): string {
  return `${UI}${path}${query}`;
}

export function eventHref(id: string): string {
  // Segments that every browser would fold away.
  if (/^\.{0,2}$/.test(id)) return href("event/", zoneQuery({ id }));
  return href(`event/${encodeURIComponent(id)}`, zoneQuery());
}

/// The zone goes along to every page.
export function zoneQuery(more: Record<string, string> = {}): string {
  const query = new URLSearchParams(more);
  if (zone.value !== "") query.set("tz", zone.value);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/// Steps of ours that Back can undo.
const depth = (): number => (window.history.state as { depth?: number } | null)?.depth ?? 0;

export function go(url: string, replace = false): void {
  if (url === window.location.href) return;
  if (replace) window.history.replaceState({ depth: depth() }, "", url);
  else window.history.pushState({ depth: depth() + 1 }, "", url);
  location_.value = read();
}

/// One step back, but never out of the page.
export function goBack(): void {
  if (depth() > 0) window.history.back();
}

/// Changes what Explore shows. `replace` for what Back need not undo.
export function change(changes: Partial<ViewState>, replace = false): void {
  go(href("", formatViewState({ ...viewState.value, ...changes })), replace);
}

/// Changes parameters of the page that is shown.
export function changeParams(changes: Record<string, string>, replace = false): void {
  const next = new URLSearchParams(params.value);
  for (const [name, value] of Object.entries(changes)) {
    if (value === "") next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  go(`${UI}${location_.value.path}${text ? `?${text}` : ""}`, replace);
}

/// Links stay links (new tab, copy) and yet load nothing anew.
export function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest?.("a");
  if (!link || link.target !== "" || link.hasAttribute("download")) return;
  if (!link.href.startsWith(UI)) return;
  event.preventDefault();
  go(link.href);
  window.scrollTo(0, 0);
}

import { effect, signal } from "@preact/signals";
import { readPalette, type Palette } from "../lanes/palette";

/// What belongs to the reader rather than to what is shown: kept in the browser, not in the address.

export type Theme = "auto" | "dark" | "light";
const THEMES: Theme[] = ["auto", "dark", "light"];

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // Storage is forbidden: nothing is kept.
  }
}

export function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // As above.
  }
}

/// Whether somebody has logged in here: the cookie itself is none of a script's business.
export const hasLoggedIn = (): boolean => stored("tidings.login") === "1";
export const rememberLogin = (is: boolean): void => store("tidings.login", is ? "1" : "");

export const theme = signal<Theme>(THEMES.find((t) => t === stored("tidings.theme")) ?? "auto");
export const palette = signal<Palette | null>(null);
/// Height of the table in Explore, as the reader drew the splitter.
export const tableHeight = signal(Number(stored("tidings.table")) || 0);

export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length]!;
  store("tidings.theme", theme.value);
}

const darkQuery = window.matchMedia("(prefers-color-scheme: dark)");

export function followTheme(): void {
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
    palette.value = readPalette();
  });
  darkQuery.addEventListener("change", () => {
    palette.value = readPalette();
  });
}

/// True below 640 px, where the page is made for a thumb.
const narrowQuery = window.matchMedia("(max-width: 639px)");
export const isNarrow = signal(narrowQuery.matches);
narrowQuery.addEventListener("change", () => {
  isNarrow.value = narrowQuery.matches;
});
/// True where facets stand beside the lanes.
const wideQuery = window.matchMedia("(min-width: 1280px)");
export const isWide = signal(wideQuery.matches);
wideQuery.addEventListener("change", () => {
  isWide.value = wideQuery.matches;
});

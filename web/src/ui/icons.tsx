/// Icons of 16 pixels, drawn with the colour of the text.
const PATHS = {
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3 14 14",
  clock: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.8V8l2.2 1.6",
  left: "M10 3 5 8l5 5",
  right: "M6 3l5 5-5 5",
  down: "M3.5 6 8 10.5 12.5 6",
  zoomOut: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3 14 14M5 7h4",
  more: "M3 8h.01M8 8h.01M13 8h.01",
  close: "M4 4l8 8M12 4l-8 8",
  open: "M6.5 3H3v10h10V9.5M9 3h4v4M13 3 7.5 8.5",
  link: "M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.4-2.4a2.6 2.6 0 0 0-3.7-3.7l-1 1M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.1 9.2a2.6 2.6 0 0 0 3.7 3.7l1-1",
  copy: "M5.5 5.5h7v7h-7zM3.5 10.5v-7h7",
  pin: "M5.5 2.5h5l-.7 4 2.2 2.5H4L6.2 6.5zM8 9v4.5",
  moon: "M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5z",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M12.6 3.4l-1.1 1.1M4.5 11.5l-1.1 1.1",
  auto: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 2v12M8 5h4.6M8 8h5.8M8 11h4.6",
  check: "M3 8.5 6.5 12 13 4.5",
  warning: "M8 2.5 14 13.5H2zM8 6.5v3M8 11.5h.01",
  before: "M13 3v10M10.5 8H3M6 5 3 8l3 3",
  explore: "M2 3.5h7M5 8h9M4 12.5h6",
  changes: "M1.5 8.5h3l2-5 3 9 2-4h3",
  status: "M2.5 4h11M2.5 8h11M2.5 12h11",
  filter: "M2 4h12M4.5 8h7M6.5 12h3",
  play: "M5 3.5v9l7.5-4.5z",
  download: "M8 2.5v7.5M4.8 7 8 10.2 11.2 7M3 13.5h10",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} fill="none" stroke="currentColor" stroke-width="1.4"
        stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}

export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 20 16" width="20" height="16" aria-hidden="true">
      <path class="logo-lines" d="M2 3h9M2 8h5M2 13h9" />
      <path class="logo-mark" d="M14 3.5 18.5 8 14 12.5 9.5 8z" />
    </svg>
  );
}

import type { Event } from "../api/types";
import { hueOf } from "../color";

/// The shape of an event as it stands in text: the same language as in the lanes.

interface GlyphProps {
  type: Event["type"];
  state: Event["state"];
  isDerived?: boolean;
  /// Absent: the neutral of facets.
  service?: string;
  title?: string;
}

const TEAR_RIGHT = "l-3 3 3 3-3 3 3 3";
const DIAMOND = "M10 2.5 15.5 8 10 13.5 4.5 8z";
const CORE = "M10 3.75 14.25 8 10 12.25 5.75 8z";
const RING = "M12.6 2.85 17.75 8 10 15.75 2.25 8 7.4 2.85";

function barPath(state: Event["state"], isError: boolean): string {
  const notch = isError ? "h4l3 3 3-3" : "";
  if (state === "open") return `M2.5 2${notch}H17.5${TEAR_RIGHT}H2.5z`;
  if (state === "orphan_end") return `M2.5 2${notch}H17.5V14H2.5l3-3-3-3 3-3z`;
  return `M2.5 2${notch}H17.5V14H2.5z`;
}

export function Glyph({ type, state, isDerived = false, service, title }: GlyphProps) {
  const isError = type === "Error";
  const hue = isError ? "err" : service === undefined ? "norm" : `h${hueOf(service)}`;
  return (
    <svg class="glyph" style={{ color: `var(--${hue})` }} viewBox="0 0 20 16" width="20" height="16"
      {...(title ? { role: "img", "aria-label": title } : { "aria-hidden": "true" })}>
      {state === "instant"
        ? <InstantMark isError={isError} isDerived={isDerived} />
        : <BarMark state={state} isError={isError} isDerived={isDerived} />}
    </svg>
  );
}

function InstantMark({ isError, isDerived }: { isError: boolean; isDerived: boolean }) {
  if (isError) {
    return (
      <>
        <path d={RING} class="glyph-line" />
        <path d={CORE} class={isDerived ? "glyph-line" : "glyph-fill"} />
      </>
    );
  }
  return <path d={DIAMOND} class={isDerived ? "glyph-line" : "glyph-fill"} />;
}

function BarMark({ state, isError, isDerived }: { state: Event["state"]; isError: boolean; isDerived: boolean }) {
  const path = barPath(state, isError);
  if (isError) return <path d={path} class="glyph-ring" />;
  return (
    <>
      <path d={path} class="glyph-body" />
      <path d={isDerived ? path : `${state === "open" ? "" : "M17.5 2V14"}M2.5 13.5H17.5`}
        class={isDerived ? "glyph-dashed" : "glyph-thin"} />
      {state === "open" && <path d={`M17.5 2${TEAR_RIGHT}`} class="glyph-thin" />}
      {state === "orphan_end"
        ? <path d="M2.5 14l3-3-3-3 3-3-3-3" class="glyph-thin" />
        : !isDerived && <path d="M2.5 2h3V14h-3z" class="glyph-fill" />}
    </>
  );
}

export function EventGlyph({ event }: { event: Event }) {
  return (
    <Glyph type={event.type} state={event.contradictory ? "instant" : event.state}
      isDerived={event.derived} service={event.source.service} />
  );
}

export function Swatch({ of }: { of: string }) {
  return <i class="swatch" style={{ color: `var(--h${hueOf(of)})` }} />;
}

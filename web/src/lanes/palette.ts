import { HUES } from "../color";

/// The colours of the style sheet as a canvas needs them.
export interface Palette {
  hues: string[];
  s1: string;
  s2: string;
  line: string;
  line2: string;
  ink: string;
  ink2: string;
  ink3: string;
  accent: string;
  onaccent: string;
  shade: string;
  err: string;
  norm: string;
  isDark: boolean;
  font: string;
}

/// `light-dark()` is resolved only where a property is used: an element is asked.
export function readPalette(): Palette {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const computed = getComputedStyle(probe);
  const read = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return computed.color;
  };
  const ink = read("ink");
  const palette: Palette = {
    hues: Array.from({ length: HUES }, (_, i) => read(`h${i}`)),
    s1: read("s1"),
    s2: read("s2"),
    line: read("line"),
    line2: read("line2"),
    ink,
    ink2: read("ink2"),
    ink3: read("ink3"),
    accent: read("accent"),
    onaccent: read("onacc"),
    shade: read("abg"),
    err: read("err"),
    norm: read("norm"),
    isDark: brightness(ink) > 128,
    font: getComputedStyle(document.body).fontFamily,
  };
  probe.remove();
  return palette;
}

function brightness(color: string): number {
  const parts = color.match(/[\d.]+/g)?.map(Number) ?? [0];
  return parts[0]!;
}

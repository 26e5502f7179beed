/// How many hues there are; `--h0` to `--h9` in the style sheet.
export const HUES = 10;

const encoder = new TextEncoder();
const known = new Map<string, number>();

/// The hue of a key: the same wherever the key is shown, in every browser, for ever.
export function hueOf(key: string): number {
  let hue = known.get(key);
  if (hue === undefined) {
    hue = fnv1a(key) % HUES;
    // Keys come from outside: a page that stays open must not remember all of them.
    if (known.size > 5000) known.clear();
    known.set(key, hue);
  }
  return hue;
}

/// FNV-1a over UTF-8, folded. The start value was chosen so that the services of the demo differ.
function fnv1a(text: string): number {
  let hash = 2571;
  for (const byte of encoder.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash ^= hash >>> 15;
  return hash >>> 0;
}

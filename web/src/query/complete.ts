import { fieldName, quoted, tokenAt, type Token } from "./tokens";

/// What may stand before a colon, and what each is for.
export const QUERY_FIELDS: [string, string][] = [
  ["service", "who"],
  ["instance", "which of them"],
  ["endpoint", "where in it"],
  ["layer", "K8S, FLINK, …"],
  ["name", "what happened"],
  ["type", "Normal, Error"],
  ["state", "open, closed, instant, orphan_end"],
  ["message", "words of the message"],
  ["duration", "duration:>10m"],
  ["count", "count:>=3"],
  ["start", "start:<now-1h"],
  ["end", "end:>now-15m"],
  ["derived", "true, false"],
  ["id", "one event"],
  ["parameter.", "parameter.version:1.2*"],
];

/// Fields whose values the server can list.
const LISTED = new Set(["service", "instance", "endpoint", "layer", "name", "type", "state"]);

export interface FieldRequest {
  kind: "field";
  token: Token | null;
  options: [string, string][];
}
export interface ValueRequest {
  kind: "value";
  token: Token;
  field: string;
  prefix: string;
}

/// What can be completed at the caret: a field's name, the key of a parameter among `keys`, or a value
/// that the server is asked for.
export function completionAt(text: string, caret: number, keys: readonly string[]): FieldRequest | ValueRequest | null {
  const token = tokenAt(text, caret);
  if (token === null) {
    return text.trim() === "" ? { kind: "field", token: null, options: QUERY_FIELDS } : null;
  }
  if (token.field !== "" && caret >= token.valueStart) {
    const isListed = LISTED.has(token.field) || /^parameters?\../.test(token.field);
    if (!isListed || /^[<>]/.test(token.value)) return null;
    return { kind: "value", token, field: fieldName(token.field), prefix: token.value };
  }
  const word = token.value.toLowerCase().replace(/^parameters\./, "parameter.");
  const names = word.startsWith("parameter.")
    ? keys.map((key): [string, string] => [`parameter.${quoted(key)}`, ""])
    : QUERY_FIELDS;
  const options = names.filter(([name]) => name.toLowerCase().startsWith(word));
  return options.length > 0 ? { kind: "field", token, options } : null;
}

/// The name that a message of the server's about a field proposes: `'servce' is no field, expected
/// 'service'; quote it to search text`.
export function proposedField(detail: string): { wrong: string; right: string } | null {
  const match = /'([^']+)' is no field, expected '([^']+)'/.exec(detail);
  return match ? { wrong: match[1]!, right: match[2]! } : null;
}

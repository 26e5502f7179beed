/// The words of the filter language, as far as the query bar needs them: to complete the one under the
/// caret. What a query means, and whether it is right, only the server says.

export interface Token {
  start: number;
  end: number;
  /// A leading `-`.
  excluded: boolean;
  /// Before the colon; empty when there is none.
  field: string;
  /// Behind the colon, or the whole word; without quotes.
  value: string;
  valueStart: number;
}

const OPERATORS = new Set(["AND", "OR", "NOT"]);

/// Words separated by spaces and parentheses; quotes keep spaces inside. In `field:(a OR b)` the words
/// are values of the field.
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const groups: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (/[\s()]/.test(text[at]!)) {
      const last = tokens[tokens.length - 1];
      if (text[at] === "(") groups.push(last?.end === at && last.value === "" ? last.field : groups.at(-1) ?? "");
      if (text[at] === ")") groups.pop();
      at++;
      continue;
    }
    const start = at;
    let inQuotes = false;
    while (at < text.length && (inQuotes || !/[\s()]/.test(text[at]!))) {
      if (text[at] === "\\") at++;
      else if (text[at] === '"') inQuotes = !inQuotes;
      at++;
    }
    at = Math.min(at, text.length);
    const token = tokenOf(text.slice(start, at), start);
    tokens.push(token.field === "" ? { ...token, field: groups.at(-1) ?? "" } : token);
  }
  return tokens;
}

function tokenOf(word: string, start: number): Token {
  const excluded = word.startsWith("-");
  const body = excluded ? word.slice(1) : word;
  const colon = /^[\p{L}_.](?:[\p{L}\p{N}_./@+-]|"(?:[^"\\]|\\.)*")*:/u.exec(body)?.[0].length ?? 0;
  const raw = body.slice(colon);
  return {
    start,
    end: start + word.length,
    excluded,
    field: colon > 0 ? body.slice(0, colon - 1) : "",
    value: raw.startsWith('"') ? unescaped(raw.slice(1).replace(/"$/, "")) : raw,
    valueStart: start + (excluded ? 1 : 0) + colon,
  };
}

const unescaped = (text: string): string => text.replace(/\\(.)/g, "$1");

/// A field as the server's other calls name it: without quotes around the key of a parameter.
export const fieldName = (field: string): string =>
  field.replace(/^parameters\./, "parameter.").replace(/"(.*)"/, (_, key: string) => unescaped(key));

/// Whether a word stands by itself: only then can a filter beside the text say the same.
export function isAlone(text: string, token: Token): boolean {
  return !/[()]|\b(OR|NOT)\b/.test(text.slice(0, token.start) + text.slice(token.end));
}

/// The word that the caret stands in or behind; null between words and in an operator.
export function tokenAt(text: string, caret: number): Token | null {
  const token = tokensOf(text).find((t) => t.start < caret && caret <= t.end);
  return token && !OPERATORS.has(text.slice(token.start, token.end)) ? token : null;
}

/// A value as it is written behind `field:`.
export function quoted(value: string): string {
  return /^[\p{L}\p{N}_][\p{L}\p{N}_./@+-]*$/u.test(value) ? value : `"${value.replace(/[\\"]/g, "\\$&")}"`;
}

/// `text` with the part from `start` to `end` replaced, and where the caret then stands.
export function replaced(
  text: string, start: number, end: number, by: string,
): { text: string; caret: number } {
  return { text: text.slice(0, start) + by + text.slice(end), caret: start + by.length };
}

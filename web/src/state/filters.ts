/// The filters of the address: the parameters of the same names that every call of the server takes.

export const FIELDS = ["layer", "service", "instance", "endpoint", "name", "type", "state"] as const;
export type Field = (typeof FIELDS)[number];

/// Values as the server takes them: a leading `-` excludes, `*` is a wildcard; `\-` and `\*` are
/// literal, any other `\` is a character.
export type Filters = Partial<Record<Field, string[]>>;

export function isField(name: string): name is Field {
  return (FIELDS as readonly string[]).includes(name);
}

/// A value that matches exactly `text`.
export function literal(text: string, excluded: boolean): string {
  const escaped = text.replace(/\*|\\(?=-)/g, "\\$&");
  return excluded ? `-${escaped}` : escaped.replace(/^-/, "\\-");
}

export function isExcluded(value: string): boolean {
  return value.startsWith("-");
}

/// The text that a value stands for, without sign and escapes.
export function textOf(value: string): string {
  return (isExcluded(value) ? value.slice(1) : value).replace(/\\([*-])/g, "$1");
}

export function withValue(filters: Filters, field: Field, value: string): Filters {
  // The same text, included before and excluded now, cannot be both.
  const others = (filters[field] ?? []).filter((v) => textOf(v) !== textOf(value));
  return { ...filters, [field]: [...others, value] };
}

export function withoutValue(filters: Filters, field: Field, value: string): Filters {
  return withValues(filters, field, (filters[field] ?? []).filter((v) => v !== value));
}

export function withValues(filters: Filters, field: Field, values: string[]): Filters {
  const { [field]: _, ...rest } = filters;
  return values.length > 0 ? { ...rest, [field]: values } : rest;
}

/// A click on a facet: includes the text, or takes that back.
export function toggled(filters: Filters, field: Field, text: string, excluded: boolean): Filters {
  const value = literal(text, excluded);
  return filters[field]?.includes(value)
    ? withoutValue(filters, field, value)
    : withValue(filters, field, value);
}

export interface Chip {
  field: Field;
  excluded: boolean;
  values: string[];
}

/// What the query bar shows: per field what is included and what is excluded.
export function chipsOf(filters: Filters): Chip[] {
  const chips: Chip[] = [];
  for (const field of FIELDS) {
    for (const excluded of [false, true]) {
      const values = (filters[field] ?? []).filter((v) => isExcluded(v) === excluded);
      if (values.length > 0) chips.push({ field, excluded, values });
    }
  }
  return chips;
}

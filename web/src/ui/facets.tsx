import type { Facets, FacetValue, State } from "../api/types";
import { numberText, STATE_TEXT } from "../event_text";
import { change, viewState } from "../router";
import { atLeast } from "../state/explore_data";
import { chipsOf, literal, textOf, toggled, withoutValue, type Field } from "../state/filters";
import { Glyph, Swatch } from "./glyph";
import { Text } from "./parts";

/// What there is, counted: a click includes, Alt-click excludes, and again takes that back.

const SHOWN: [Field, string][] = [
  ["type", "Type"],
  ["state", "State"],
  ["layer", "Layer"],
  ["service", "Service"],
  ["name", "Name"],
];
const MIN_LAYERS = 2;

export function FacetList({ facets }: { facets: Facets }) {
  return (
    <div class="facets">
      {SHOWN.map(([field, title]) => {
        const found = facets.facets[field];
        if (!found || found.values.length === 0) return null;
        const max = Math.max(facets.total, ...found.values.map((value) => value.events));
        if (field === "layer" && found.values.length < MIN_LAYERS && !viewState.value.filters.layer) return null;
        return (
          <section key={field} aria-label={title}>
            <h3>
              {title}
              {found.distinct > found.values.length && (
                <span class="faint">{found.values.length} of {numberText(found.distinct)}</span>
              )}
            </h3>
            {found.values.map((value) => (
              <FacetRow key={value.value} field={field} value={value} max={max} />
            ))}
          </section>
        );
      })}
      <Excluded />
    </div>
  );
}

function FacetRow({ field, value, max }: { field: Field; value: FacetValue; max: number }) {
  const text = value.value;
  const isIncluded = viewState.value.filters[field]?.includes(literal(text, false)) ?? false;
  const pick = (event: MouseEvent): void =>
    change({ filters: toggled(viewState.value.filters, field, text, event.altKey) });
  return (
    <button type="button" class="facet" aria-pressed={isIncluded} onClick={pick}
      title={`${text || "(empty)"}: click includes, Alt-click excludes`}>
      <FacetMark field={field} text={text} />
      <span class="facet-name"><Text>{field === "state" ? STATE_TEXT[text] ?? text : text || "(empty)"}</Text></span>
      {value.errors > 0 && field !== "type" && field !== "state" && <span class="errors">{atLeast.value}{numberText(value.errors)}</span>}
      <span class="count">{atLeast.value}{numberText(value.events)}</span>
      <i class="facet-bar" style={{ width: `${Math.max(2, (value.events / max) * 100)}%` }} />
    </button>
  );
}

function FacetMark({ field, text }: { field: Field; text: string }) {
  if (field === "type") return <Glyph type={text === "Error" ? "Error" : "Normal"} state="instant" />;
  if (field === "state") return <Glyph type="Normal" state={text as State} />;
  if (field === "service") return <Swatch of={text} />;
  return null;
}

function Excluded() {
  const { filters } = viewState.value;
  const values = chipsOf(filters).filter((chip) => chip.excluded)
    .flatMap((chip) => chip.values.map((value) => ({ field: chip.field, value })));
  if (values.length === 0) return null;
  return (
    <section aria-label="Excluded">
      <h3>Excluded</h3>
      {values.map(({ field, value }) => (
        <button type="button" class="facet excluded" key={field + value}
          title={`${field}: ${textOf(value)} is left out; click takes it in again`}
          onClick={() => change({ filters: withoutValue(filters, field, value) })}>
          <s><Text>{textOf(value)}</Text></s>
        </button>
      ))}
    </section>
  );
}

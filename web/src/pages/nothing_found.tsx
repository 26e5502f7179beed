import { change, viewState } from "../router";
import * as data from "../state/explore_data";
import { dropChip } from "../query/query_bar";
import { chipsOf, textOf } from "../state/filters";
import { durationText, HOUR } from "../time/duration";
import { around } from "../time/window";
import { clockText, dayText } from "../time/zone";
import { Icon } from "../ui/icons";
import { zoomTo } from "./explore_actions";

/// No event matches: where the nearest are, and what stands in the way.
export function NothingFound() {
  const { older, newer } = data.nearest.value ?? { older: null, newer: null };
  const { from, to } = data.asked.value;
  const room = Math.max((to - from) / 2, HOUR / 2);
  const filters = chipsOf(viewState.value.filters);
  return (
    <div class="nothing">
      <h2>No event matches in this window</h2>
      {older || newer ? <p>The nearest lie outside it:</p> : <p>Nor does one at any other time.</p>}
      <p class="actions">
        {older && (
          <button type="button" class="button" onClick={() => zoomTo(around(older.start, older.start, room))}>
            <Icon name="left" />{whenText(older.start)}, {durationText(from - older.start)} before
          </button>
        )}
        {newer && (
          <button type="button" class="button" onClick={() => zoomTo(around(newer.start, newer.start, room))}>
            {whenText(newer.start)}, {durationText(newer.start - to)} after<Icon name="right" />
          </button>
        )}
      </p>
      {filters.map((chip) => (
        <p key={chip.field + chip.excluded}>
          <button type="button" class="link" onClick={() => dropChip(chip)}>
            Drop the filter {chip.excluded ? "not " : ""}{chip.field}:{chip.values.map(textOf).join(", ")}
          </button>
        </p>
      ))}
      {viewState.value.q !== "" && (
        <p><button type="button" class="link" onClick={() => change({ q: "" })}>Drop the query {viewState.value.q}</button></p>
      )}
    </div>
  );
}

function whenText(t: number): string {
  const { tz } = viewState.value;
  return `${dayText(t, tz, data.now.value)} ${clockText(t, tz)}`;
}

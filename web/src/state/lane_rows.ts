import { computed } from "@preact/signals";
import { rowsOf, type Row } from "../lanes/rows";
import { viewState } from "../router";
import { lanes as foundLanes } from "./explore_data";
import { isNarrow } from "./settings";

/// The lanes of Explore, as far as they are unfolded.

/// A phone has no room for headings: lanes are those of the second level.
export const isFlat = computed(() => isNarrow.value && viewState.value.group.length > 1);

export const laneRows = computed((): Row[] => {
  const { group, open, pin } = viewState.value;
  const flat = isFlat.value;
  const lanes = flat ? foundLanes.value.map((lane) => ({ ...lane, key: lane.key.slice(1) })) : foundLanes.value;
  return rowsOf(lanes, {
    group: flat ? group.slice(1) : group,
    open: new Set(open),
    pinned: new Set(pin),
    outermost: flat ? "folded" : "heading",
  });
});

import { numberText, shortInstance } from "../event_text";
import { CHANGES_ROW, type Row } from "../lanes/rows";
import { togglePin, toggleOpen } from "../pages/explore_actions";
import { atLeast } from "../state/explore_data";
import { Swatch } from "./glyph";
import { Icon } from "./icons";
import { Text } from "./parts";

/// The name of a lane: in the gutter beside it, or above it on a phone.
export function LaneName({ row }: { row: Row; height: number }) {
  return (
    <div class={`lane-name depth-${row.depth}${row.isHeading ? " heading" : ""}`}>
      <Caret row={row} />
      {row.id === CHANGES_ROW ? <Icon name="pin" /> : row.field !== "layer" && row.field !== "instance" && <Swatch of={row.name} />}
      <Name row={row} />
      <span class="lane-counts">
        {row.errors > 0 && <><b class="error">{atLeast.value}{numberText(row.errors)}</b><span class="faint"> / </span></>}
        {atLeast.value}{numberText(row.events)}
      </span>
    </div>
  );
}

function Caret({ row }: { row: Row }) {
  if (row.id === CHANGES_ROW) return null;
  if (!row.canOpen) return <span class="caret" />;
  return (
    <button type="button" class="caret" aria-expanded={row.isOpen} aria-label={`${row.isOpen ? "Fold" : "Unfold"} ${row.name || "(empty)"}`}
      onClick={() => toggleOpen(row.id)}>
      <Icon name={row.isOpen ? "down" : "right"} />
    </button>
  );
}

function Name({ row }: { row: Row }) {
  if (row.id === CHANGES_ROW) return <b class="lane-text">Changes</b>;
  const text = row.field === "instance" ? shortInstance(row.name, row.path[row.path.length - 2] ?? "") : row.name;
  return (
    <button type="button" class="lane-text" title={`${row.name || "(empty)"}: ${row.isPinned ? "let go" : "pin on top"}`}
      aria-pressed={row.isPinned} onClick={() => togglePin(row.id)}>
      {row.isPinned && <Icon name="pin" />}<Text>{text || "(empty)"}</Text>
    </button>
  );
}

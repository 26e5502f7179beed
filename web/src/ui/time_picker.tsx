import { useState } from "preact/hooks";
import { change, viewState } from "../router";
import { asked, now } from "../state/explore_data";
import { durationText, MINUTE } from "../time/duration";
import { selection } from "../state/lane_rows";
import { around, DEFAULT_FROM, parseTime, QUICK_RANGES } from "../time/window";
import { dayText, isKnownZone, isoText, minuteText, zoneText } from "../time/zone";
import { Icon } from "./icons";
import { Button, Popover, Text } from "./parts";

/// Which time is looked at, and by whose clocks.

export function TimePicker() {
  return (
    <Popover kind="time-picker" label="Time" button={<><Icon name="clock" /><Shown /></>}>
      {(close) => <Picker close={close} />}
    </Popover>
  );
}

function Shown() {
  const { from, to, tz } = viewState.value;
  const window_ = asked.value;
  if (window_.unread) return <b><Text>{`${from || DEFAULT_FROM} – ${to || "now"}`}</Text></b>;
  const quick = to === "" && QUICK_RANGES.find(([value]) => value === (from || DEFAULT_FROM));
  return (
    <>
      {quick ? <b>{quick[1]}</b> : (
        <>
          <b>
            <span class="wide-only">{dayText(window_.from, tz, now.value)} </span>
            {minuteText(window_.from, tz)} – {window_.isOpen ? "now" : rightEnd(window_.from, window_.to, tz)}
          </b>
          <span class="faint">{durationText(window_.to - window_.from)}</span>
        </>
      )}
      <span class="zone">{zoneText(window_.to, tz)}</span>
    </>
  );
}

function rightEnd(from: number, to: number, tz: string): string {
  const day = dayText(to, tz, now.value);
  return day === dayText(from, tz, now.value) ? minuteText(to, tz) : `${day} ${minuteText(to, tz)}`;
}

function Picker({ close }: { close: () => void }) {
  const { from, to, tz } = viewState.value;
  const window_ = asked.value;
  const [typedFrom, setFrom] = useState(from === "" || /^\d{5,}$/.test(from) ? isoText(window_.from, tz) : from);
  const [typedTo, setTo] = useState(to === "" ? "now" : isoText(window_.to, tz));
  const [wrong, setWrong] = useState("");
  const pick = (value: string): void => {
    change({ from: value === DEFAULT_FROM ? "" : value, to: "" });
    close();
  };
  const apply = (event: Event): void => {
    event.preventDefault();
    const begin = parseTime(typedFrom, now.value, tz);
    const end = typedTo.trim() === "" || typedTo.trim() === "now" ? null : parseTime(typedTo, now.value, tz);
    const hasEnd = typedTo.trim() !== "" && typedTo.trim() !== "now";
    if (begin === null) setWrong("The first is no time; such as 2026-11-21 02:20, now-2h or 0");
    else if (hasEnd && end === null) setWrong("The second is no time; such as 2026-11-21 03:40 or now");
    else if (end !== null && end <= begin) setWrong("The second must be later than the first");
    else {
      change({ from: relativeOr(typedFrom, begin), to: hasEnd ? relativeOr(typedTo, end!) : "" });
      close();
    }
  };
  return (
    <div class="picker">
      <div class="quick" role="group" aria-label="Quick ranges">
        {QUICK_RANGES.map(([value, name]) => (
          <button type="button" key={value} aria-pressed={to === "" && value === (from || DEFAULT_FROM)}
            onClick={() => pick(value)}>{name}</button>
        ))}
        {selection.value && (
          <button type="button" onClick={() => {
            const { from: start, to: end } = selection.value!;
            const room = around(start, end, Math.max((end - start) / 2, 15 * MINUTE));
            change({ from: String(room.from), to: String(room.to), live: false });
            close();
          }}>Around this event</button>
        )}
      </div>
      <form onSubmit={apply} noValidate>
        <label>From<input name="from" value={typedFrom} onInput={(e) => setFrom(e.currentTarget.value)} /></label>
        <label>To<input name="to" value={typedTo} onInput={(e) => setTo(e.currentTarget.value)} /></label>
        {wrong !== "" && <p class="wrong-text" role="alert">{wrong}</p>}
        <button type="submit" class="button primary">Show</button>
      </form>
      <ZoneChoice />
    </div>
  );
}

/// What was typed relative stays so; a calendar time becomes an instant that any zone reads alike.
function relativeOr(typed: string, at: number): string {
  return /^(now|-|\d+[a-z]|0$)/.test(typed.trim()) ? typed.trim() : String(at);
}

export function ZoneChoice() {
  const { tz } = viewState.value;
  const [named, setNamed] = useState(tz !== "" && tz !== "UTC" ? tz : "");
  const [wrong, setWrong] = useState(false);
  const local = Intl.DateTimeFormat().resolvedOptions().timeZone || "local";
  const applyNamed = (event: Event): void => {
    event.preventDefault();
    const isKnown = named !== "" && isKnownZone(named);
    setWrong(!isKnown);
    if (isKnown) change({ tz: named });
  };
  return (
    <form class="zones" onSubmit={applyNamed} noValidate>
      <Button label={`Local (${local})`} isPressed={tz === ""} onClick={() => change({ tz: "" })} />
      <Button label="UTC" isPressed={tz === "UTC"} onClick={() => change({ tz: "UTC" })} />
      <label>Zone<input name="tz" value={named} placeholder="Europe/Berlin" aria-invalid={wrong}
        onInput={(e) => setNamed(e.currentTarget.value)} /></label>
      {wrong && <p class="wrong-text" role="alert">No such zone; such as America/New_York</p>}
    </form>
  );
}

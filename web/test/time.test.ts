import assert from "node:assert/strict";
import { test } from "node:test";
import { durationText, parseDuration } from "../src/time/duration";
import { bucketStep, ticks, tickStep, tickText } from "../src/time/ticks";
import { parseTime, resolveWindow, shifted, zoomed } from "../src/time/window";
import { clockText, instantOf, isKnownZone, isoText, zoneOffset, zoneText } from "../src/time/zone";

const NOW = Date.UTC(2026, 10, 21, 2, 38, 0);
const HOUR = 3_600_000;

test("durations show their two greatest units", () => {
  for (const [ms, text] of [
    [0, "0 ms"], [431, "431 ms"], [1500, "1.5 s"], [2000, "2 s"], [12_345, "12 s"], [294_000, "4 m 54 s"],
    [4_800_000, "1 h 20 m"], [147_600_000, "1 d 17 h"], [60_000, "1 m"], [86_400_000, "1 d"],
  ] as const) {
    assert.equal(durationText(ms), text);
  }
});

test("durations are read as the server reads them", () => {
  assert.equal(parseDuration("1h30m"), 5_400_000);
  assert.equal(parseDuration("500ms"), 500);
  assert.equal(parseDuration("2w"), 1_209_600_000);
  for (const text of ["", "5", "m", "5 m", "5x", "1h30"]) assert.equal(parseDuration(text), null, text);
});

test("times are read as the server reads them", () => {
  for (const [text, at] of [
    ["1700000000000", 1_700_000_000_000], ["now", NOW], ["now-15m", NOW - 900_000], ["-15m", NOW - 900_000],
    ["15m", NOW - 900_000], ["0", 0], ["2026-11-21T02:38:00Z", NOW], ["2026-11-21T03:38:00+01:00", NOW],
    ["2026-11-20T21:38:00-0500", NOW], ["2026-11-21 02:38", NOW], ["2026-11-21", NOW - 9_480_000],
    ["2026-11-21T02:38:00.5Z", NOW + 500],
  ] as const) {
    assert.equal(parseTime(text, NOW, "UTC"), at, text);
  }
  for (const text of ["", "soon", "now-", "2026-13", "12:30", "now-5"]) assert.equal(parseTime(text, NOW, "UTC"), null, text);
});

test("a time without an offset is one of the zone that is shown", () => {
  assert.equal(parseTime("2026-11-21 03:38", NOW, "Europe/Berlin"), NOW);
  assert.equal(parseTime("2026-11-20 21:38", NOW, "America/New_York"), NOW);
});

test("a window without an end shows a little of what comes after now", () => {
  const { from, to, isOpen } = resolveWindow("now-1h", "", NOW, "", null);
  assert.equal(from, NOW - HOUR);
  assert.equal(to, NOW + 72_000);
  assert.equal(isOpen, true);
});

test("everything begins at the oldest event", () => {
  assert.equal(resolveWindow("0", "", NOW, "", NOW - 5 * HOUR).from, NOW - 5 * HOUR - 1);
});

test("an address that names no window is left to the server, word by word", () => {
  assert.equal(resolveWindow("now-1h", "now", NOW, "", null).unread, undefined);
  assert.deepEqual(resolveWindow("xyz", "", NOW, "", null).unread, { from: "xyz", to: "" });
  assert.deepEqual(resolveWindow("", "yesterday", NOW, "", null).unread, { from: "", to: "yesterday" });
  assert.deepEqual(resolveWindow("now", "now-1h", NOW, "", null).unread, { from: "now", to: "now-1h" });
});

test("a window always has a length", () => {
  const { from, to } = resolveWindow("now", "now-1h", NOW, "", null);
  assert.ok(from < to);
  assert.ok(resolveWindow("now", "", NOW, "", null).to > NOW);
});

test("zooming keeps what lies under the pointer in its place", () => {
  const at = 250;
  const { from, to } = zoomed({ from: 0, to: 1_000_000 }, 0.5, at * 1000);
  assert.equal((at * 1000 - from) / (to - from), 0.25);
  assert.equal(to - from, 500_000);
});

test("no window is shorter than a second", () => {
  const { from, to } = zoomed({ from: 0, to: 1200 }, 0.1, 600);
  assert.equal(to - from, 1000);
});

test("shifting keeps the length to the millisecond", () => {
  const { from, to } = shifted({ from: 1, to: 1000 }, -0.333);
  assert.equal(to - from, 999);
});

test("ticks are round by the clocks of the zone", () => {
  const at = ticks(NOW - 24 * HOUR, NOW, 6 * HOUR, "Asia/Kolkata");
  assert.deepEqual(at.map((t) => clockText(t, "Asia/Kolkata").slice(0, 5)), ["12:00", "18:00", "00:00", "06:00"]);
});

test("ticks stay round where clocks change", () => {
  const change = Date.UTC(2026, 9, 25, 1, 0, 0);
  const at = ticks(change - 12 * HOUR, change + 12 * HOUR, 6 * HOUR, "Europe/Berlin");
  for (const t of at) assert.match(clockText(t, "Europe/Berlin"), /^(00|06|12|18):00:00$/);
});

test("no two ticks are nearer than asked", () => {
  for (const length of [1000, 60_000, HOUR, 30 * 24 * HOUR, 700 * 24 * HOUR]) {
    const step = tickStep(length, 860, 76);
    assert.ok((step / length) * 860 >= 76, String(length));
  }
});

test("buckets are at least a second and at most a thousand", () => {
  assert.equal(bucketStep(2000, 860, 9), 1000);
  for (const length of [HOUR, 24 * HOUR, 4000 * 24 * HOUR]) assert.ok(length / bucketStep(length, 3000, 1) <= 1000);
});

test("a tick shows as much of the time as differs", () => {
  assert.equal(tickText(NOW, HOUR, "UTC"), "02:38");
  assert.equal(tickText(Date.UTC(2026, 10, 21), HOUR, "UTC"), "Sat 21");
  assert.equal(tickText(NOW, 10_000, "UTC"), "02:38:00");
  assert.equal(tickText(NOW + 250, 50, "UTC"), "38:00.250");
});

test("zones: the browser's, UTC, any by name", () => {
  assert.equal(zoneOffset(NOW, ""), HOUR);
  assert.equal(zoneOffset(NOW, "UTC"), 0);
  assert.equal(zoneText(NOW, "Asia/Kolkata"), "UTC+05:30");
  assert.equal(zoneText(NOW, "America/New_York"), "UTC−05");
  assert.equal(isoText(NOW + 7, "America/New_York"), "2026-11-20T21:38:00.007-05:00");
  assert.equal(isoText(NOW, "UTC"), "2026-11-21T02:38:00.000Z");
  assert.ok(isKnownZone("Europe/Paris"));
  assert.ok(!isKnownZone("Mars/Olympus"));
});

test("an instant of a zone is found on both sides of a change of clocks", () => {
  for (const day of [24, 26]) {
    const t = instantOf(2026, 9, day, 12, 0, 0, 0, "Europe/Berlin");
    assert.equal(clockText(t, "Europe/Berlin"), "12:00:00");
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { fitsInside, hitTest, labelInset, LABEL_GAP, makeChart, neighbourInRow } from "../src/lanes/chart";
import { laneHeight, layoutCells, layoutEvents, type Scale, type Shape } from "../src/lanes/layout";
import { isChange, setChangeNames } from "../src/event_text";
import { changesRow, groupEvents, rowsOf } from "../src/lanes/rows";
import { makeEvent, MINUTE, T0 } from "./make";

/// Ten pixels a minute.
const SCALE: Scale = { origin: T0, pixelsPerMs: 10 / MINUTE };
const NOW = T0 + 100 * MINUTE;
const layout = (events: Parameters<typeof layoutEvents>[0]) => layoutEvents(events, { scale: SCALE, now: NOW });
const at = (minutes: number, lasting = 0) => ({ start: T0 + minutes * MINUTE, end: T0 + (minutes + lasting) * MINUTE });

const overlaps = (a: Shape, b: Shape): boolean => {
  const half = (s: Shape): number => (s.kind === "instant" ? 8 : 0);
  return a.sublane === b.sublane && a.x0 - half(a) < b.x1 + half(b) && b.x0 - half(b) < a.x1 + half(a);
};

test("what overlaps stands in sub-lanes of its own", () => {
  const { shapes, sublanes } = layout([
    makeEvent(at(0, 20)), makeEvent(at(5, 20)), makeEvent(at(10, 5)), makeEvent(at(30, 10)),
  ]);
  assert.deepEqual(shapes.map((shape) => shape.sublane), [0, 1, 2, 0]);
  assert.equal(sublanes, 3);
  assert.equal(laneHeight(sublanes), 64);
});

test("no two shapes of a sub-lane touch, whatever comes", () => {
  let seed = 1;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  for (let round = 0; round < 50; round++) {
    const events = Array.from({ length: 60 }, () => {
      const lasting = random() < 0.4 ? 0 : random() * 20;
      return makeEvent({ ...at(random() * 100, lasting), type: random() < 0.3 ? "Error" : "Normal" });
    });
    const { shapes, columns } = layout(events);
    const counted = columns.reduce((sum, column) => sum + column.normal + column.errors, 0);
    assert.equal(shapes.length + counted, events.length, "each event is a shape or counted");
    for (const [i, a] of shapes.entries()) {
      for (const b of shapes.slice(i + 1)) assert.ok(!overlaps(a, b));
    }
  }
});

test("three small shapes in a row become columns, two do not", () => {
  assert.equal(layout([makeEvent(at(0)), makeEvent(at(1))]).columns.length, 0);
  const { shapes, columns } = layout([makeEvent(at(0)), makeEvent(at(1)), makeEvent({ ...at(2), type: "Error" })]);
  assert.equal(shapes.length, 0);
  assert.equal(columns.reduce((sum, column) => sum + column.normal, 0), 2);
  assert.equal(columns.reduce((sum, column) => sum + column.errors, 0), 1);
});

test("a long bar never disappears into a column", () => {
  const incident = makeEvent({ ...at(0, 30), type: "Error" });
  const { shapes } = layout([makeEvent(at(0)), makeEvent(at(1)), incident, makeEvent(at(2))]);
  assert.deepEqual(shapes.map((shape) => shape.event), [incident]);
  assert.equal(shapes[0]!.sublane, 1, "below the columns");
});

test("panning does not count columns anew", () => {
  const events = [0, 0.5, 1, 1.5, 2].map((minute) => makeEvent(at(minute)));
  const moved = layoutEvents(events, { scale: { ...SCALE, origin: T0 - 12_345 }, now: NOW });
  assert.deepEqual(moved.columns.map((c) => [c.from, c.normal]), layout(events).columns.map((c) => [c.from, c.normal]));
});

test("an orphan end is a stub of one length that ends at its end", () => {
  const [shape] = layout([makeEvent({ start: null, end: T0 + 10 * MINUTE })]).shapes;
  assert.equal(shape!.kind, "stub");
  assert.deepEqual([shape!.x0, shape!.x1], [82, 100]);
});

test("an open event goes on until now", () => {
  const [shape] = layout([makeEvent({ start: T0, end: null })]).shapes;
  assert.deepEqual([shape!.kind, shape!.x0, shape!.x1], ["bar", 0, 1000]);
});

test("under four pixels a bar is a sliver, wider for an error", () => {
  const short = layout([makeEvent(at(0, 0.2))]).shapes[0]!;
  const error = layout([makeEvent({ ...at(0, 0.2), type: "Error" })]).shapes[0]!;
  assert.deepEqual([short.kind, short.x1 - short.x0], ["sliver", 4]);
  assert.deepEqual([error.kind, error.x1 - error.x0], ["sliver", 6]);
});

test("what contradicts itself is shown where it begins", () => {
  const [shape] = layout([makeEvent({ start: T0 + 10 * MINUTE, end: T0, state: "closed", contradictory: true })]).shapes;
  assert.deepEqual([shape!.kind, shape!.x0], ["instant", 100]);
});

test("one lane cannot fill the page: what finds no place is counted", () => {
  const { shapes, columns, sublanes } = layout(Array.from({ length: 50 }, () => makeEvent(at(0, 50))));
  assert.ok(sublanes <= 11);
  assert.equal(shapes.length + columns.reduce((sum, c) => sum + c.normal, 0), 50);
});

test("cells of the server are columns as wide as their time", () => {
  const { columns, columnMax } = layoutCells(
    [{ t: T0, events: 5, errors: 2, first: "a", last: "b" }], MINUTE, [], { scale: SCALE, now: T0 },
  );
  assert.deepEqual(
    [columns[0]!.x, columns[0]!.width, columns[0]!.normal, columns[0]!.errors, columnMax], [0, 9, 3, 2, 5],
  );
});

test("among what the server counted, what lasts is a bar and counted no more", () => {
  const lasting = [
    makeEvent({ start: T0 - MINUTE, end: T0 + 30 * MINUTE, type: "Error" }), makeEvent({ start: T0 + MINUTE, end: null }),
  ];
  const cells = [
    { t: T0, events: 2, errors: 2, first: "a", last: "b" }, { t: T0 + MINUTE, events: 1, errors: 0, first: "c", last: "c" },
  ];
  const { columns, shapes, sublanes } = layoutCells(cells, MINUTE, lasting, { scale: SCALE, now: T0 + 40 * MINUTE });
  assert.deepEqual(columns.map((c) => [c.from, c.normal, c.errors]), [[T0, 0, 1]]);
  assert.deepEqual(shapes.map((shape) => [shape.kind, shape.sublane]), [["bar", 1], ["bar", 2]]);
  assert.equal(sublanes, 3);
  const alone = layoutCells([cells[1]!], MINUTE, [lasting[1]!], { scale: SCALE, now: T0 + 40 * MINUTE });
  assert.deepEqual([alone.columns.length, alone.shapes[0]!.sublane, alone.sublanes], [0, 0, 1]);
});

test("a label of a change ends before the next shape, also where a notch takes its room", () => {
  const view = { from: T0, to: T0 + 60 * MINUTE };
  // Room for the label of a Normal bar, not for that behind a notch.
  const first = makeEvent({ name: "Deploy", type: "Error", start: T0 + MINUTE, end: T0 + 13 * MINUTE });
  const next = makeEvent({ name: "Deploy", start: T0 + 14 * MINUTE, end: T0 + 20 * MINUTE });
  const { rows } = makeChart([changesRow([first, next])], {
    view, width: 600, now: view.to, step: 0, textWidth: () => 100, nameRoom: 0,
  });
  const [shape] = rows[0]!.layout.shapes;
  const isInside = fitsInside(100, labelInset(first, false), shape!.x1 - shape!.x0);
  assert.ok(!isInside && shape!.room >= 100 + LABEL_GAP, `${isInside}, ${shape!.room} px of room`);
});

const OPTIONS = { group: ["layer", "service", "instance"], open: new Set<string>(), pinned: new Set<string>() };

test("lanes are ranked by errors, then by events", () => {
  const lanes = groupEvents([
    makeEvent({ service: "busy" }), makeEvent({ service: "busy" }), makeEvent({ service: "busy" }),
    makeEvent({ service: "broken", type: "Error" }), makeEvent({ service: "quiet" }),
  ], OPTIONS.group);
  assert.deepEqual(rowsOf(lanes, OPTIONS).map((row) => row.name), ["K8S", "broken", "busy", "quiet"]);
});

test("an unfolded service shows its own events, and below it its instances", () => {
  const own = makeEvent({ name: "Upgrade" });
  const lanes = groupEvents([own, makeEvent({ instance: "a" }), makeEvent({ instance: "b" })], OPTIONS.group);
  const folded = rowsOf(lanes, OPTIONS);
  assert.deepEqual(folded.map((row) => [row.name, row.spans.length]), [["K8S", 0], ["checkout", 3]]);
  const rows = rowsOf(lanes, { ...OPTIONS, open: new Set(["K8S›checkout"]) });
  assert.deepEqual(rows.map((row) => [row.name, row.spans.length, row.events]), [
    ["K8S", 0, 3], ["checkout", 1, 3], ["a", 1, 1], ["b", 1, 1],
  ]);
});

test("a service without instances cannot be unfolded", () => {
  const [, service] = rowsOf(groupEvents([makeEvent()], OPTIONS.group), OPTIONS);
  assert.equal(service!.canOpen, false);
});

test("a folded heading shows all that is below it", () => {
  const lanes = groupEvents([makeEvent({ service: "a" }), makeEvent({ service: "b" })], OPTIONS.group);
  const rows = rowsOf(lanes, { ...OPTIONS, open: new Set(["K8S"]) });
  assert.deepEqual(rows.map((row) => [row.name, row.spans.length]), [["K8S", 2]]);
});

test("counts of the server add up along the levels", () => {
  const cell = (t: number, events: number) => ({ t, events, errors: 1, first: "a", last: "b" });
  const rows = rowsOf([
    { key: ["K8S", "a"], events: 3, errors: 1, cells: [cell(1, 3)] },
    { key: ["K8S", "b"], events: 4, errors: 2, cells: [cell(1, 2), cell(2, 2)] },
  ], { ...OPTIONS, group: ["layer", "service"], open: new Set(["K8S"]) });
  assert.deepEqual(rows.map((row) => [row.events, row.errors, row.cells.map((c) => [c.t, c.events])]), [
    [7, 3, [[1, 5], [2, 2]]],
  ]);
});

test("lanes can be grouped by any parameter", () => {
  const lanes = groupEvents([makeEvent({ parameters: { region: "eu" } }), makeEvent()], ["parameter.region"]);
  assert.deepEqual(lanes.map((lane) => lane.key), [["eu"], [""]]);
});

test("changes are known by the names that the server tells, whatever their case", () => {
  setChangeNames(["Deploy", "FeatureFlag"]);
  const row = changesRow([makeEvent({ name: "DEPLOY" }), makeEvent({ name: "Started" })].filter(isChange));
  assert.deepEqual(row.spans.map((event) => event.name), ["DEPLOY"]);
});

test("a pointer finds the shape under it, and the column", () => {
  const instant = makeEvent(at(10));
  const bar = makeEvent(at(20, 10));
  const lanes = groupEvents([instant, bar, ...[50, 51, 52].map((m) => makeEvent(at(m)))], ["service"]);
  const rows = rowsOf(lanes, { ...OPTIONS, group: ["service"] });
  const chart = makeChart(rows, {
    view: { from: T0, to: NOW }, width: 1000, now: NOW, step: 0, textWidth: (text) => text.length * 6, nameRoom: 0,
  });
  assert.equal(hitTest(chart, 103, 12)?.shape?.event, instant);
  assert.equal(hitTest(chart, 250, 12)?.shape?.event, bar);
  assert.equal(hitTest(chart, 400, 12)?.shape, null);
  assert.ok(hitTest(chart, 502, 12)?.column);
  assert.equal(hitTest(chart, 100, 500), null);
});

test("keys walk a lane by start", () => {
  const [a, b, c] = [makeEvent(at(1)), makeEvent(at(2)), makeEvent(at(3))];
  const [row] = rowsOf(groupEvents([c, a, b], ["service"]), { ...OPTIONS, group: ["service"] });
  assert.equal(neighbourInRow(row!, a.id, 1, NOW), b);
  assert.equal(neighbourInRow(row!, a.id, -1, NOW), null);
  assert.equal(neighbourInRow(row!, "", -1, NOW), c);
});

test("where only counts are known, a lane can be unfolded before what is below it is known", () => {
  const cells = [{ t: 1, events: 3, errors: 0, first: "a", last: "b" }];
  const lanes = [{ key: ["K8S", "a"], events: 3, errors: 0, cells }];
  const options = { ...OPTIONS, isCounted: true };
  const [, folded] = rowsOf(lanes, options);
  assert.equal(folded!.canOpen, true);
  const [, unfolded] = rowsOf(lanes, { ...options, open: new Set(["K8S›a"]) });
  assert.deepEqual([unfolded!.isOpen, unfolded!.cells.length], [true, 1]);
  const below = [{ key: ["K8S", "a", "pod-1"], events: 2, errors: 0, cells }, { key: ["K8S", "a", ""], events: 1, errors: 0, cells }];
  const rows = rowsOf(below, { ...options, open: new Set(["K8S›a"]) });
  assert.deepEqual(rows.map((row) => row.name), ["K8S", "a", "pod-1"]);
});

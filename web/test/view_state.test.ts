import assert from "node:assert/strict";
import { test } from "node:test";
import { chipsOf, literal, textOf, toggled, withValue } from "../src/state/filters";
import { filterParameters, formatViewState, parseViewState } from "../src/state/view_state";

test("an address says the whole state, and comes back the same", () => {
  const search =
    "?from=now-1h&to=1700000000000&tz=UTC&q=duration:>10m&layer=K8S&service=a&service=-b&name=x,y" +
    "&type=Error&state=open&group=name&view=lanes&sel=id%2F1&live=1&open=K8S%E2%80%BAa&pin=K8S";
  const state = parseViewState(search);
  assert.equal(state.q, "duration:>10m");
  assert.deepEqual(state.filters.service, ["a", "-b"]);
  assert.deepEqual(state.filters.name, ["x,y"], "a comma in a value does not part it");
  assert.equal(state.sel, "id/1");
  assert.equal(state.live, true);
  assert.deepEqual(state.open, ["K8S›a"]);
  assert.deepEqual(parseViewState(formatViewState(state)), state);
});

test("the default state needs no address", () => {
  assert.equal(formatViewState(parseViewState("")), "");
  assert.equal(formatViewState(parseViewState("?group=layer,service,instance&view=both&live=0")), "");
});

test("what is no value of a parameter is its default", () => {
  const state = parseViewState("?view=carpet&live=yes&group=&service=");
  assert.equal(state.view, "both");
  assert.equal(state.live, false);
  assert.deepEqual(state.filters, {});
});

test("a zone that is none is the reader's own", () => {
  assert.equal(parseViewState("?tz=Mars/Base").tz, "");
  assert.equal(parseViewState("?tz=Asia/Kolkata").tz, "Asia/Kolkata");
});

test("a group has at most three fields", () => {
  assert.deepEqual(parseViewState("?group=a,b,c,d").group, ["a", "b", "c"]);
});

test("hostile text goes into the address and back as it is", () => {
  const text = '"><script>&=?#%\u202e\u200b -*\\';
  const state = { ...parseViewState(""), q: text, sel: text, filters: { name: [literal(text, false)] } };
  assert.deepEqual(parseViewState(formatViewState(state)), state);
});

test("calls of the server get the filters, and nothing of the layout", () => {
  const state = parseViewState("?service=a&name=-b&q=x&view=lanes&sel=1&live=1");
  assert.deepEqual(filterParameters(state), { service: ["a"], name: ["-b"], q: "x" });
});

test("a literal value matches only itself", () => {
  assert.equal(literal("a*b", false), "a\\*b");
  assert.equal(literal("-x", false), "\\-x");
  assert.equal(literal("-x", true), "--x");
  // For the server only `\-` and `\*` are escapes.
  assert.equal(literal("back\\slash", false), "back\\slash");
  assert.equal(literal("a\\-b", false), "a\\\\-b");
  for (const text of ["plain", "a*b", "-x", "back\\slash", "*", "a\\-b", "a\\*b", "a-b", "\\-"]) {
    assert.equal(textOf(literal(text, false)), text);
    assert.equal(textOf(literal(text, true)), text);
  }
});

test("a click on a facet includes, and takes that back", () => {
  const included = toggled({}, "service", "a", false);
  assert.deepEqual(included, { service: ["a"] });
  assert.deepEqual(toggled(included, "service", "a", false), {});
});

test("excluding what was included turns it round", () => {
  assert.deepEqual(toggled({ service: ["a", "b"] }, "service", "a", true), { service: ["b", "-a"] });
});

test("chips part what is included from what is excluded", () => {
  const filters = withValue(withValue(withValue({}, "name", "a"), "name", "-b"), "layer", "K8S");
  assert.deepEqual(chipsOf(filters), [
    { field: "layer", excluded: false, values: ["K8S"] },
    { field: "name", excluded: false, values: ["a"] },
    { field: "name", excluded: true, values: ["-b"] },
  ]);
});

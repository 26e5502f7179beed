import assert from "node:assert/strict";
import { test } from "node:test";
import { hueOf, HUES } from "../src/color";
import {
  bytesText, changeLabel, lastedText, messageOf, numberText, shortInstance, shown, titleOf, versionOf,
} from "../src/event_text";
import { completionAt, proposedField } from "../src/query/complete";
import { isAlone, quoted, replaced, tokenAt, tokensOf } from "../src/query/tokens";
import { makeEvent, MINUTE, T0 } from "./make";

test("a key has the same hue everywhere, for ever", () => {
  assert.deepEqual(["checkout", "payments", "gateway", "Bücher", ""].map(hueOf), HUES_OF_KEYS);
  for (let i = 0; i < 1000; i++) assert.ok(hueOf(`service-${i}`) < HUES);
});
const HUES_OF_KEYS = [5, 4, 3, 3, 1];

test("hues are spread evenly", () => {
  const counts = new Array<number>(HUES).fill(0);
  for (let i = 0; i < 10_000; i++) counts[hueOf(`service-${i}`)]!++;
  for (const count of counts) assert.ok(count > 800 && count < 1200, String(counts));
});

test("lasted says how an event stands", () => {
  const now = T0 + 10 * MINUTE;
  assert.equal(lastedText(makeEvent({ end: null }), now), "open 10 m");
  assert.equal(lastedText(makeEvent({ end: T0 + 90_000 }), now), "1 m 30 s");
  assert.equal(lastedText(makeEvent({ start: null, end: T0 }), now), "only its end");
  assert.equal(lastedText(makeEvent(), now), "–");
  assert.equal(lastedText(makeEvent({ contradictory: true }), now), "ends before it starts");
});

test("the row of changes names service and version", () => {
  assert.equal(changeLabel(makeEvent({ name: "Upgrade", parameters: { from: "1", to: "1.25.0" } })), "checkout 1.25.0");
  assert.equal(changeLabel(makeEvent({ name: "Rollback", parameters: { to: "1.24.3" } })), "↩ checkout 1.24.3");
  assert.equal(changeLabel(makeEvent({ name: "Restart", service: "payments" })), "payments restart");
  assert.equal(changeLabel(makeEvent({ name: "ConfigChange" })), "checkout config change");
  assert.equal(versionOf(makeEvent({ parameters: { image: "a:1", version: "2" } })), "2");
});

test("placeholders are filled with what is there", () => {
  const event = makeEvent({ message: "to {v} by {who}", parameters: { v: 1.5 } });
  assert.equal(messageOf(event), "to 1.5 by {who}");
  assert.equal(messageOf({ ...event, text: "the server's" }), "the server's");
});

test("overrides of direction become marks, all other text stays", () => {
  assert.equal(shown("a\u202eb\u2066c\u2069"), "a⟨U+202E⟩b⟨U+2066⟩c⟨U+2069⟩");
  assert.equal(shown("عربى \u200f ü"), "عربى \u200f ü");
});

test("numbers and sizes", () => {
  assert.equal(numberText(2_904_118), "2\u202f904\u202f118");
  assert.equal(numberText(999), "999");
  assert.equal(bytesText(84_006), "82.0 KiB");
  assert.equal(bytesText(432 * 2 ** 20), "432 MiB");
});

test("instances show where they differ", () => {
  assert.equal(shortInstance("checkout-6b8f5d9c7-x2k9q", "checkout"), "…x2k9q");
  assert.equal(shortInstance("tm-2", "orders"), "tm-2");
  assert.equal(titleOf(makeEvent({ name: "BackOff", count: 14 })), "BackOff ×14");
  assert.equal(titleOf(makeEvent({ name: "" })), "(no name)");
});

test("words of a query", () => {
  const tokens = tokensOf('service:checkout -name:"Up grade" (a OR parameter.k:1)');
  assert.deepEqual(tokens.map((t) => [t.field, t.value, t.excluded]), [
    ["service", "checkout", false], ["name", "Up grade", true], ["", "a", false], ["", "OR", false], ["parameter.k", "1", false],
  ]);
});

test("what is written comes back from its quotes", () => {
  for (const value of ["plain", "two words", 'a"b', "a\\b", "ä.ö/1", "(x)", "a*"]) {
    const [token] = tokensOf(`name:${quoted(value)}`);
    assert.equal(token!.value, value);
  }
});

test("the word under the caret is completed, an operator is not", () => {
  assert.equal(tokenAt("a AND b", 4), null);
  assert.equal(tokenAt("a b", 3)!.value, "b");
  assert.equal(tokenAt("a  ", 3), null);
});

test("fields are completed by their beginning", () => {
  const found = completionAt("ser", 3, []);
  assert.equal(found?.kind, "field");
  assert.deepEqual(found?.kind === "field" && found.options.map(([name]) => name), ["service"]);
  assert.equal(completionAt("zzz", 3, []), null);
  assert.equal(completionAt("", 0, [])?.kind, "field");
});

test("values are completed of the fields that the server lists", () => {
  const found = completionAt("x -name:Ro", 10, []);
  assert.deepEqual(found?.kind === "value" && [found.field, found.prefix, found.token.excluded], ["name", "Ro", true]);
  assert.equal(completionAt("duration:>1", 11, []), null);
  const parameter = completionAt("parameters.version:1", 20, []);
  assert.equal(parameter?.kind === "value" && parameter.field, "parameter.version");
});

test("a part of the text is replaced, and the caret stands behind it", () => {
  assert.deepEqual(replaced("a ser b", 2, 5, "service:"), { text: "a service: b", caret: 10 });
});

test("the server's proposal for a field is found in its words", () => {
  assert.deepEqual(
    proposedField("q, character 1: 'servce' is no field, expected 'service'; quote it to search text"),
    { wrong: "servce", right: "service" },
  );
  assert.equal(proposedField("expected a value"), null);
});

test("inside parentheses a word is a value of the field before them", () => {
  const at = (text: string) => {
    const found = completionAt(text, text.length, []);
    return found?.kind === "value" ? [found.field, found.prefix] : found?.kind;
  };
  assert.deepEqual(at("name:(Up"), ["name", "Up"]);
  assert.deepEqual(at("name:(Upgrade OR (Ro"), ["name", "Ro"]);
  assert.deepEqual(at("x (service:ch"), ["service", "ch"]);
  assert.equal(at("name:(Upgrade) ser"), "field");
  const [token] = tokensOf("name:Up");
  assert.ok(isAlone("name:Up", token!));
  assert.ok(!isAlone("name:Up OR x", token!));
});

test("keys of parameters are completed, quoted where they must be", () => {
  const found = completionAt("parameter.a", 11, ["version", "app/name", "a b"]);
  assert.deepEqual(found?.kind === "field" && found.options.map(([name]) => name), ["parameter.app/name"]);
  const all = completionAt("parameters.", 11, ["version", "a b"]);
  assert.deepEqual(all?.kind === "field" && all.options.map(([name]) => name), ["parameter.version", 'parameter."a b"']);
  const value = completionAt('parameter."a b":x', 17, []);
  assert.deepEqual(value?.kind === "value" && [value.field, value.prefix], ["parameter.a b", "x"]);
});

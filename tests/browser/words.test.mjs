// Every word of the page is there in every language.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { functionsOfThePage } from "./records.mjs";

const { say, WORDS } = functionsOfThePage();
const source = new URL("../../web/verify/src/", import.meta.url);
const code = readdirSync(source)
  .filter((name) => !["english.js", "spanish.js"].includes(name))
  .map((name) => readFileSync(new URL(name, source), "utf8"))
  .join("\n");
const places = (text) => [...text.matchAll(/\{([a-z]+)\}/g)].map(([, name]) => name).sort();

test("the languages have the same words", () => {
  const keys = Object.keys(WORDS.en).sort();
  assert.ok(keys.length > 200);
  for (const [language, words] of Object.entries(WORDS)) {
    assert.deepEqual(Object.keys(words).sort(), keys, language);
    for (const key of keys) {
      assert.ok(words[key].trim() !== "", `${language} ${key}`);
      assert.deepEqual(places(words[key]), places(WORDS.en[key]), `${language} ${key}`);
    }
  }
  // What is the same in both was looked at: nothing but names.
  const same = keys.filter((key) => WORDS.en[key] === WORDS.es[key]);
  assert.deepEqual(same, [], "the same in English and Spanish");
});

test("the code uses every word, and no other", () => {
  const used = new Set([...code.matchAll(/"([a-z]+(?:-[a-z]+)*(?:\.[a-z-]+)+)"/g)].map(([, key]) => key));
  for (const [, key] of code.matchAll(/(?:Failed|NotMade)\(\s*(?:first \? )?"([a-z0-9-]+)"/g)) used.add(`why.${key}`);
  for (const [, key] of code.matchAll(/must\([^;]*?,\s*"([a-z0-9-]+)"[^;]*?\);/g)) used.add(`why.${key}`);
  for (const [, key] of code.matchAll(/reason: \{ key: "([a-z-]+)"/g)) used.add(`why.${key}`);
  for (const [, id] of code.matchAll(/\{\s*id: "([a-z-]+)"/g)) used.add(`check.${id}`);
  const files = new Set(["commit.json", "quotas.csv", "rules.json", "counts.csv", "draw.json", "void.json", "members.csv", "portfolio.csv", "certificate.json"]);
  const missing = [...used].filter((key) => !Object.hasOwn(WORDS.en, key) && !files.has(key));
  const isWord = (key) => /^(check|why|fact|open|problem|verdict|files|level|outcome|picture|column|result|page)\./.test(key);
  assert.deepEqual(missing.filter(isWord), []);
});

test("numbers are written as people write them", () => {
  const share = { whole: 2, thousandths: 353 };
  assert.match(say("en", "fact.bound", { bound: share, least: share }), /2\.353\u00a0%/);
  assert.match(say("es", "fact.bound", { bound: share, least: share }), /2,353\u00a0%/);
});

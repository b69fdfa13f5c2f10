// The lists for paper that `boule tables` writes, in real browsers: cards for tables, facilitators' lists, the list for the door.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { NAMES, open, start } from "./browsers.mjs";
import { PROGRAM } from "./service.mjs";

const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const LISTS = ["table-cards.html", "facilitators.html", "door-list.html"];
/** Sixty people at six tables in three rounds; some names are long, one must not become part of the page. */
const PEOPLE = Array.from({ length: 60 }, (_, n) => ({
  id: `P${String(n + 1).padStart(3, "0")}`,
  name: n === 7 ? "<b>Ida</b> & Co" : n === 8 ? "Wolfeschlegelsteinhausenbergerdorff-Example of the Lower Harbour" : `Person ${n + 1} Example`,
  gender: n % 2 ? "Female" : "Male",
  speaks: n < 5 ? "Arabic" : "English",
}));

let folder;
const path = (name) => join(folder, name);
const table = (name, rows) => writeFileSync(path(name), rows.map((row) => `${row.join(",")}\n`).join(""));

before(() => {
  folder = mkdtempSync(join(tmpdir(), "boule-lists-"));
  table("members.csv", [["id", "name", "gender", "speaks"], ...PEOPLE.map(({ id, name, gender, speaks }) => [id, name, gender, speaks])]);
  const seats = [1, 2, 3].flatMap((round) => ["A", "B", "C", "D", "E", "F"].map((at) => [round, at, 10]));
  table("rounds.csv", [["round", "table", "seats"], ...seats]);
  table("features.csv", [["feature", "mode", "weight"], ["gender", "spread", "1"], ["speaks", "cluster", "1"]]);
  const facilitators = Array.from({ length: 8 }, (_, n) => [`F${n + 1}`, "facilitator", "", "", "", `Guide ${n + 1}`]);
  table("staff.csv", [["id", "role", "languages", "rounds", "most", "name"], ...facilitators, ["I1", "interpreter", "Arabic", "", "", "Voice 1"]]);
  const files = ["members", "rounds", "features", "staff"].flatMap((name) => [`--${name}`, path(`${name}.csv`)]);
  execFileSync(PROGRAM, ["tables", ...files, "--seed", "lists", "--out", folder], { encoding: "utf8" });
});
after(() => rmSync(folder, { recursive: true }));

for (const name of NAMES) {
  test(`the lists for paper are sound pages in ${name}`, async () => {
    const browser = await start(name);
    try {
      for (const list of LISTS) {
        const { page, requests, errors } = await open(browser, path(list));
        await page.evaluate(`${AXE}; undefined`);
        const violations = await page.evaluate(async (rules) => {
          const { violations } = await globalThis.axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
          return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html)}`);
        }, RULES);
        assert.deepEqual(violations, [], list);
        const told = await page.$eval("main", (main) => main.innerText);
        if (list !== "facilitators.html") for (const person of PEOPLE) assert.ok(told.includes(person.name), `${person.name} in ${list}`);
        assert.equal(await page.$("main b"), null, "a name is text");
        // As wide as the sheet that it is printed on, A4 between its margins, and no wider.
        await page.setViewport({ width: 680, height: 960 });
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wider <= 0, `${list} is ${wider} pixels wider than its sheet`);
        assert.deepEqual([requests.filter((url) => !url.endsWith(list)), errors], [[], []], list);
        await page.close();
      }
      // A card for each table, a list for each facilitator who works, everybody once at the door.
      const count = async (list, what) => {
        const { page } = await open(browser, path(list));
        const found = (await page.$$(what)).length;
        await page.close();
        return found;
      };
      assert.equal(await count("table-cards.html", "section.card"), 18);
      assert.equal(await count("table-cards.html", "section.card li"), 180);
      assert.equal(await count("facilitators.html", "article tbody tr") % 10, 0);
      assert.equal(await count("door-list.html", "tbody tr"), PEOPLE.length);
    } finally {
      await browser.close();
    }
  });
}

// What an assembly was worth, in real browsers: the secretariat enters a cost and a survey, everybody reads what came of it, and
// both pages stand before axe in both languages. With BOULE_PICTURES=1 the guide's picture is taken anew.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { NAMES, start } from "./browsers.mjs";
import { GUIDE, demonstration, enter, faults, fill, press, text } from "./service.mjs";

const STAFF = "/staff/worth/harbour-county";
const PUBLIC = "/a/harbour-county/worth";

let service;
let folder;
before(() => (folder = mkdtempSync(join(tmpdir(), "boule-worth-"))));
after(() => rmSync(folder, { recursive: true }));

/** A table of answers of twelve members; `later` is added to the even ones. */
function table(name, later, odd = "") {
  const rows = Array.from({ length: 12 }, (_, n) => `m${n},${4 + (n % 2 === 0 ? later : 0)}${n === 5 ? odd : ""}`);
  const path = join(folder, name);
  writeFileSync(path, ["member,I feel heard", ...rows, ""].join("\n"));
  return path;
}

/** Sends the form of a part of the page. */
const send = (page, part) => press(page, `form[action="${STAFF}/${part}"] button.govuk-button`);

/** Chooses the two tables of a survey. */
async function choose(page, before, after) {
  for (const [field, path] of Object.entries({ before, after })) {
    const input = await page.$(`input[type=file][name="survey-${field}"]`);
    await input.uploadFile(path);
  }
}

for (const name of NAMES) {
  test(`costs and a survey are entered in ${name} and read by everybody`, async () => {
    service = await demonstration();
    const browser = await start(name);
    try {
      const page = await enter(browser, service.links.secretariat, true);
      await page.goto(service.url + STAFF);
      await fill(page, { "cost-purpose": "process", "cost-what": "Two more evenings", "cost-amount": "much" });
      await send(page, "cost");
      assert.match(await text(page), /Enter digits and the currency.*Write a day that exists.*Fill this in/s, "all at once");
      await fill(page, { "cost-amount": "9100.50 EUR", "cost-on": new Date("2026-06-30"), "cost-source": "Accounts of June" });
      await send(page, "cost");
      assert.match(await text(page), /It is entered/);

      await fill(page, { "survey-name": "Two evenings", "survey-on": new Date("2026-06-30") });
      await choose(page, table("before.csv", 0), table("wrong.csv", 3, "x"));
      await send(page, "survey");
      assert.match(await text(page), /wrong\.csv, Row 7: I feel heard: .4x. is no number/);
      await choose(page, table("before.csv", 0), table("after.csv", 3));
      await send(page, "survey");

      await page.goto(service.url + PUBLIC);
      const told = await text(page);
      for (const words of ["Two more evenings", "9100.50 EUR", "Accounts of June", "4.0 → 5.5", "1.5 (0.5 to 2.5)"]) {
        assert.ok(told.includes(words), `${words} in ${told}`);
      }
      assert.ok(!told.includes("m3"), "no code of a member");
      const found = [];
      for (const language of ["en", "es"]) {
        for (const path of [PUBLIC, STAFF, "/staff/worth"]) {
          await page.goto(`${service.url}/language/${language}?to=${path}`);
          found.push(...(await faults(page, `${path} in ${language}`)));
        }
      }
      assert.deepEqual(found, []);
      assert.deepEqual(page.errors, []);
      if (process.env.BOULE_PICTURES && name === "chromium") {
        await page.setViewport({ width: 1000, height: 1200 });
        await page.goto(`${service.url}/language/en?to=${PUBLIC}`);
        await page.screenshot({ path: join(GUIDE, "worth.png") });
      }
    } finally {
      await browser.close();
      assert.equal(await service.stop(), 0);
    }
  });
}

// Reports in real browsers: the secretariat enters a bill, says what it makes of a recommendation and takes a snapshot; everybody
// reads and prints what came of it. Every page stands before axe in both languages, and the linked data before a JSON-LD processor
// that is not ours. With BOULE_PICTURES=1 the guide's pictures are taken anew.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { unzipSync } from "fflate";
import jsonld from "jsonld";
import { NAMES, start } from "./browsers.mjs";
import { GUIDE, demonstration, enter, faults, fill, press, text } from "./service.mjs";

const STAFF = "/staff/reports/harbour-county";
const PUBLIC = "/a/harbour-county/reports";
const API = "/api/v1/assemblies/harbour-county";
const year = new Date().getUTCFullYear();

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const bytes = async (address) => {
  const answer = await fetch(address);
  assert.equal(answer.status, 200, address);
  return new Uint8Array(await answer.arrayBuffer());
};
/** Nothing may be fetched to read a document. */
const documentLoader = (address) => Promise.reject(new Error(`${address} was asked for`));

/** The statements of a document, as a set of [subject, predicate, object] without the names of blank nodes. */
async function statements(address) {
  const answer = await fetch(address);
  assert.match(answer.headers.get("content-type"), /^application\/ld\+json/);
  // A term without a meaning is an error, not silently dropped.
  const quads = await jsonld.toRDF(await answer.json(), { documentLoader, safe: true });
  return quads.map(({ subject, predicate, object }) => [subject.value, predicate.value, object.value]);
}

const DCAT = "http://www.w3.org/ns/dcat#";
const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const OPENGOV = "http://www.w3.org/ns/opengov#";

test("a JSON-LD processor reads catalogue and linked data without fetching anything", async () => {
  const service = await demonstration();
  try {
    const catalogue = await statements(`${service.url}${API}/catalogue.jsonld`);
    const count = (all, p, o) => all.filter(([, predicate, object]) => predicate === p && (!o || object === o)).length;
    assert.equal(count(catalogue, TYPE, `${DCAT}Catalog`), 1);
    assert.ok(count(catalogue, TYPE, `${DCAT}Dataset`) >= 7);
    assert.equal(count(catalogue, `${DCAT}dataset`), count(catalogue, TYPE, `${DCAT}Dataset`));
    assert.equal(count(catalogue, `${DCAT}accessURL`), count(catalogue, TYPE, `${DCAT}Distribution`));
    const [snapshot] = await (await fetch(`${service.url}${API}/snapshots`)).json();
    assert.equal(count(catalogue, "http://spdx.org/rdf/terms#checksumValue", snapshot.sha256), 1);

    const linked = await statements(`${service.url}${API}/popolo.jsonld`);
    const all = await (await fetch(`${service.url}/api/v1/recommendations?assembly=harbour-county&limit=100`)).json();
    assert.equal(count(linked, TYPE, `${OPENGOV}Motion`), all.count);
    const voted = all.items.filter(({ vote }) => vote).length;
    for (const option of ["Yes", "No", "Abstain", "Absent"]) {
      assert.equal(count(linked, TYPE, `${OPENGOV}${option}Count`), voted, option);
    }
    const motions = new Set(linked.filter(([, p, o]) => p === TYPE && o === `${OPENGOV}Motion`).map(([subject]) => subject));
    const decided = linked.filter(([, predicate]) => predicate === `${OPENGOV}motion`);
    assert.ok(decided.length === voted && decided.every(([, , object]) => motions.has(object)));
    assert.equal(count(linked, "http://www.w3.org/ns/org#postIn"), count(linked, TYPE, "http://www.w3.org/ns/org#Post"));

    const [first] = all.items;
    const one = await statements(`${service.url}${API}/recommendations/${first.reference}/motion.jsonld`);
    for (const statement of one.filter(([subject, , object]) => !/^_:|^c14n|^b\d/.test(subject + object))) {
      assert.ok(linked.some((other) => other.join() === statement.join()), `${statement} stands in both`);
    }
  } finally {
    assert.equal(await service.stop(), 0);
  }
});

for (const name of NAMES) {
  test(`a bill, its statement, a snapshot and the annual report in ${name}`, async () => {
    const service = await demonstration();
    const browser = await start(name);
    try {
      const page = await enter(browser, service.links.secretariat, true);
      const send = (form) => press(page, `form[action="${form}"] button.govuk-button`);
      await page.goto(service.url + STAFF);
      await fill(page, { reference: "Bill 21", "name-en": "Shade Bill", url: "bills.example" });
      await send(`${STAFF}/bill`);
      assert.match(await text(page), /Enter an address that begins with https.*Enter the day/s, "all at once");
      await fill(page, { url: "https://bills.example/21", on: new Date("2026-11-02") });
      await send(`${STAFF}/bill`);
      const bill = new URL(page.url()).pathname;
      await fill(page, { recommendation: "R-03", relation: "partly", provision: "section 2", changed: "New yards get trees." });
      await send(`${bill}/link`);
      assert.match(await text(page), /Say what the bill does not do, and why/);
      await fill(page, { refused: "Yards that are there stay as they are: no money this year." });
      await send(`${bill}/link`);
      assert.match(await text(page), /It is saved/);
      const statement = `/a/harbour-county/bills/${bill.split("/").pop()}`;
      await page.goto(service.url + statement);
      const told = await text(page);
      for (const words of ["Shade Bill", "R-03", "New yards get trees.", "no money this year", "Not done, and why"]) {
        assert.ok(told.includes(words), `${words} in ${told}`);
      }

      await page.goto(service.url + STAFF);
      await fill(page, { title: "Before the summer" });
      await send(`${STAFF}/snapshot`);
      assert.match(await text(page), /The snapshot is taken and kept/);
      const kept = await (await fetch(`${service.url}${API}/snapshots`)).json();
      const last = kept.at(-1);
      const archive = await bytes(last.url);
      assert.equal(sha256(archive), last.sha256);
      const files = unzipSync(archive);
      for (const line of new TextDecoder().decode(files.SHA256SUMS).trim().split("\n")) {
        const [sum, path] = line.split("  ");
        assert.equal(sha256(files[path]), sum, path);
      }

      await page.goto(service.url + PUBLIC);
      assert.ok((await text(page)).includes(last.sha256));
      await page.goto(`${service.url}${PUBLIC}/${year}`);
      const report = await (await fetch(`${service.url}${API}/reports/${year}`)).json();
      const row = await page.$$eval("main tr", (rows) => rows.map((one) => one.innerText.split("\t").map((cell) => cell.trim())));
      assert.ok(row.some(([what, n]) => what === "Handed over so far" && Number(n) === report.figures.handed_over));
      // On paper: the report itself, without menu and foot. Puppeteer can ask Chromium only for what it would print.
      if (name === "chromium") {
        await page.emulateMediaType("print");
        const shown = await page.$$eval(".govuk-service-navigation, .boule-foot, main .boule-no-print", (all) =>
          all.filter((one) => one.getClientRects().length > 0).map((one) => one.className),
        );
        assert.deepEqual(shown, []);
        await page.emulateMediaType("screen");
      }

      const found = [];
      for (const language of ["en", "es"]) {
        for (const path of [PUBLIC, `${PUBLIC}/${year}`, statement, "/staff/reports", STAFF, bill]) {
          await page.goto(`${service.url}/language/${language}?to=${path}`);
          found.push(...(await faults(page, `${path} in ${language}`)));
        }
      }
      assert.deepEqual(found, []);
      assert.deepEqual(page.errors, []);
      if (process.env.BOULE_PICTURES && name === "chromium") {
        await page.setViewport({ width: 1000, height: 1200 });
        for (const [picture, path] of [
          ["reports-year", `${PUBLIC}/${year}`],
          ["reports-statement", "/a/harbour-county/bills/bill-harbour-county-bill-14--made-up-"],
        ]) {
          await page.goto(`${service.url}/language/en?to=${path}`);
          await page.screenshot({ path: join(GUIDE, `${picture}.png`) });
        }
      }
    } finally {
      await browser.close();
      assert.equal(await service.stop(), 0);
    }
  });
}

// Before the assembly and the register of engagements in real browsers: the gates from shut to open by three roles, an entry that
// clashes, and every page in both languages before axe. With BOULE_PICTURES=1 the guides' pictures are taken anew.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { NAMES, start } from "./browsers.mjs";
import { GUIDE, demonstration, enter, faults, fill, press, text } from "./service.mjs";

const inDays = (days) => new Date(Date.now() + days * 86_400_000);
const AHEAD = "/staff/before/river-plan";

let service;
before(async () => (service = await demonstration()));
after(async () => assert.equal(await service.stop(), 0, "it stops when it is told to"));

/** Links work once, so each test has a demonstration of its own. */
async function fresh() {
  await service.stop();
  service = await demonstration();
  return service.links;
}

for (const { browser: name, scripts } of [
  { browser: "chromium", scripts: false },
  { browser: "firefox", scripts: true },
]) {
  test(`gates are passed and a clash is settled in ${name}, ${scripts ? "with" : "without"} JavaScript`, async () => {
    const links = await fresh();
    const browser = await start(name);
    try {
      await gates(browser, links, scripts);
      await clash(await enter(browser, links.coordinator, scripts));
    } finally {
      await browser.close();
    }
  });
}

/** Presses the button of the step on the page of the gates. */
async function take(page, step, fields = {}) {
  await page.goto(service.url + AHEAD);
  await fill(page, fields);
  await press(page, `form:has(input[name=step][value=${step}]) button`);
  const told = await text(page);
  assert.ok(page.url().includes(`done=step-${step}`), `${step}: ${told}`);
}

async function gates(browser, links, scripts) {
  const secretariat = await enter(browser, links.secretariat, scripts);
  await secretariat.goto(service.url + AHEAD);
  assert.equal(await secretariat.$("input[name=step][value=open]"), null, "it cannot be opened yet");
  await take(await enter(browser, links.signatory, scripts), "sign");
  const officer = await enter(browser, links.officer, scripts);
  await officer.goto(`${service.url}/staff/coming`);
  assert.match(await text(officer), /Banks and trees/);
  await fill(officer, { what: "river-plan/parks", note: "The west bank is private." });
  await press(officer, "main form button.govuk-button");
  assert.match(await text(officer), /The west bank is private/);
  await take(officer, "acknowledge");
  await take(secretariat, "open");
  await secretariat.goto(`${service.url}/a/river-plan/before`);
  assert.match(await text(secretariat), /The first session was opened on/);
  for (const page of [secretariat, officer]) assert.deepEqual(page.errors, []);
}

async function clash(page) {
  const entry = {
    title: "Benches for parents",
    unit: "parks",
    kind: "survey",
    standing: "announced",
    from: inDays(6),
    until: inDays(12),
    audience: "parents",
    area: "Harbour County > North",
    topic: "planning",
    question: "Where would you sit down?",
    contact: "parks-officer",
  };
  await page.goto(`${service.url}/staff/register/new`);
  await fill(page, entry);
  await press(page, "main form button.govuk-button");
  assert.match(await text(page), /Look before you save/);
  assert.equal(await page.$eval("[name=title]", (field) => field.value), entry.title, "nothing typed is lost");
  if (process.env.BOULE_PICTURES) await picture(page, "before-look");
  await press(page, "main form button.govuk-button");
  assert.ok(page.url().includes("done=engagement"), await text(page));
  await fill(page, { how: "One letter for both." });
  await press(page, "form[action$='/settle'] button");
  assert.match(await text(page), /One letter for both/);
  assert.deepEqual(page.errors, []);
}

const PAGES = {
  nobody: ["/a/harbour-county/before", "/a/river-plan/before", "/method", "/glossary", "/guides", "/guides/officer", "/register", "/register/shade-1"],
  secretariat: ["/staff/before", AHEAD, `${AHEAD}/mandate`, "/staff/register/import"],
  officer: ["/staff/coming", "/staff/training", AHEAD, "/staff/register/new"],
  coordinator: ["/staff/register", "/staff/register/clashes", "/staff/register/shade-1", "/staff/register/shade-1/change", "/staff/training"],
};
const PICTURES = { [AHEAD]: "before-gates", "/staff/coming": "before-coming", "/staff/register": "before-register" };

for (const name of NAMES) {
  test(`every page before the assembly in ${name}, in both languages, wide and narrow`, async () => {
    const links = await fresh();
    const browser = await start(name);
    const found = [];
    try {
      for (const [who, paths] of Object.entries(PAGES)) {
        const page = who === "nobody" ? await browser.newPage() : await enter(browser, links[who], true);
        for (const language of ["es", "en"]) {
          for (const path of paths) {
            const answer = await page.goto(`${service.url}/language/${language}?to=${encodeURIComponent(path)}`);
            assert.deepEqual([answer.status(), new URL(page.url()).pathname], [200, path], "the page is there");
            assert.equal(await page.$eval("html", (html) => html.lang), language);
            found.push(...(await faults(page, `${language} ${path}`)));
            const file = who === "officer" && path === AHEAD ? undefined : PICTURES[path];
            if (process.env.BOULE_PICTURES && name === "chromium" && language === "en" && file) await picture(page, file);
          }
        }
      }
    } finally {
      await browser.close();
    }
    assert.deepEqual(found, []);
  });
}

async function picture(page, file) {
  await page.setViewport({ width: 1000, height: 1100 });
  await page.$eval("h1", (title) => title.scrollIntoView());
  await page.screenshot({ path: `${GUIDE}${file}.png` });
}

// The service in real browsers: the whole life of a recommendation by six roles, with JavaScript and without, and every page
// in both languages before axe. With BOULE_PICTURES=1 the guide's pictures are taken anew.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { NAMES, start } from "./browsers.mjs";
import { GUIDE, demonstration, enter, faults, fill, press, text } from "./service.mjs";

const today = new Date();
const inDays = (days) => new Date(Date.now() + days * 86_400_000);

/** The ways in which the life is lived: Firefox cannot be told by its driver to do without scripts. */
const WAYS = [
  { browser: "chromium", scripts: false, reference: "R-91" },
  { browser: "chromium", scripts: true, reference: "R-92" },
  { browser: "firefox", scripts: true, reference: "R-93" },
];

let service;
before(async () => (service = await demonstration()));
after(async () => assert.equal(await service.stop(), 0, "it stops when it is told to"));

for (const { browser: name, scripts, reference } of WAYS) {
  test(`the life of a recommendation in ${name}, ${scripts ? "with" : "without"} JavaScript`, async () => {
    const browser = await start(name);
    try {
      await live(browser, scripts, reference);
    } finally {
      await browser.close();
    }
  });
}

async function live(browser, scripts, reference) {
  const links = await fresh();
  const as = async (role) => enter(browser, links[role], scripts);
  const secretariat = await as("secretariat");
  const story = await bringIn(secretariat, reference);
  const act = (page, verb, fields = {}) => doing(page, story, verb, fields);

  await act(secretariat, "adopt", { on: today, for: "80", against: "20", abstain: "5", absent: "15" });
  await act(secretariat, "hand_over", { title: "Report of the assembly", url: "https://assembly.example.org/report" });

  const coordinator = await as("coordinator");
  await act(coordinator, "acknowledge");
  await act(coordinator, "assign", { unit: "parks", accountable: "parks-head", deputy: "parks-deputy" });

  const officer = await as("officer");
  await respond(officer, story, reference);

  const approver = await as("approver");
  await act(approver, "approve");
  const signatory = await as("signatory");
  await act(signatory, "publish");
  await act(officer, "deliver", { deliverable: "Shade sails over 12 playgrounds", post: "parks-head", due: inDays(200) });
  await act(officer, "propose_done", {
    note: "All 12 are up.",
    title: "Acceptance protocol",
    url: "https://town.example.org/protocol",
    dated: today,
  });
  await act(approver, "confirm_done");
  const verifier = await as("verifier");
  await act(verifier, "verify", { grade: "complete", note: "I counted 12." });

  await verifier.goto(`${service.url}/a/harbour-county/recommendations/${reference}`);
  const told = await text(verifier);
  for (const words of ["closed", "accepted", "All 12 playgrounds get shade this year.", "I counted 12.", "Checked from outside and closed"]) {
    assert.ok(told.includes(words), `${words}: ${told}`);
  }
  for (const hidden of ["Olga", "Hugo", "Vera", "Response drafted"]) assert.ok(!told.includes(hidden), hidden);
  for (const page of [secretariat, coordinator, officer, approver, signatory, verifier]) assert.deepEqual(page.errors, []);
}

/** Links work once, so each life has a demonstration of its own. */
async function fresh() {
  await service.stop();
  service = await demonstration();
  return service.links;
}

/** Import: a dry run with a row that is wrong, one that is mended, and the real thing. Gives the address of the story. */
async function bringIn(page, reference) {
  const table = (theme) => `reference,theme,title_en,text_en\n${reference},${theme},Shade for playgrounds,Put shade over every playground by summer.`;
  await page.goto(`${service.url}/staff/import`);
  await fill(page, { assembly: "harbour-county", table: table("") });
  await press(page, "main button.govuk-button");
  assert.match(await text(page), /Theme is missing/);
  assert.equal(await page.$("form[action='/staff/import/do']"), null, "nothing can be imported");
  await page.goto(`${service.url}/staff/import`);
  await fill(page, { assembly: "harbour-county", table: table("Shade and trees") });
  await press(page, "main button.govuk-button");
  assert.match(await text(page), /new/);
  await press(page, "form[action='/staff/import/do'] button");
  await page.goto(`${service.url}/staff/recommendations?words=${reference}`);
  const row = await page.waitForSelector(`th a.govuk-link[href^="/staff/r/"]`);
  return row.evaluate((link) => link.href);
}

/** Opens an action by its button on the story, fills it in and sends it. */
async function doing(page, story, verb, fields) {
  await page.goto(story);
  await press(page, `a[href$="/do/${verb}"]`);
  await fill(page, fields);
  await press(page, "main form button.govuk-button");
  const told = await text(page);
  assert.ok(page.url().includes(`done=${verb}`), `${verb}: ${told}`);
}

/** The response: kept as a draft, found again, refused while something is missing with every word kept, and handed in. */
async function respond(page, story, reference) {
  await page.goto(story);
  await press(page, `a[href$="/do/respond"]`);
  const reasons = `All 12 playgrounds get shade this year. (${reference})`;
  await fill(page, { "reasons-en": reasons });
  await press(page, "button[value=keep]");
  assert.equal(await page.$eval("[name='reasons-en']", (field) => field.value), reasons, "the draft is kept");
  await press(page, "button[value=send]");
  assert.equal(await page.$eval("[name='reasons-en']", (field) => field.value), reasons, "nothing typed is lost");
  assert.match(await text(page), /There is a problem/);
  await press(page, `a[href$="/do/respond"], a.govuk-back-link`);
  await press(page, `a[href$="/do/respond"]`);
  await fill(page, { position: "accepted" });
  await press(page, "button[value=send]");
  assert.ok(page.url().includes("done=respond"), await text(page));
}

const PAGES = {
  nobody: [
    ...["/", "/accessibility", "/sign-in", "/nowhere", "/a/harbour-county"],
    ...["recommendations", "recommendations/R-01", "overdue", "departments", "progress", "data", "draw", "programme"].map((page) => `/a/harbour-county/${page}`),
  ],
  officer: ["/staff", "/staff/inbox", "/staff/recommendations", "/staff/deadlines", "/account"],
  secretariat: ["/staff/import", "/staff/recommendations?state=draft"],
  administrator: ["/staff/people", "/staff/people/sample-member", "/staff/units", "/staff/assemblies", "/staff/tokens", "/staff/audit", "/staff/audit/check"],
};
const PICTURES = {
  "/a/harbour-county": "service-assembly",
  "/a/harbour-county/recommendations": "service-list",
  "/a/harbour-county/recommendations/R-01": "service-story",
  "/staff": "service-tasks",
  "/staff/import": "service-import",
  "/staff/people": "service-people",
  "/staff/deadlines": "service-deadlines",
};

for (const name of NAMES) {
  test(`every page in ${name}, in both languages, wide and narrow`, async () => {
    const links = await fresh();
    const browser = await start(name);
    const found = [];
    try {
      for (const [who, paths] of Object.entries(PAGES)) {
        const page = who === "nobody" ? await browser.newPage() : await enter(browser, links[who], true);
        const forms = who === "officer" ? await formsOf(page) : [];
        for (const language of ["es", "en"]) {
          for (const path of [...paths, ...forms]) {
            await page.goto(`${service.url}/language/${language}?to=${encodeURIComponent(path)}`);
            assert.equal(await page.$eval("html", (html) => html.lang), language);
            found.push(...(await faults(page, `${language} ${path}`)));
            if (process.env.BOULE_PICTURES && name === "chromium" && language === "en") await picture(page, path);
          }
          if (who === "officer") found.push(...(await unsent(page, forms.find((path) => path.includes("/do/report")), language)));
        }
      }
    } finally {
      await browser.close();
    }
    assert.deepEqual(found, []);
  });
}

/** What is wrong with the page that gives back what was typed when the session was over; the session comes back afterwards. */
async function unsent(page, form, language) {
  await page.goto(service.url + form);
  await fill(page, { text: "Half of the trees are planted." });
  const session = (await page.browserContext().cookies()).filter((cookie) => cookie.name === "session");
  await page.browserContext().deleteCookie(...session);
  await press(page, "main form button.govuk-button");
  assert.equal(await page.$eval("main textarea[readonly]", (field) => field.value.trim()), "Half of the trees are planted.");
  const found = await faults(page, `${language} what was not sent`);
  await page.browserContext().setCookie(...session);
  return found;
}

/** A story that the officer can move on, and all its forms. */
async function formsOf(page) {
  await page.goto(`${service.url}/staff`);
  const stories = await page.$$eval(".govuk-task-list__link", (links) => links.map((link) => new URL(link.href).pathname));
  const all = [];
  for (const story of stories) {
    await page.goto(service.url + story);
    const forms = await page.$$eval(`a[href*="/do/"]`, (links) => links.map((link) => new URL(link.href).pathname));
    all.push(story, ...forms);
  }
  const verbs = new Set();
  return all.filter((path) => !verbs.has(path.split("/").pop()) && verbs.add(path.split("/").pop()));
}

async function picture(page, path) {
  const file = PICTURES[path] ?? (page.url().endsWith("/respond") ? "service-respond" : undefined);
  if (!file) return;
  await page.setViewport({ width: 1000, height: 1100 });
  await page.screenshot({ path: `${GUIDE}${file}.png` });
}

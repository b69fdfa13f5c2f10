// Work belongs to posts, and elections, in real browsers: an officer says "too much", a coordinator answers and moves a leaving
// officer's work, a signatory drops a commitment, the public reads it; every page in both languages before axe. With
// BOULE_PICTURES=1 the guide's pictures are taken anew.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { NAMES, start } from "./browsers.mjs";
import { GUIDE, demonstration, enter, faults, fill, press, text } from "./service.mjs";

const ELECTION = "election-harbour-county";
const inDays = (days) => new Date(Date.now() + days * 86_400_000);

let service;
before(async () => (service = await demonstration()));
after(async () => assert.equal(await service.stop(), 0, "it stops when it is told to"));

/** Links work once, so each test has a demonstration of its own. */
async function fresh() {
  await service.stop();
  service = await demonstration();
  return service.links;
}

/** Presses the button of the form that is sent to an address. */
const send = (page, action) => press(page, `form[action="${action}"] button.govuk-button`);

/** The ways in which it is done: Firefox cannot be told by its driver to do without scripts. */
const WAYS = [
  { browser: "chromium", scripts: false },
  { browser: "chromium", scripts: true },
  { browser: "firefox", scripts: true },
];

for (const { browser: name, scripts } of WAYS) {
  test(`a busy officer, one who leaves and an election in ${name}, ${scripts ? "with" : "without"} JavaScript`, async () => {
    const links = await fresh();
    const browser = await start(name);
    try {
      const coordinator = await enter(browser, links.coordinator, scripts);
      await busy(browser, links, scripts, coordinator);
      await leaves(coordinator);
      await elected(browser, links, scripts);
      assert.deepEqual(coordinator.errors, []);
    } finally {
      await browser.close();
    }
  });
}

/** The officer of Parks finds something to write, says that it is too much and writes down what was learned. */
async function busy(browser, links, scripts, coordinator) {
  const officer = await enter(browser, links.officer, scripts);
  await officer.goto(`${service.url}/staff`);
  assert.match(await text(officer), /Write the response/, "there is something to write at the start");
  await officer.goto(`${service.url}/staff/workload/parks`);
  await fill(officer, { post: "parks-officer", reason: "Two of us are ill until summer." });
  await send(officer, "/staff/workload/parks/overload");
  assert.match(await text(officer), /waits for an answer until/);
  await officer.goto(`${service.url}/staff/practice`);
  await fill(officer, { post: "parks-officer", hindered: "The map was old.", helped: "A walk with the members.", who: "public" });
  await send(officer, "/staff/practice");

  await coordinator.goto(`${service.url}/staff/workload/parks`);
  await press(coordinator, `a[href^="/staff/overload/"]`);
  await fill(coordinator, { text: "Streets lends somebody for two months." });
  await press(coordinator, "main form button.govuk-button");
  assert.match(await text(coordinator), /By when is missing/);
  assert.match(await coordinator.$eval("[name=text]", (field) => field.value), /Streets lends/, "nothing typed is lost");
  await fill(coordinator, { by: inDays(60) });
  await press(coordinator, "main form button.govuk-button");
  assert.match(await text(coordinator), /answered; by/);

  await officer.goto(`${service.url}/a/harbour-county/departments/parks`);
  const told = await text(officer);
  for (const words of ["The map was old.", "A walk with the members.", "Officer for Parks and Trees"]) assert.ok(told.includes(words), told);
  for (const hidden of ["Olga", "Two of us are ill"]) assert.ok(!told.includes(hidden), hidden);
  assert.deepEqual(officer.errors, []);
}

/** The officer of Water leaves: the work is shown, then moved, and nobody is left without an owner. */
async function leaves(page) {
  const { url } = service;
  await page.goto(`${url}/staff/workload/water`);
  assert.match(await text(page), /12 hours over/);
  await page.goto(`${url}/staff/leaving`);
  await press(page, `a[href="/staff/leaving/sample-officer-water"]`);
  const action = "/staff/leaving/sample-officer-water";
  await send(page, action);
  assert.match(await text(page), /choose who or what takes over/);
  await fill(page, { "heir-water-officer": "person:sample-officer-water-2", last: inDays(10) });
  await send(page, action);
  assert.match(await text(page), /Petra Pond/);
  await send(page, action);
  assert.match(await text(page), /There is a problem/, "it has to be confirmed");
  await fill(page, { sure: "yes" });
  await send(page, action);
  assert.match(await text(page), /Everything is in other hands/);
  await page.goto(`${url}/staff/posts/water-officer`);
  assert.match(await text(page), /Petra Pond/);
  await page.goto(`${url}/staff/workload`);
  assert.match(await text(page), /nobody holds the accountable post\s+None/);
}

/** A signatory says of a commitment on which there was silence that it is dropped; everybody reads it. */
async function elected(browser, links, scripts) {
  const page = await enter(browser, links.signatory, scripts);
  await page.goto(`${service.url}/a/harbour-county/elections/${ELECTION}`);
  assert.match(await text(page), /not reaffirmed, 30 days over/);
  await page.goto(`${service.url}/staff/elections/${ELECTION}`);
  const silent = await page.$$eval("tbody tr", (rows) => rows.find((row) => row.innerText.includes("not reaffirmed")).querySelector("a").getAttribute("href"));
  await page.goto(service.url + silent);
  await fill(page, { outcome: "dropped", reason: "The county has no money for it this term." });
  await press(page, "main form button.govuk-button");
  await page.goto(`${service.url}/a/harbour-county/elections/${ELECTION}`);
  assert.match(await text(page), /The county has no money for it this term\./);
  assert.deepEqual(page.errors, []);
}

const PAGES = {
  nobody: ["departments", "departments/water", `elections/${ELECTION}`].map((page) => `/a/harbour-county/${page}`),
  officer: ["/staff/workload", "/staff/workload/parks", "/staff/posts/parks-officer", "/staff/practice"],
  coordinator: [
    ...["/staff/workload/water", "/staff/posts/water-officer", "/staff/overload/overload-1", "/staff/leaving"],
    ...["/staff/leaving/sample-officer-water", "/staff/elections", `/staff/elections/${ELECTION}`],
  ],
  administrator: ["/staff/units/parks", "/staff/posts/parks-officer", "/staff/people/sample-officer-water"],
};
const PICTURES = {
  "/staff/workload/water": "posts-workload",
  "/staff/overload/overload-1": "posts-overload",
  "/staff/practice": "posts-practice",
  "/staff/leaving/sample-officer-water": "posts-leaving",
  [`/a/harbour-county/elections/${ELECTION}`]: "posts-election",
};

for (const name of NAMES) {
  test(`pages of posts and elections in ${name}, in both languages, wide and narrow`, async () => {
    const links = await fresh();
    const browser = await start(name);
    const found = [];
    try {
      for (const [who, paths] of Object.entries(PAGES)) {
        const page = who === "nobody" ? await browser.newPage() : await enter(browser, links[who], true);
        for (const language of ["es", "en"]) {
          for (const path of paths) {
            await page.goto(`${service.url}/language/${language}?to=${encodeURIComponent(path)}`);
            assert.equal(await page.$eval("html", (html) => html.lang), language);
            assert.equal(new URL(page.url()).pathname, path);
            found.push(...(await keys(page, `${language} ${path}`)), ...(await faults(page, `${language} ${path}`)));
            if (process.env.BOULE_PICTURES && name === "chromium" && language === "en") await picture(page, path);
          }
        }
      }
    } finally {
      await browser.close();
    }
    assert.deepEqual(found, []);
  });
}

/** Keys that stand where words should. */
async function keys(page, where) {
  const read = await page.$$eval("main :is(h1, h2, label, legend, button, p, th[scope=col])", (all) => all.map((one) => one.innerText).join(" "));
  const found = read.match(/\b(load|post|leaving|election|outcome|practice|overload|person|department|field)-[a-z-]+/);
  return found ? [`${where}: ${found[0]}`] : [];
}

async function picture(page, path) {
  const file = PICTURES[path];
  if (!file) return;
  await page.setViewport({ width: 1000, height: 1100 });
  await page.screenshot({ path: `${GUIDE}${file}.png` });
}

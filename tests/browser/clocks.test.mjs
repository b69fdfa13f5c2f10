// Clocks that nobody can stop, in real browsers: a rule is changed as a new version, escalation is read by everybody, letters
// are followed from asking to stopping. Every page before axe in both languages. With BOULE_PICTURES=1 the guide's pictures
// are taken anew.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { NAMES, start } from "./browsers.mjs";
import { GUIDE, demonstration, enter, faults, fill, press, text } from "./service.mjs";

const HERE = "/a/harbour-county";
const RULE = "/staff/assemblies/harbour-county";
let service;
before(async () => (service = await demonstration()));
after(async () => assert.equal(await service.stop(), 0, "it stops when it is told to"));

/** The demonstration writes its first letters when it starts. */
async function letters(page) {
  for (let tries = 0; tries < 100; tries++) {
    await page.goto(`${service.url}/staff/letters`);
    if (await page.$('a[href^="/staff/letters/"]')) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`no letter was written: ${await text(page)}`);
}

async function change(page) {
  await page.goto(service.url + RULE);
  await fill(page, { holidays: "no day", recesses: "2027-09-01 2027-08-01" });
  await press(page, "main form button.govuk-button");
  const said = await text(page);
  assert.match(said, /"no day" is no day/);
  assert.match(said, /ends before it begins/, "everything that is wrong at once");
  assert.equal(await page.$eval("[name=holidays]", (field) => field.value), "no day", "nothing typed is lost");
  await fill(page, { preset: "scotland", moves: "later", holidays: "2027-12-25", recesses: "2027-07-18 2027-08-31" });
  await press(page, "main form button.govuk-button");
  assert.ok(page.url().includes("done=saved"), await text(page));
  assert.match(await text(page), /Versions of the rule[\s\S]*2\s+Scotland/);
  await page.goto(`${service.url}${HERE}/data`);
  const told = await text(page);
  assert.match(told, /section 32A\(9\)/);
  assert.match(told, /moves to the next working day/);
}

/** Asks, confirms by the letter's address, and stops by the button behind the same secret. */
async function follow(reader, administrator) {
  await reader.goto(`${service.url}${HERE}`);
  await press(reader, `a[href="${HERE}/follow"]`);
  await fill(reader, { email: "not an address" });
  await press(reader, "main form button.govuk-button");
  assert.match(await text(reader), /There is a problem/);
  await fill(reader, { email: "ana@town.example" });
  await press(reader, "main form button.govuk-button");
  assert.ok(reader.url().includes("done=follow"), await text(reader));
  await letters(administrator);
  const rows = await administrator.$$eval('a[href^="/staff/letters/"]', (links) => links.map((link) => [link.innerText, link.href]));
  const [, letter] = rows.find(([kind]) => kind === "Question to a follower");
  await administrator.goto(letter);
  const [link] = (await text(administrator)).match(/http\S+\/follow\/confirm\/\S+/);
  await reader.goto(link);
  await press(reader, "main form button.govuk-button");
  assert.match(await text(reader), /You get the letters from now on|Stop the letters/);
  await press(reader, "main form button.govuk-button");
  assert.match(await text(reader), /Your address is deleted/);
  return link;
}

for (const name of NAMES) {
  test(`rules, escalation and letters in ${name}`, async () => {
    await service.stop();
    service = await demonstration();
    const browser = await start(name);
    try {
      const administrator = await enter(browser, service.links.administrator, name !== "chromium");
      await letters(administrator);
      assert.match(await text(administrator), /None is sent/);
      const reader = await (await browser.createBrowserContext()).newPage();
      await follow(reader, administrator);
      await change(administrator);
      await reader.goto(`${service.url}${HERE}/overdue`);
      await press(reader, `main a[href^="${HERE}/recommendations/"]`);
      const story = await text(reader);
      assert.match(story, /Overdue for everybody, and for the head of the unit: reached on/);
      assert.match(story, /Nobody can stop them/);
      for (const person of ["Olga", "Hugo", "Vera"]) assert.ok(!story.includes(person), person);
      assert.deepEqual(administrator.errors, []);
    } finally {
      await browser.close();
    }
  });

  test(`every page of clocks and letters in ${name}, in both languages, wide and narrow`, async () => {
    await service.stop();
    service = await demonstration();
    const browser = await start(name);
    const found = [];
    try {
      const administrator = await enter(browser, service.links.administrator, true);
      await letters(administrator);
      const letter = await administrator.$eval('a[href^="/staff/letters/"]', (link) => new URL(link.href).pathname);
      const officer = await enter(browser, service.links.officer, true);
      const nobody = await browser.newPage();
      await nobody.goto(`${service.url}${HERE}/overdue`);
      const story = await nobody.$eval(`main a[href^="${HERE}/recommendations/"]`, (link) => new URL(link.href).pathname);
      const paths = [
        [nobody, [story, `${HERE}/overdue`, `${HERE}/data`, `${HERE}/follow?recommendation=R-01`, "/follow/ended"]],
        [officer, ["/staff/deadlines", "/staff/deadlines/calendar"]],
        [administrator, ["/staff/assemblies", RULE, "/staff/letters", letter]],
      ];
      for (const [page, all] of paths) {
        for (const language of ["es", "en"]) {
          for (const path of all) {
            await page.goto(`${service.url}/language/${language}?to=${encodeURIComponent(path)}`);
            assert.equal(await page.$eval("html", (html) => html.lang), language);
            found.push(...(await faults(page, `${language} ${path}`)));
            if (process.env.BOULE_PICTURES && name === "chromium" && language === "en") await picture(page, path, story);
          }
        }
      }
    } finally {
      await browser.close();
    }
    assert.deepEqual(found, []);
  });
}

async function picture(page, path, story) {
  const pictures = {
    [RULE]: "clocks-rule",
    "/staff/deadlines/calendar": "clocks-calendar",
    "/staff/letters": "clocks-letters",
    [story]: "clocks-story",
    [`${HERE}/follow?recommendation=R-01`]: "member-follow",
  };
  const file = pictures[path];
  if (!file) return;
  await page.setViewport({ width: 1000, height: 1100 });
  const place = { [RULE]: "[name=preset]", [story]: "#deadlines" }[path];
  if (place) await page.$eval(place, (element) => element.scrollIntoView());
  await page.screenshot({ path: `${GUIDE}${file}.png` });
}

// Paper and telephone in real browsers: the secretariat enters a reply and a comment, everybody reads how it came, and forms, comparison and an
// organisation outside government stand before axe in both languages. With BOULE_PICTURES=1 the guide's pictures are taken anew.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { NAMES, start } from "./browsers.mjs";
import { GUIDE, demonstration, enter, faults, fill, press, text } from "./service.mjs";

const HERE = "/a/harbour-county";
const PAGES = [
  "/staff/paper",
  "/staff/post/harbour-county",
  `${HERE}/forms`,
  ...["comment", "reply", "follow", "survey"].map((form) => `${HERE}/forms/${form}?recommendation=R-01`),
  `${HERE}/worth`,
  `${HERE}/departments/shade-neighbours`,
];

for (const name of NAMES) {
  test(`what came on paper is entered in ${name} and says so`, async () => {
    const service = await demonstration();
    const browser = await start(name);
    try {
      const page = await enter(browser, service.links.secretariat, true);
      await page.goto(`${service.url}/staff/recommendations?state=refused`);
      const refused = await page.$eval("tbody th a", (link) => link.innerText);
      await page.goto(`${service.url}/staff/paper`);
      await press(page, 'form[action="/staff/paper/words"] button.govuk-button');
      assert.match(await text(page), /Choose what it is.*Choose how it came/s, "all at once");
      for (const [what, words] of [["reply", "We read it on the noticeboard."], ["comment", "Our street was not asked."]]) {
        await page.goto(`${service.url}/staff/paper`);
        await fill(page, { reference: refused, what, through: "paper", text: words });
        await press(page, 'form[action="/staff/paper/words"] button.govuk-button');
        assert.match(await text(page), /It is entered/, what);
      }
      await page.goto(`${service.url}${HERE}/recommendations/${refused}`);
      const told = await text(page);
      assert.match(told, /entered from paper by the secretariat\s+We read it on the noticeboard\./);
      assert.ok(!told.includes("Our street was not asked."), "a comment is read before it is published");
      await page.goto(`${service.url}/staff/paper`);
      await fill(page, { "follow-email": "reader", "follow-reference": "R-01", "follow-language": "es" });
      await press(page, 'form[action="/staff/paper/follow"] button.govuk-button');
      assert.match(await text(page), /Choose how it came/);
      assert.equal(await page.$eval('[name="follow-email"]', (field) => field.value), "reader", "what was typed stays");
      await fill(page, { "follow-email": "reader@town.example", "follow-through": "paper" });
      await press(page, 'form[action="/staff/paper/follow"] button.govuk-button');
      assert.match(await text(page), /a letter with a link to confirm is on its way/);
      for (const path of ["/staff/paper", `${HERE}/recommendations/R-01`]) {
        await page.goto(service.url + path);
        assert.ok(!(await page.content()).includes("reader@town.example"), `the address stands nowhere on ${path}`);
      }
      await page.goto(`${service.url}${HERE}/worth`);
      assert.match(await text(page), /How it came in.*Comments/s);

      const found = [];
      for (const language of ["en", "es"]) {
        for (const path of PAGES) {
          await page.goto(`${service.url}/language/${language}?to=${encodeURIComponent(path)}`);
          found.push(...(await faults(page, `${path} in ${language}`)));
        }
      }
      assert.deepEqual(found, []);
      await page.goto(`${service.url}/language/en?to=${HERE}/departments/shade-neighbours`);
      assert.match(await text(page), /an organisation outside government/);
      assert.deepEqual(page.errors, []);
      if (process.env.BOULE_PICTURES && name === "chromium") {
        await page.setViewport({ width: 1000, height: 1200 });
        for (const [path, file] of [["/staff/paper", "paper-entry.png"], [`${HERE}/forms/comment?recommendation=R-01`, "paper-form.png"]]) {
          await page.goto(service.url + path);
          await page.screenshot({ path: join(GUIDE, file) });
        }
      }
    } finally {
      await browser.close();
      assert.equal(await service.stop(), 0);
    }
  });
}

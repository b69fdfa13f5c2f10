// The members' side in a real browser: a link on paper, a password, a question with its answer, a comment, a ballot; and its
// pages in both languages before axe. With BOULE_PICTURES=1 the guide's pictures are taken anew.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./browsers.mjs";
import { GUIDE, demonstration, enter, faults, fill, press, text } from "./service.mjs";

const STORY = "/a/harbour-county/recommendations/R-01";
const TALK = "/staff/r/demo-r-01/talk";
const PASSWORD = "a long walk to the harbour";

let service, browser;
before(async () => {
  service = await demonstration();
  browser = await start("chromium");
});
after(async () => {
  await browser.close();
  assert.equal(await service.stop(), 0, "it stops when it is told to");
});

const found = [];
/** Looks at a page in both languages; takes a picture of it for the guide where it has a name. */
async function look(page, path, picture) {
  for (const language of ["es", "en"]) {
    await page.goto(`${service.url}/language/${language}?to=${encodeURIComponent(path)}`);
    assert.equal(await page.$eval("html", (html) => html.lang), language);
    found.push(...(await faults(page, `${language} ${path}`)));
  }
  if (process.env.BOULE_PICTURES && picture) await shoot(page, picture);
}

async function shoot(page, name) {
  await page.setViewport({ width: 1000, height: 1100 });
  await page.screenshot({ path: `${GUIDE}${name}.png` });
}

test("a member gets in by a slip, asks, comments, scores, and is never named", async () => {
  const secretariat = await enter(browser, service.links.secretariat, true);
  await look(secretariat, "/staff/members", "member-links");
  await fill(secretariat, { numbers: "1-4" });
  await press(secretariat, "main form button.govuk-button");
  const slips = await secretariat.$$eval(".boule-slip code", (codes) => codes.map((code) => code.textContent));
  assert.equal(slips.length, 4, await text(secretariat));
  found.push(...(await faults(secretariat, "slips")));
  if (process.env.BOULE_PICTURES) await shoot(secretariat, "member-slips");

  const member = await (await browser.createBrowserContext()).newPage();
  await member.goto(slips[0]);
  found.push(...(await faults(member, "link")));
  if (process.env.BOULE_PICTURES) await shoot(member, "member-link");
  // axe needs scripts; what a member does needs none.
  await member.setJavaScriptEnabled(false);
  await fill(member, { password: PASSWORD, repeated: PASSWORD });
  await press(member, "main button.govuk-button");
  assert.ok(member.url().endsWith("/staff"), await text(member));
  await press(member, "footer form button");
  await member.goto(`${service.url}/sign-in`);
  await fill(member, { email: "harbour-county-1", password: PASSWORD });
  await press(member, "main button.govuk-button");
  assert.ok(member.url().endsWith("/staff"), "and back with name and password");

  await member.goto(service.url + TALK);
  await fill(member, { question: "Who waters the trees in August?" });
  await press(member, `form[action$="/ask"] button`);
  assert.match(await text(member), /Your question is handed on/);
  await fill(member, { comment: "The bench at the clinic is gone." });
  await press(member, `form[action$="/comment"] button`);
  await member.setJavaScriptEnabled(true);
  await look(member, TALK, "member-talk");

  const coordinator = await enter(browser, service.links.coordinator, true);
  await look(coordinator, "/staff");
  await coordinator.goto(`${service.url}/staff`);
  const task = await coordinator.$$eval(".govuk-task-list__link", (links) =>
    links.find((link) => link.textContent.includes("Who waters"))?.getAttribute("href"),
  );
  assert.ok(task, await text(coordinator));
  await look(coordinator, task);
  await fill(coordinator, { text: "The water company does." });
  await press(coordinator, "main form button.govuk-button");
  assert.match(await text(coordinator), /answered/);

  await look(secretariat, "/staff/comments");
  const comment = await secretariat.$$eval("th a", (links) =>
    links.find((link) => link.textContent.includes("The bench"))?.getAttribute("href"),
  );
  await look(secretariat, comment);
  await fill(secretariat, { decision: "publish" });
  await press(secretariat, "main form button.govuk-button");
  assert.match(await text(secretariat), /It is decided/);

  await look(member, "/staff/rounds");
  await press(member, `form[action$="/ballot"] button`);
  found.push(...(await faults(member, "ballot taken")));
  const ballot = await member.$eval("main a.govuk-button", (link) => new URL(link.href).pathname);
  await look(member, ballot, "member-ballot");
  await fill(member, { "score-R-01": "7", "score-R-02": "3" });
  await press(member, "main form button.govuk-button");
  assert.match(await text(member), /Your scores are counted/);
  await member.goto(service.url + ballot);
  assert.match(await text(member), /has been counted/);

  const reader = await browser.newPage();
  await look(reader, STORY);
  const told = await text(reader);
  for (const words of ["Who waters the trees in August?", "The water company does.", "The bench at the clinic is gone.", "A member of the assembly"]) {
    assert.ok(told.includes(words), `${words}: ${told}`);
  }
  for (const hidden of ["harbour-county-1", "neighbour at number 12", "Cleo"]) assert.ok(!told.includes(hidden), hidden);
  if (process.env.BOULE_PICTURES) {
    await reader.$eval("#scores", (heading) => heading.scrollIntoView());
    await shoot(reader, "member-story");
  }
  await look(reader, "/a/harbour-county/scores", "member-scores");
  await look(reader, "/a/harbour-county");
  await look(secretariat, "/staff/rounds");
  assert.deepEqual(coordinator.errors, []);
  assert.deepEqual(found, []);
});

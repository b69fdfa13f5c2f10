// The small deeds of the house, walked through in a real browser without JavaScript: how often letters come, a comment that is
// refused, a note that is changed, roles, posts, people and programs that come and go, and what is taken back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fill, press, text } from "./service.mjs";
import { HERE, says, send, walk } from "./walks.mjs";

let town;
before(async () => (town = await walk()));
after(() => town.end());

/** The value of the choice in a list that has these words. */
const choice = (page, name, words) =>
  page.$$eval(`select[name="${name}"] option`, (all, words) => all.find((one) => one.innerText.includes(words)).value, words);

test("an officer chooses how often letters come", async () => {
  const page = await town.at("officer", "/account");
  await fill(page, { often: "urgent" });
  await send(page, "/account/letters");
  says(await text(page), ["Your letters come like that from now on"]);
  assert.ok(await page.$('[name="often"][value="urgent"]:checked'));
});

test("a note of practice is written, changed, and read as it was changed", async () => {
  const page = await town.at("officer", "/staff/practice");
  await fill(page, { hindered: "Nobody knew who orders the trees.", helped: "A list by street.", who: "private" });
  await send(page, "/staff/practice");
  says(await text(page), ["The note is saved", "A list by street."]);
  await press(page, 'main a[href^="/staff/practice/"]');
  const action = new URL(page.url()).pathname;
  await fill(page, { helped: "A list by street, kept by the nursery." });
  await send(page, action);
  await page.goto(`${town.url}/staff/practice`);
  says(await text(page), ["A list by street, kept by the nursery."]);
});

test("a comment that names somebody is refused with a reason, and nobody reads it", async () => {
  const member = await town.at("member", "/staff/r/demo-r-01/talk");
  await fill(member, { comment: "The man at number 12 is to blame." });
  await press(member, 'form[action$="/comment"] button');
  const page = await town.at("secretariat", "/staff/comments");
  const waits = await page.$$eval("main th a", (links) => links.find((link) => link.innerText.includes("number 12"))?.href);
  assert.ok(waits, await text(page));
  await page.goto(waits);
  says(await text(page), ["The man at number 12 is to blame."]);
  await fill(page, { decision: "refuse", reason: "It names a neighbour." });
  await press(page, "main form button.govuk-button");
  says(await text(page), ["It is decided"]);
  says(await text(await town.at("auditor", `${HERE}/recommendations/R-01`)), [], ["number 12"]);
});

test("roles and posts begin and end, and somebody is shut out, let in again and taken out", async () => {
  const page = await town.at("administrator", "/staff/people");
  await fill(page, { name: "Zoe Newcomer", email: "zoe@town.example" });
  await send(page, "/staff/people");
  const person = new URL(page.url()).pathname;
  await fill(page, { role: "officer", unit: "parks" });
  await send(page, `${person}/grant`);
  await fill(page, { post: await choice(page, "post", "Parks and Trees") });
  await send(page, `${person}/post`);
  says(await text(page), ["officer"]);
  await send(page, `${person}/end-role`);
  says(await text(page), ["The role ends on that day"]);
  await send(page, `${person}/end-post`);
  says(await text(page), ["The post is no longer held after that day"]);
  await send(page, `${person}/disable`);
  assert.ok(await page.$(`form[action="${person}/enable"]`));
  await send(page, `${person}/enable`);
  await send(page, `${person}/revoke`);
  await press(page, `form[action="${person}/erase"] button`);
  says(await text(page), ["There is a problem"]);
  await fill(page, { sure: "yes" });
  await press(page, `form[action="${person}/erase"] button`);
  says(await text(await town.at("administrator", "/staff/people")), [], ["Zoe Newcomer"]);
});

test("a program gets a token, and loses it", async () => {
  const page = await town.at("administrator", "/staff/tokens");
  await fill(page, { name: "The county's list", scopes: "progress:write" });
  await send(page, "/staff/tokens");
  const told = await text(page);
  says(told, ["The county's list"]);
  await page.goto(`${town.url}/staff/tokens`);
  await fill(page, { token: await choice(page, "token", "The county's list") });
  await send(page, "/staff/tokens/end");
  const live = await page.$$eval('select[name="token"] option', (all) => all.map((one) => one.innerText));
  assert.ok(!live.some((one) => one.includes("The county's list")), String(live));
});

test("an address is forgotten, a licence named, and a bill's link taken back", async () => {
  const administrator = await town.at("administrator", "/staff/letters");
  await fill(administrator, { email: "nobody@town.example" });
  await send(administrator, "/staff/letters/forget");
  assert.doesNotMatch(await text(administrator), /fault/);

  const page = await town.at("secretariat", "/staff/reports/harbour-county");
  await fill(page, { licence: "https://creativecommons.org/licenses/by/4.0/" });
  await send(page, "/staff/reports/harbour-county/licence");
  assert.equal(await page.$eval('[name="licence"]', (field) => field.value), "https://creativecommons.org/licenses/by/4.0/");
  await press(page, 'main a[href^="/staff/bills/"]');
  const bill = new URL(page.url()).pathname;
  const which = await page.$eval('select[name="which"]', (list) => list.value);
  await send(page, `${bill}/unlink`);
  const left = await page.$$eval('select[name="which"] option', (all) => all.map((one) => one.value));
  assert.ok(!left.includes(which), `${which} in ${left}`);
});

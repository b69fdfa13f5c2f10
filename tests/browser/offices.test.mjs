// What offices do around recommendations, walked through in a real browser without JavaScript: the handover pack is opened and read,
// gates, register, hours, paper, letters to post and worth go through their forms. With BOULE_PICTURES=1 the guide's pictures
// are taken anew.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { unzipSync } from "fflate";
import { fill, press, text } from "./service.mjs";
import { HERE, inDays, picture, says, send, walk } from "./walks.mjs";

const AHEAD = "/staff/before/river-plan";
const today = new Date();
let town;
let folder;
before(async () => {
  town = await walk();
  folder = mkdtempSync(join(tmpdir(), "boule-offices-"));
});
after(async () => {
  rmSync(folder, { recursive: true });
  await town.end();
});

/** The bytes behind a link, asked for as who is signed in on the page. */
async function download(page, link) {
  const cookies = await page.browserContext().cookies();
  const answer = await fetch(link, { headers: { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") } });
  assert.equal(answer.status, 200, link);
  return { name: answer.headers.get("content-disposition"), bytes: new Uint8Array(await answer.arrayBuffer()) };
}

test("the handover pack is downloaded, its files are what it says, and its report is read", async () => {
  const page = await town.at("coordinator", "/staff/elections");
  await picture(page, "secretariat-handover", 680);
  const link = await page.$eval('main a[href="/staff/handover/harbour-county"]', (one) => one.href);
  const { name, bytes } = await download(page, link);
  assert.match(name, /handover-harbour-county\.zip/);
  const files = unzipSync(bytes);
  const words = (file) => new TextDecoder().decode(files[file]);
  const { resources } = JSON.parse(words("datapackage.json"));
  assert.ok(resources.length > 80, `${resources.length} files`);
  for (const { path, hash } of resources) {
    assert.equal(hash, `sha256:${createHash("sha256").update(files[path]).digest("hex")}`, path);
  }
  const [header, ...rows] = words("commitments.csv").trim().split("\r\n");
  assert.match(header, /^reference,number,deliverable,/);
  assert.ok(rows.length > 10);
  const all = JSON.parse(words("recommendations.json"));

  const report = join(folder, "report.html");
  writeFileSync(report, files["report-en.html"]);
  const reader = await town.browser.newPage();
  await reader.goto(`file://${report}`);
  const told = await text(reader);
  says(told, ["Assembly on heat and water", "the first stage", "Head of Water Services"], ["Olga", "Hugo"]);
  const listed = await reader.$$eval("tbody th", (cells) => cells.map((one) => one.innerText));
  for (const { reference } of all.slice(0, 3)) assert.ok(listed.some((cell) => cell.startsWith(reference)), `${reference} in ${listed}`);
  await reader.close();
  assert.deepEqual(Buffer.from((await download(page, link)).bytes), Buffer.from(bytes), "the same data give the same file");
});

test("citizens start by themselves, and a gate is opened all the same with a public reason", async () => {
  const page = await town.at("secretariat", `${AHEAD}/mandate`);
  await fill(page, { by: "civil_society", commissioner: "Friends of the river" });
  await press(page, "main form button.govuk-button");
  const gates = (told) => told.replaceAll(/\s+/g, " ");
  assert.match(gates(await text(page)), /Addressee notified shut When and how the addressee was told is missing/);
  await page.goto(`${town.url}${AHEAD}/mandate`);
  await fill(page, { notified: "Letter to the county", "notified-on": inDays(-7), "notified-url": "https://river.example.org/letter" });
  await press(page, "main form button.govuk-button");
  assert.match(gates(await text(page)), /Addressee notified passed/);
  await picture(page, "secretariat-checks", 700, "::-p-xpath(//main//*[text()[contains(., 'ticked box')]])", 20);

  const coordinator = await town.at("coordinator", AHEAD);
  const form = "form:has(input[name=step][value=override])";
  await fill(coordinator, { gate: "duty", reason: "soon" });
  await press(coordinator, `${form} button`);
  assert.match(await text(coordinator), /There is a problem/, "one word is no reason");
  await coordinator.goto(town.url + AHEAD);
  await fill(coordinator, { gate: "duty", reason: "The board meets after the flood season, and the river does not wait." });
  await picture(coordinator, "coordinator-gate", 480, form, 110);
  await press(coordinator, `${form} button`);
  assert.ok(coordinator.url().includes("done=step-override"), await text(coordinator));
  const reader = await town.at("auditor", "/a/river-plan/before");
  const told = gates(await text(reader));
  const read = ["citizens or a civil society organisation", "Friends of the river", "Letter to the county"];
  says(told, [...read, "the river does not wait.", "Coordinator of recommendations"], ["Cleo"]);
  assert.match(told, /Duty rule signed opened all the same/);
});

test("a post's hours, its deputy and an answer to too much work", async () => {
  const page = await town.at("coordinator", "/staff/posts/parks-officer");
  await fill(page, { hours: "40" });
  await send(page, "/staff/posts/parks-officer/capacity");
  await fill(page, { deputy: "parks-deputy" });
  await send(page, "/staff/posts/parks-officer/deputy");
  says(await text(page), ["Deputy head of Parks and Trees"]);
  await picture(page, "coordinator-hours", 900);
  await page.goto(`${town.url}/staff/workload/parks`);
  assert.match(await text(page), /Officer for Parks and Trees[^\n]*\d+ hours over/);

  const officer = await town.at("officer", "/staff/workload/parks");
  await fill(officer, { post: "parks-officer", reason: "Forty hours are not enough for eight recommendations." });
  await picture(officer, "officer-overload", 480, 'form[action="/staff/workload/parks/overload"]', 110);
  await send(officer, "/staff/workload/parks/overload");
  assert.match(await text(officer), /waits for an answer until/);
});

test("a guide that was read stands in the training of an officer, and coordinators see it", async () => {
  const officer = await town.at("officer", "/staff/training");
  await fill(officer, { name: "A day with the members", on: inDays(-2) });
  await send(officer, "/staff/training");
  says(await text(officer), ["A day with the members"]);
  await picture(officer, "officer-training", 900);
  says(await text(await town.at("coordinator", "/staff/training")), ["A day with the members", "Olga Alder"]);
});

test("the register shows what was asked before, takes a table in, and everybody subscribes to its calendar", async () => {
  const page = await town.at("coordinator", "/staff/register/import");
  const header = "id,unit,title,kind,standing,audience,area,topic,from,until,contact,question,outcome";
  const day = (days) => inDays(days).toISOString().slice(0, 10);
  const line = (id, title, from, until, outcome, unit = "parks") => {
    const what = ["survey", "announced", "ferry pilots", "Harbour County > South", "night boats"];
    return [id, unit, title, ...what, day(from), day(until), `${unit}-officer`, "When do you sail?", outcome].join(",");
  };
  await fill(page, { table: [header, line("boats-1", "Boats at night", -400, -390, "Most sail at four."), line("boats-2", "Boats", 5, 2, "")].join("\n") });
  await send(page, "/staff/register/import");
  assert.equal(await page.$("form[action='/staff/register/import/do']"), null, "nothing is taken in while a row is wrong");
  await page.goto(`${town.url}/staff/register/import`);
  const rows = [
    line("boats-1", "Boats at night", -400, -390, "Most sail at four."),
    line("boats-2", "Boats again", 30, 40, "", "water"),
    line("boats-3", "Boats once more", 35, 45, ""),
  ];
  await fill(page, { table: [header, ...rows].join("\n") });
  await send(page, "/staff/register/import");
  says(await text(page), ["Boats at night", "Boats again"]);
  await press(page, "form[action='/staff/register/import/do'] button");
  await page.goto(`${town.url}/staff/register/boats-2`);
  const told = await text(page);
  says(told, ["What was asked before", "Boats at night", "Most sail at four."]);
  await page.goto(`${town.url}/staff/register/clashes`);
  says(await text(page), ["Boats again", "Boats once more"]);
  await picture(page, "coordinator-clashes", 740);

  const reader = await town.browser.newPage();
  await reader.goto(`${town.url}/register`);
  says(await text(reader), ["Boats again"]);
  await picture(reader, "register-public", 860);
  const calendar = await reader.$eval('main a[href$="/register/calendar.ics"]', (one) => one.href);
  const { bytes } = await download(reader, calendar);
  const ics = new TextDecoder().decode(bytes);
  assert.match(ics, /^BEGIN:VCALENDAR\r\n/);
  assert.match(ics, new RegExp(`DTSTART;VALUE=DATE:${day(30).replaceAll("-", "")}\\r\\n`));
  assert.match(ics, /SUMMARY:Boats again/);
  await reader.close();
});

test("advice about the method is read: when an assembly is right, and when not", async () => {
  const reader = await town.browser.newPage();
  await reader.goto(`${town.url}/method`);
  const rows = await reader.$$eval("tbody tr", (all) => all.map((one) => [...one.cells].map((cell) => cell.innerText)));
  const advice = Object.fromEntries(rows.map(([want, use]) => [want, use]));
  const assemblies = rows.filter(([, use]) => /assembly/i.test(use));
  assert.ok(assemblies.length > 0 && assemblies.length < rows.length, "some wants call for an assembly, others do not");
  assert.equal(new Set(Object.values(advice)).size, rows.length, "each want has advice of its own");
  const ask = async (answers) => {
    await reader.goto(`${town.url}/method`);
    for (const [name, value] of Object.entries(answers)) await reader.click(`input[name="${name}"][value="${value}"]`);
    await Promise.all([reader.waitForNavigation(), reader.click("main form button")]);
    return reader.$eval("section[aria-labelledby=advice]", (one) => one.innerText);
  };
  says(await ask({ want: "decide-hard", open: "yes", power: "no" }), [
    "a citizens' assembly", "win somebody who can decide", "Until all of this is there: open meetings", "four days for the sessions",
  ]);
  await picture(reader, "method", 830);
  says(await ask({ want: "hear", open: "no" }), ["What fits: information"]);
  const whole = await ask({ want: "decide-hard", open: "yes", power: "yes", time: "yes", funds: "yes", told: "yes" });
  assert.doesNotMatch(whole, /Before you ask|did not say/);
  await reader.close();
});

test("a paper scorecard is entered once, and a question that is none is set aside in public", async () => {
  const page = await town.at("secretariat", "/staff/import");
  await fill(page, { assembly: "river-plan", table: "reference,theme,title_en,text_en\nB-1,Banks,Willows,Plant willows by May." });
  await press(page, "main button.govuk-button");
  await press(page, "form[action='/staff/import/do'] button");
  await page.goto(`${town.url}/staff/recommendations?words=willows`);
  const story = await page.$eval("tbody th a", (one) => new URL(one.href).pathname);
  await town.act("secretariat", story, "adopt", { on: today, for: "20", against: "3", abstain: "1", absent: "0" });
  await page.goto(`${town.url}/staff/rounds`);
  await fill(page, { assembly: "river-plan", name: "After two years", from: today, until: inDays(20), way: "slips" });
  await send(page, "/staff/rounds");
  const action = await page.$eval('form[action$="/slips"]', (form) => form.getAttribute("action"));
  const id = action.split("/").at(-2);
  await fill(page, { [`many-${id}`]: "2" });
  await send(page, action);
  const codes = await page.$$eval(".boule-slip code", (all) => all.map((one) => one.innerText));
  assert.equal(codes.length, 2);
  await page.goto(`${town.url}/staff/paper`);
  await fill(page, { code: "nowhere" });
  await send(page, "/staff/paper/ballot");
  assert.match(await text(page), /There is a problem/);
  const enter = async () => {
    await page.goto(`${town.url}/staff/paper`);
    await fill(page, { code: codes[0] });
    await send(page, "/staff/paper/ballot");
  };
  await enter();
  await fill(page, { through: "paper", "score-B-1": "9" });
  await picture(page, "secretariat-ballot", 580);
  await press(page, "main form button.govuk-button");
  assert.match(await text(page), /counted/);
  await enter();
  assert.match(await text(page), /has been counted/, "a card is counted once");

  const member = await town.at("member", "/staff/r/demo-r-01/talk");
  await fill(member, { question: "Buy my boat?" });
  await press(member, `form[action$="/ask"] button`);
  await page.goto(`${town.url}/staff/r/demo-r-01/talk`);
  const thread = await page.$$eval('main a[href^="/staff/threads/"]', (all) => all.at(-1).href);
  await page.goto(thread);
  await fill(page, { reason: "It is an advertisement." });
  await press(page, `form[action$="/aside"] button`);
  says(await text(page), ["It is an advertisement."]);
  const told = await text(await town.at("auditor", `${HERE}/recommendations/R-01`));
  says(told, ["It is an advertisement."], ["Buy my boat?"]);
});

test("a letter to an office without e-mail is printed, and marked as posted", async () => {
  const administrator = await town.at("administrator", "/staff/assemblies/harbour-county");
  await fill(administrator, { "sponsor-address": "" });
  await press(administrator, "main form button.govuk-button");
  const page = await town.at("secretariat", "/staff");
  await press(page, 'main a[href="/staff/post/harbour-county"]');
  says(await text(page), ["The Harbour County Board (made up)", "R-"]);
  await picture(page, "secretariat-post", 580);
  await fill(page, { on: inDays(5) });
  await press(page, "main form button.govuk-button");
  assert.match(await text(page), /There is a problem/, "nothing was posted on a day that has not come");
  await fill(page, { on: today });
  await press(page, "main form button.govuk-button");
  await page.goto(`${town.url}/staff`);
  assert.equal(await page.$('main a[href="/staff/post/harbour-county"]'), null, "it waits no longer");
});

test("help in taking part, outcomes with what was measured, costs avoided and channels are entered with their sources", async () => {
  const STAFF = "/staff/worth/harbour-county";
  const page = await town.at("secretariat", STAFF);
  const enter = async (part, fields) => {
    await fill(page, Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${part}-${name}`, value])));
    await send(page, `${STAFF}/${part}`);
  };
  const avoided = { purpose: "avoided", what: "No second flood wall", amount: "250000 EUR", on: inDays(-30), recommendation: "R-01" };
  await enter("cost", avoided);
  assert.match(await text(page), /There is a problem/, "a cost avoided needs its source");
  await enter("cost", { source: "Audit office, report 7" });
  await enter("support", { kind: "care", offered: "20", used: "12", on: inDays(-30), amount: "900 EUR", note: "On Saturdays" });
  await enter("outcome", { recommendation: "R-01", indicator: "Nights above 25 degrees", unit: "nights a year", better: "less" });
  const outcome = await page.$$eval("[name=measure-outcome] option", (all) => all.find((one) => one.innerText.includes("Nights above")).value);
  for (const [value, days] of [["31", -600], ["24", -20]]) {
    await enter("measure", { outcome, on: inDays(days), value, who: "independent", source: "Weather office" });
  }
  await enter("channel", { channel: "phone", group: "60 and older", people: "41" });
  await page.goto(`${town.url}${HERE}/worth`);
  assert.match(await text(page), /250,?000\.00 EUR/);
  says(await text(page), ["No second flood wall", "Audit office, report 7", "Nights above 25 degrees", "Weather office", "60 and older"]);
});

test("a snapshot that was taken is read", async () => {
  const page = await town.at("secretariat", "/staff/reports/harbour-county");
  await fill(page, { title: "Before the flood" });
  await send(page, "/staff/reports/harbour-county/snapshot");
  const reader = await town.at("auditor", `${HERE}/reports`);
  await picture(reader, "secretariat-snapshots", 420, "::-p-xpath(//*[self::caption or self::h2][contains(., 'Snapshots')])", 20);
  const row = await reader.$$eval("tbody tr", (rows) => {
    const one = rows.find((row) => row.innerText.includes("Before the flood"));
    return { told: one.innerText, link: one.querySelector('a[href*="/snapshots/"]').href };
  });
  const { bytes } = await download(reader, row.link);
  says(row.told, [createHash("sha256").update(bytes).digest("hex")]);
  says(Object.keys(unzipSync(bytes)).join(" "), ["SHA256SUMS", "recommendations.csv"]);
});

// What `boule publish` brings into the service, in real browsers: the draw before and after its dice, the page that checks it,
// the programme with its calendars, and the door on a phone. With BOULE_PICTURES=1 the guide's pictures are taken anew.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { zipSync } from "fflate";
import { NAMES, start } from "./browsers.mjs";
import { folderOf, write } from "./records.mjs";
import { GUIDE, PROGRAM, demonstration, enter, faults, press, text } from "./service.mjs";

const DIGITS = "63454660390103169462";
// Nothing of this assembly is published yet.
const WORD = "river-plan";
const HOME = `/a/${WORD}`;
/** The round of tables that is not over yet. */
const ROUND = "5";
const PHONE = { width: 390, height: 844, isMobile: true, hasTouch: true };

const QUOTAS = `feature,value,min,max
gender,Female,9,11
gender,Male,9,11
age,16-29,4,6
age,30-59,9,11
age,60+,4,6
`;
const SETTINGS = `event = "Harbour County"
size = 20
panels = 100
quotas = "../quotas.csv"
rehearsal = "browser"
`;
const programme = (issued, slot) => `assembly = "Harbour County"
members = 20
zone = "Europe/Madrid"
issued = "${issued}"

[[day]]
date = "2031-03-29"
slots = ["09:30-11:00", "11:15-12:45"]

[[room]]
name = "Great Hall"
seats = 60

[[speaker]]
name = "Dr Ada Example"

[[block]]
id = "talk"
title = "Talk at tables"
speakers = ["Dr Ada Example"]
times = ["${slot}"]
`;

let service;
const folder = mkdtempSync(join(tmpdir(), "boule-publish-"));
const assembly = join(folder, "out");
const boule = (...args) => execFileSync(PROGRAM, args, { cwd: folder, encoding: "utf8" });
const publish = (from = assembly, to = WORD) => boule("publish", from, "--data", service.data, "--assembly", to, "--rehearsal");

before(async () => {
  service = await demonstration();
  mkdirSync(assembly);
  writeFileSync(join(folder, "quotas.csv"), QUOTAS);
  writeFileSync(join(assembly, "assembly.toml"), SETTINGS);
  boule("sample", "--quotas", "quotas.csv", "--size", "150", "--out", "out/private/pool.csv");
  boule("prepare", "out");
});
after(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

/** Opens a page of the service, on which nothing may go wrong. */
async function visit(browser, path, language = "en") {
  const page = await browser.newPage();
  page.errors = [];
  page.on("console", (message) => message.type() === "error" && page.errors.push(message.text()));
  page.on("pageerror", (error) => page.errors.push(String(error)));
  await page.goto(`${service.url}/language/${language}?to=${encodeURIComponent(path)}`);
  return page;
}

/** What is wrong with pages in both languages. */
async function wrong(page, paths) {
  const found = [];
  for (const language of ["es", "en"]) {
    for (const path of paths) {
      await page.goto(`${service.url}/language/${language}?to=${encodeURIComponent(path)}`);
      assert.equal(await page.$eval("html", (html) => html.lang), language, path);
      found.push(...(await faults(page, `${language} ${path}`)));
    }
  }
  return found;
}

async function picture(page, name, viewport = { width: 1000, height: 1100 }) {
  if (!process.env.BOULE_PICTURES) return;
  await page.setViewport(viewport);
  await page.screenshot({ path: `${GUIDE}service-${name}.png` });
}

test("a draw is published before its dice, after them, and after an attempt that was void", async () => {
  const browser = await start("chromium");
  try {
    publish();
    const page = await visit(browser, `${HOME}/draw`);
    const before = await text(page);
    assert.match(before, /has not been drawn yet/);
    const commitment = before.match(/[0-9a-f]{64}/)[0];
    assert.ok(!before.includes("draw.json"));
    assert.deepEqual(await wrong(page, [`${HOME}/draw`]), []);

    boule("draw", "out", "--witnessed", DIGITS);
    publish();
    await page.goto(`${service.url}${HOME}/draw`);
    const drawn = await text(page);
    assert.match(drawn, /The panel was drawn from this lottery/);
    assert.ok(drawn.includes(commitment), "it is the same lottery");
    assert.ok(drawn.includes("draw.json"));
    assert.deepEqual(await wrong(page, [HOME, `${HOME}/draw`]), []);
    await picture(page, "draw");

    publish(folderOf("accept/second-attempt"), "zurich");
    await page.goto(`${service.url}/a/zurich/draw`);
    assert.match(await text(page), /Attempt 1 was declared void .*: the hall was flooded/);
    const address = await page.$eval(`a[href*="void.json"]`, (link) => link.href);
    assert.match(await (await fetch(address)).text(), /the hall was flooded/);
    assert.deepEqual(await wrong(page, ["/a/zurich", "/a/zurich/draw"]), []);
    assert.deepEqual(page.errors, []);
  } finally {
    await browser.close();
  }
});

for (const name of NAMES) {
  test(`the page that checks a draw works where the service serves it, in ${name}`, async () => {
    const browser = await start(name);
    try {
      const page = await visit(browser, `${HOME}/draw`);
      const commitment = (await text(page)).match(/[0-9a-f]{64}/)[0];
      const links = await page.$$eval(`a[href*="/files/draw/"]`, (all) => all.map((link) => [link.innerText.trim(), link.href]));
      assert.ok(links.length >= 5, `${links}`);
      const files = {};
      for (const [path, address] of links) files[`public/${path}`] = new Uint8Array(await (await fetch(address)).arrayBuffer());
      await press(page, `a[href="/verify"]`);
      assert.equal(page.url(), `${service.url}/verify`);
      const asked = [];
      page.on("request", (request) => /^https?:/.test(request.url()) && asked.push(request.url()));
      assert.deepEqual((await verdict(page, commitment, files)).failed, []);
      assert.deepEqual(await faults(page, "/verify"), []);
      const forged = { ...files, "public/quotas.csv": new TextEncoder().encode(QUOTAS) };
      assert.equal((await verdict(page, commitment, forged)).exit, 1, "it finds what is wrong");
      assert.deepEqual(asked, [], "nothing leaves the browser");
      // Firefox asks for a picture of the site, which the page's policy forbids.
      assert.deepEqual(page.errors.filter((error) => !error.includes("/favicon.ico")), []);
    } finally {
      await browser.close();
    }
  });
}

/** Hands files to the verifier's page and waits for what it says. */
async function verdict(page, commitment, files) {
  await page.evaluate((text) => {
    document.getElementById("clear").click();
    document.getElementById("commitment").value = text;
  }, commitment);
  await (await page.$("#pick")).uploadFile(write("record.zip", zipSync(files)));
  await page.waitForSelector("#verdict", { timeout: 60_000 });
  return page.evaluate(() => ({
    exit: Number(document.getElementById("verdict").dataset.exit),
    failed: [...document.querySelectorAll(".checks .failed")].map((item) => item.id),
  }));
}

test("the programme is read, its calendar is subscribed to and follows when a block moves", async () => {
  const browser = await start("chromium");
  try {
    const issue = (issued, slot) => {
      writeFileSync(join(assembly, "programme.toml"), programme(issued, slot));
      boule("programme", "out");
      publish();
    };
    issue("2031-03-01T12:00:00Z", "2031-03-29 09:30");
    const page = await visit(browser, `${HOME}/programme`);
    const told = await text(page);
    for (const words of ["Talk at tables", "Great Hall", "Dr Ada Example", "09:30–11:00", "29 March 2031", "Europe/Madrid"]) {
      assert.ok(told.includes(words), `${words}: ${told}`);
    }
    assert.deepEqual(await wrong(page, [`${HOME}/programme`]), []);
    await picture(page, "programme");
    const address = await page.$eval(`a[href$=".ics"]`, (link) => link.href);
    const subscribe = async () => {
      const answer = await fetch(address);
      assert.match(answer.headers.get("content-type"), /^text\/calendar/);
      const calendar = (await answer.text()).replaceAll("\r\n ", "");
      const value = (name) => calendar.match(new RegExp(`^${name}[^:\r\n]*:(.*)\r$`, "m"))?.[1];
      assert.ok(calendar.startsWith("BEGIN:VCALENDAR\r\n") && calendar.endsWith("END:VCALENDAR\r\n"));
      return { uid: value("UID"), start: value("DTSTART"), sequence: Number(value("SEQUENCE") ?? 0) };
    };
    const first = await subscribe();
    assert.equal(first.start, "20310329T083000Z", "half past nine in Madrid, before the clocks go forward");
    issue("2031-03-08T12:00:00Z", "2031-03-29 11:15");
    const moved = await subscribe();
    assert.equal(moved.uid, first.uid, "it is the same meeting");
    assert.equal(moved.start, "20310329T101500Z");
    assert.ok(moved.sequence > first.sequence, "so that calendars take the new time");
    const deadlines = await fetch(`${service.url}/api/v1/assemblies/harbour-county/deadlines.ics`);
    assert.match(await deadlines.text(), /BEGIN:VEVENT\r\n/);
    assert.deepEqual(page.errors, []);
  } finally {
    await browser.close();
  }
});

/** Who sits where in the round that the demonstration's members are still to come to: round, table, member. */
function seated() {
  const seats = join(service.data, "harbour-county/private/sessions/allocation.csv");
  const rows = readFileSync(seats, "utf8").trim().split("\n").map((row) => row.split(","));
  return rows.filter(([round]) => round === ROUND);
}

let session;
/** The link works once: the second browser goes on with the session of the first. */
async function secretariat(browser, scripts) {
  if (session) {
    await browser.setCookie(...session);
    return visit(browser, "/staff");
  }
  const page = await enter(browser, service.links.secretariat, scripts);
  const cookies = await page.browserContext().cookies();
  session = cookies.map(({ name, value, domain, path, httpOnly }) => ({ name, value, domain, path, httpOnly }));
  return page;
}

for (const name of NAMES) {
  test(`who came is marked on a phone, and the tables are evened out, in ${name}`, async () => {
    // A table of its own for each browser.
    const turn = NAMES.indexOf(name) + 1;
    const seats = seated();
    const browser = await start(name);
    try {
      // Firefox cannot be driven without scripts, and is as narrow as a phone here without its fingers.
      const page = await secretariat(browser, name === "firefox");
      await page.setViewport(name === "chromium" ? PHONE : { width: PHONE.width, height: PHONE.height });
      await page.goto(`${service.url}/staff/sittings`);
      await press(page, `main a[href="/staff/sittings/harbour-county"]`);
      await press(page, `main a[href$="/rounds/${ROUND}"]`);
      const round = new URL(page.url()).pathname;
      const mark = async (how, member) => {
        await page.$eval("#q", (field) => (field.value = ""));
        await page.type("#q", member);
        await press(page, "form[role=search] button");
        assert.equal((await page.$$("li.govuk-summary-card")).length, 1, member);
        await press(page, `button[name=${how}][value="${member}"]`);
      };
      const gone = seats.filter(([, table]) => table === String(turn)).slice(0, 4).map(([, , member]) => member);
      for (const member of gone) await mark("away", member);
      for (const how of ["came", "unmark", "away"]) await mark(how, gone[0]);
      await page.goto(service.url + round);
      assert.ok((await text(page)).includes(`${110 - 4 * turn} came; 55 are needed`), await text(page));
      if (name === "chromium") await picture(page, "door", { ...PHONE, height: 1100 });
      await press(page, `main a[href$="/rounds/${ROUND}/tables"]`);
      await press(page, "form[action$='/mend'] button");
      const told = await text(page);
      for (const member of gone) assert.ok(!told.includes(member), `${member} has lost the seat: ${told}`);
      const sizes = await page.$$eval("main tbody tr", (rows) => rows.map((row) => Number(row.cells[1].innerText)));
      const full = 12 - 4 * turn;
      assert.deepEqual(sizes.toSorted(), [...Array(14 - full).fill(7), ...Array(full).fill(8)]);
      assert.deepEqual(page.errors.filter((error) => !error.includes("/favicon.ico")), []);
      if (name === "chromium") await page.setJavaScriptEnabled(true);
      // A phone that turns into a desk loads its page anew.
      await page.setViewport({ width: 1000, height: 800 });
      const pages = ["/staff/sittings", "/staff/sittings/harbour-county", round, `${round}/tables`];
      assert.deepEqual(await wrong(page, pages), []);
    } finally {
      await browser.close();
    }
  });
}

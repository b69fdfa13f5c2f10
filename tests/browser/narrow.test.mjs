// Every kind of page on a phone 360 pixels wide (WCAG 1.4.10): nothing makes the page move sideways, and lists are read downwards.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./browsers.mjs";
import { demonstration, enter } from "./service.mjs";

/** How many pages of one kind are looked at, each with other contents, by whoever comes first. */
const OF_A_KIND = 4;
/** Lists whose rows stand one below the other; nothing of them may be cut off or have to be pushed sideways. */
const LISTS = {
  nobody: ["/a/harbour-county/recommendations", "/a/harbour-county/overdue"],
  coordinator: ["/staff/recommendations", "/staff/deadlines", "/staff/inbox", "/staff/workload", "/staff/leaving"],
  administrator: ["/staff/people", "/staff/units", "/staff/assemblies", "/staff/audit"],
};

let service;
let browser;
before(async () => {
  service = await demonstration();
  browser = await start("chromium");
});
after(async () => {
  await browser.close();
  assert.equal(await service.stop(), 0);
});

const visitors = new Map();
/** A page on a phone, of somebody with this role. */
async function phone(role) {
  if (!visitors.has(role)) {
    const page = role === "nobody" ? await browser.newPage() : await enter(browser, service.links[role], false);
    await page.setJavaScriptEnabled(false);
    await page.setViewport({ width: 360, height: 740 });
    visitors.set(role, page);
  }
  return visitors.get(role);
}

/** What kind of page an address leads to: its words without numbers, references and names of things. */
const kind = (path) =>
  path
    .replace(/^\/(a|staff\/(?:r|people|posts|units|tokens|threads|comments|rounds|workload|leaving|letters))\/[^/]+/, "/$1/*")
    .replace(/\/recommendations\/[^/]+/, "/recommendations/*")
    .replace(/\/\d+(?=\/|$)/g, "/*");

/** By how much the page is wider than the screen, and what stands out of it. */
const wider = () => {
  const room = document.documentElement.clientWidth;
  const by = document.documentElement.scrollWidth - room;
  if (by <= 0) return "";
  const out = [...document.querySelectorAll("main *, header *, footer *")].find((one) => one.getBoundingClientRect().right > room + 1);
  return `${by} pixels: ${out?.outerHTML.slice(0, 120)}`;
};

test("no page is wider than a phone", async () => {
  const found = [];
  let looked = 0;
  const kinds = new Map();
  for (const role of ["nobody", "secretariat", "coordinator", "officer", "approver", "signatory", "verifier", "member", "auditor", "administrator"]) {
    const page = await phone(role);
    const seen = new Set();
    const waiting = role === "nobody" ? ["/", "/guides", "/accessibility", "/sign-in"] : ["/staff", "/account"];
    while (waiting.length > 0) {
      const path = waiting.shift();
      const name = kind(path);
      if (seen.has(path) || (kinds.get(name) ?? 0) >= OF_A_KIND) continue;
      seen.add(path);
      kinds.set(name, (kinds.get(name) ?? 0) + 1);
      // A file to keep is no page.
      const answer = await page.goto(service.url + path).catch(() => undefined);
      if (!answer?.headers()["content-type"]?.startsWith("text/html")) continue;
      looked += 1;
      const by = await page.evaluate(wider);
      if (by) found.push(`${path} as ${role} is wider by ${by}`);
      const links = await page.$$eval("a[href^='/']", (all) => all.map((one) => one.getAttribute("href").split(/[?#]/)[0]));
      waiting.push(...links.filter((link) => !/^\/(language|static|api)\/|\.\w{2,6}$|\/evidence\/|\/verify/.test(link)));
    }
  }
  assert.deepEqual(found, []);
  assert.ok(looked > 150, `only ${looked} pages`);
});

test("lists are read downwards on a phone, each value with the name of its column", async () => {
  for (const [role, paths] of Object.entries(LISTS)) {
    for (const path of paths) {
      const page = await phone(role);
      await page.goto(service.url + path);
      const told = await page.evaluate(() => {
        const room = document.documentElement.clientWidth;
        const cells = [...document.querySelectorAll(".boule-rows tbody :is(th, td)")].filter((cell) => cell.innerText.trim());
        return {
          cells: cells.length,
          cut: cells.filter((cell) => cell.getBoundingClientRect().right > room).map((cell) => cell.outerHTML),
          scrolled: [...document.querySelectorAll(".boule-scroll")].filter((one) => one.scrollWidth > one.clientWidth).length,
          named: cells.filter((cell) => cell.dataset.label && getComputedStyle(cell, "::before").content.includes(cell.dataset.label)).length,
          beside: cells.filter((cell, n) => n > 0 && Math.abs(cell.getBoundingClientRect().top - cells[n - 1].getBoundingClientRect().top) < 2).length,
        };
      });
      assert.ok(told.cells > 2, `${path}: ${JSON.stringify(told)}`);
      assert.deepEqual([told.cut, told.scrolled, told.beside], [[], 0, 0], path);
      assert.ok(told.named > 0, `${path}: no cell says its column`);
    }
  }
});

// Another language is one file: the pages in two languages that nobody speaks, one of them written from right to left.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { start } from "./browsers.mjs";
import { folder, pseudo, sentences, words } from "./pseudo.mjs";
import { GUIDE, broken, demonstration, enter } from "./service.mjs";

const A = "/a/harbour-county";
const PAGES = {
  nobody: ["/", "/accessibility", "/sign-in", "/glossary", "/register", "/nowhere", A, `${A}/recommendations`, `${A}/recommendations/R-01`, `${A}/overdue`, `${A}/departments`, `${A}/progress`, `${A}/data`, `${A}/follow`, "/method", "/a/river-plan/before", `${A}/before`, `${A}/draw`, `${A}/programme`, `${A}/departments/parks`, `${A}/worth`, `${A}/scores`, `${A}/forms`, `${A}/reports`, `${A}/reports/2026`, `${A}/bills/bill-harbour-county-bill-14--made-up-`, `${A}/elections/election-harbour-county`],
  officer: ["/staff", "/staff/inbox", "/staff/recommendations", "/staff/deadlines", "/staff/workload", "/staff/practice", "/staff/coming", "/staff/register", "/staff/training", "/account", "/staff/register/new", "/staff/register/clashes", "/staff/register/import", "/staff/workload/parks"],
  coordinator: ["/staff", "/staff/leaving", "/staff/elections", "/staff/deadlines/calendar", "/staff/before", "/staff/before/river-plan", "/staff/before/river-plan/mandate", "/staff/elections/election-harbour-county", "/staff/leaving/sample-officer-parks"],
  secretariat: ["/staff/import", "/staff/members", "/staff/comments", "/staff/rounds", "/staff/worth", "/staff/sittings", "/staff/worth/harbour-county", "/staff/reports/harbour-county", "/staff/paper", "/staff/post/harbour-county", "/staff/sittings/harbour-county"],
  administrator: ["/staff/people", "/staff/units", "/staff/assemblies", "/staff/tokens", "/staff/letters", "/staff/audit", "/staff/people/sample-officer-parks", "/staff/units/parks", "/staff/posts/parks-head", "/staff/assemblies/harbour-county"],
};
/** What stands on pages and is in no language. */
const NO_WORDS = /^(Boule|English|Español|Pseudo|Pseudo RTL|SHA-256|CSV|JSON|JSON-LD|Atom|API|R-\d+|[\d.]* ?EUR|[0-9a-f]{64}|[\w.-]+\.(csv|json|md|txt|zip|html))$/;

let made, service;
before(async () => {
  made = folder();
  service = await demonstration(["--words", made]);
});
after(async () => {
  rmSync(made, { recursive: true });
  assert.equal(await service.stop(), 0);
});

test("the file is as it should be: every message there, longer, and told apart at a glance", () => {
  assert.equal(pseudo("On { $day } it rains"), "⟦Óñ { $day } íţ ŕáíñš ~~~~⟧");
  const english = readFileSync(new URL("../../web/words/en.ftl", import.meta.url), "utf8");
  const keys = (text) => [...text.matchAll(/^([a-z][\w-]*) = /gm)].map(([, key]) => key);
  const made = words("Pseudo", "ltr");
  assert.deepEqual(keys(made), keys(english));
  const said = made.replace(/^#.*$/gm, "");
  assert.ok(sentences().length > 500 && sentences().every((one) => !said.includes(one)));
  assert.ok(sentences().every((one) => [...pseudo(one)].length >= 1.35 * one.length));
});

/** The texts on a page that a reader sees: of the page itself, not of what somebody wrote. */
const texts = (page) =>
  page.evaluate(() => {
    const own = document.documentElement.lang;
    const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    const found = [document.title];
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const within = node.parentElement;
      if (within.closest("script, style, [dir=auto], code, textarea") || within.closest("[lang]").lang !== own) continue;
      const text = node.data.replace(/\s+/g, " ").trim();
      if (text) found.push(text);
    }
    for (const one of document.querySelectorAll("[aria-label], [placeholder], [alt]")) {
      found.push(one.getAttribute("aria-label") ?? one.getAttribute("placeholder") ?? one.alt);
    }
    return found;
  });

/** Everything that the demonstration keeps, names and texts that people gave; and the titles of the guides, which are in English. */
function kept() {
  const files = readdirSync(service.data, { recursive: true }).filter((name) => /\.db(-wal)?$/.test(name));
  const guides = readdirSync(GUIDE).filter((name) => name.endsWith(".md"));
  const titles = guides.map((name) => readFileSync(join(GUIDE, name), "utf8").split("\n")[0]);
  return [...files.map((name) => readFileSync(join(service.data, name), "utf8")), ...titles].join("\n");
}

/** Whether every piece of a text was given by somebody: pieces, because pages put names together. */
function given(text, data) {
  // Words of the language that nobody speaks have signs of their own; what is given stands between them.
  const spoken = text.replace("Europe/Madrid", "").replace(/\S*[^\x00-\x7f⟦⟧–·]\S*|~+/g, "\n");
  const pieces = spoken.split(/⟦[^⟦⟧]*⟧|[⟦⟧\n]|\s[–·:]\s|[:;·,()]|–|\s\/\s|^R-\d+\s/).map((piece) => piece.trim().replace(/\.$/, ""));
  const has = (piece) => !/[A-Za-z]{3}/.test(piece) || NO_WORDS.test(piece) || data.includes(piece.split(/["\n\\]/)[0].slice(0, 30).trim());
  return pieces.every(has);
}

async function walk(browser, language, check) {
  for (const [who, paths] of Object.entries(PAGES)) {
    const context = who === "nobody" ? await browser.createBrowserContext() : undefined;
    const page = context ? await context.newPage() : await enter(browser, service.links[who], true);
    for (const path of paths) {
      await page.goto(`${service.url}/language/${language}?to=${encodeURIComponent(path)}`);
      assert.equal(await page.$eval("html", (html) => html.lang), language, path);
      await check(page, `${who} ${path}`);
    }
    await page.browserContext().close();
  }
}

/** What is wider than the screen, and what axe finds. */
async function fits(page, where, found) {
  for (const width of [320, 1280]) {
    await page.setViewport({ width, height: 900 });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wider > 0) found.push(`${where} at ${width} pixels is ${wider} wider`);
  }
  found.push(...(await broken(page)).map((violation) => `${where}: ${violation}`));
}

/** Where the parts of a page are: their distance from the side where reading begins. */
const PARTS = "h1, .govuk-service-navigation__link, .boule-menu a, .boule-language, .govuk-back-link, .govuk-table__header, .govuk-button, .govuk-summary-list__key, .govuk-label";
const places = (page, side) =>
  page.evaluate(
    (parts, side) => {
      const wide = document.documentElement.clientWidth;
      const shown = [...document.querySelectorAll(parts)].filter((one) => one.getClientRects().length && !one.closest("[lang=en]"));
      return shown.map((one) => {
        const box = one.getBoundingClientRect();
        return [one.className || one.tagName, Math.round(side === "left" ? box.left : wide - box.right)];
      });
    },
    PARTS,
    side,
  );
const measured = new Map();

test("in a language that nobody speaks: every word comes from its file, and everything fits", async () => {
  const browser = await start("chromium");
  const found = [];
  let data = kept();
  const english = sentences();
  try {
    await walk(browser, "en-XA", async (page, where) => {
      const all = await texts(page);
      for (const text of all) {
        const untranslated = english.find((sentence) => text.includes(sentence));
        if (untranslated && !data.includes(untranslated)) found.push(`${where}: English: ${untranslated}`);
        else if (!given(text, data) && !given(text, (data = kept()))) found.push(`${where}: from no words file: ${text}`);
      }
      await fits(page, where, found);
      await page.setViewport({ width: 1280, height: 900 });
      measured.set(where, await places(page, "left"));
    });
  } finally {
    await browser.close();
  }
  assert.deepEqual([...new Set(found)], []);
});

test("from right to left: the same pages, mirrored", async () => {
  const browser = await start("chromium");
  const found = [];
  await service.stop();
  service = await demonstration(["--words", made]);
  try {
    await walk(browser, "ar-XB", async (page, where) => {
      assert.equal(await page.$eval("html", (html) => getComputedStyle(html).direction), "rtl");
      await fits(page, where, found);
      await page.setViewport({ width: 1280, height: 900 });
      const [left, right] = [measured.get(where), await places(page, "right")];
      const apart = left.filter(([name, at], n) => !right[n] || right[n][0] !== name || Math.abs(right[n][1] - at) > 2);
      if (apart.length) found.push(`${where}: not mirrored: ${JSON.stringify(apart.slice(0, 5))} ${JSON.stringify(right.slice(0, 5))}`);
    });
  } finally {
    await browser.close();
  }
  assert.deepEqual(found, []);
});

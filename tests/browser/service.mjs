// The service with its demonstration, started for a test, and pages that are used as people use them.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const target = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../target", import.meta.url));
/** The program; `.ci/run` has built it. */
export const PROGRAM = process.env.BOULE ?? join(target, "release", "boule");

/** Where the guide's pictures lie. */
export const GUIDE = fileURLToPath(new URL("../../crates/cli/guide/", import.meta.url));
const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Starts the demonstration in a new folder, with further arguments. Gives that folder, its address, the link of each role, and how to stop it. */
export async function demonstration(more = []) {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: cargo build --release makes it`);
  const data = mkdtempSync(join(tmpdir(), "boule-service-"));
  const service = spawn(PROGRAM, ["demo", "--serve", "--data", data, "--listen", "127.0.0.1:0", ...more], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  const ended = new Promise((resolve) => service.once("exit", resolve));
  const links = {};
  let url;
  const lines = createInterface({ input: service.stderr });
  await new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      url ??= line.match(/assembly: (http:\S+)/)?.[1];
      const link = line.match(/^ {2}(\w+) .*(http:\S+)$/);
      if (link) links[link[1]] = link[2];
      if (line.startsWith("Stop it")) resolve();
    });
    ended.then((code) => reject(new Error(`the service ended with ${code}`)));
  });
  const stop = async () => {
    service.kill("SIGTERM");
    const code = await ended;
    rmSync(data, { recursive: true });
    return code;
  };
  return { data, url, links, stop };
}

/** Signs in by a link, in a browser context of its own. */
export async function enter(browser, link, scripts) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  if (!scripts) await page.setJavaScriptEnabled(false);
  page.errors = [];
  page.on("console", (message) => message.type() === "error" && page.errors.push(message.text()));
  page.on("pageerror", (error) => page.errors.push(String(error)));
  await page.goto(link);
  await press(page, "main button.govuk-button");
  return page;
}

/** Presses something that leads to another page. */
export async function press(page, selector) {
  await Promise.all([page.waitForNavigation(), page.click(selector)]);
}

/** Types into the fields of a form: a text, a list's value, a day, or `true` for a box or a button to choose. */
export async function fill(page, fields) {
  for (const [name, value] of Object.entries(fields)) {
    if (value instanceof Date) {
      const day = [value.getUTCDate(), value.getUTCMonth() + 1, value.getUTCFullYear()];
      for (const [place, part] of ["day", "month", "year"].entries()) {
        await put(page, `[name="${name}-${part}"]`, String(day[place]));
      }
    } else if (await page.$(`select[name="${name}"]`)) {
      await page.select(`select[name="${name}"]`, value);
    } else if (await page.$(`[type=radio][name="${name}"], [type=checkbox][name="${name}"]`)) {
      await page.click(`[name="${name}"][value="${value}"]`);
    } else {
      await put(page, `[name="${name}"]`, value);
    }
  }
}

async function put(page, selector, value) {
  await page.$eval(selector, (field) => (field.value = ""));
  await page.type(selector, value);
}

/** What stands in the main part of the page. */
export const text = (page) => page.$eval("main", (main) => main.innerText);

/** What axe finds wrong with a page as it is now: each rule with the places that break it. */
export async function broken(page) {
  await page.evaluate(`${AXE}; undefined`);
  return page.evaluate(async (rules) => {
    const { violations } = await globalThis.axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html)}`);
  }, RULES);
}

/**
 * What axe finds wrong with a page, on a phone and on a desk, and where it is wider than the screen. Firefox, six times slower
 * at this, runs axe on the phone's width only: what its rules find depends on the page, hardly ever on the browser.
 */
export async function faults(page, where) {
  const found = [];
  const isFirefox = /firefox/i.test(await page.browser().version());
  for (const width of [360, 1000]) {
    await page.setViewport({ width, height: 800 });
    if (width === 360 || !isFirefox) {
      found.push(...(await broken(page)).map((violation) => `${where} at ${width}: ${violation}`));
    }
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wider > 0) found.push(`${where} at ${width} pixels is ${wider} wider`);
  }
  return found;
}

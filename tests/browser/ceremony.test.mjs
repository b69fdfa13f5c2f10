// The pages for the screen of a public draw, as `boule ceremony` writes them, in real browsers.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";
import { NAMES, open, start } from "./browsers.mjs";
import { folderOf, write } from "./records.mjs";

const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const POLICY = /<meta http-equiv="Content-Security-Policy"[^>]*>/;
const DIGITS = "63454660390103169462";

/** The pages for a record of the corpus as it was before its draw; gives where they are and the draw that came. */
function ceremony(name) {
  const folder = join(mkdtempSync(join(tmpdir(), "boule-ceremony-")), "assembly");
  cpSync(folderOf(name), folder, { recursive: true });
  const draw = readFileSync(join(folder, "public/draw.json"), "utf8");
  rmSync(join(folder, "public/draw.json"));
  const { pages } = JSON.parse(execFileSync(process.env.BOULE, ["ceremony", folder, "--json"], { encoding: "utf8" }));
  const page = (file) => pages.find((path) => path.endsWith(file));
  return { digits: page("digits.html"), screen: page("screen.html"), draw };
}

/** What axe finds wrong with a page. The page's policy lets no strange script in, so axe looks at a copy without it. */
async function axe(browser, page) {
  const html = await page.evaluate(() => document.documentElement.outerHTML);
  const copy = await browser.newPage();
  await copy.setContent(html.replace(POLICY, "").replace(/<script>[^]*?<\/script>/g, ""));
  await copy.evaluate(AXE);
  const { violations } = await copy.evaluate(() => globalThis.axe.run());
  await copy.close();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

const text = (page, selector) => page.$eval(selector, (element) => element.value || element.textContent);

/** Waits until the page has said something with these words. */
async function said(page, words) {
  let found = "";
  for (let tries = 0; tries < 200; tries++) {
    found = await text(page, "#said");
    if (found.includes(words)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(`"${words}" is not in "${found}"`);
}

for (const name of NAMES) {
  describe(`ceremony in ${name}`, { skip: !process.env.BOULE && "BOULE names no program" }, () => {
    let browser;
    before(async () => {
      browser = await start(name);
    });
    after(() => browser?.close());

    test("digits are entered, taken back and read back, by keyboard alone", async () => {
      const { page, requests, errors } = await open(browser, ceremony("accept/plain").digits);
      assert.equal(await text(page, "#said"), "Throw 1 of 20");
      for (const digit of "9") await page.keyboard.press(digit);
      await page.keyboard.press("Backspace");
      for (const digit of DIGITS.slice(0, 19)) await page.keyboard.press(digit);
      assert.equal(await text(page, "#said"), "Throw 20 of 20");
      assert.equal(await page.$eval("#text", (field) => field.value), "", "nothing to be typed while one is missing");
      assert.ok(await page.$eval("#read", (button) => button.disabled));
      // The last one by the buttons: Tab to the key, Enter to press it.
      const reached = [];
      for (let tab = 0; tab < 14; tab++) {
        await page.keyboard.press("Tab");
        reached.push(await page.evaluate(() => document.activeElement.id || document.activeElement.textContent));
        if (reached.at(-1) === DIGITS.at(-1)) break;
      }
      assert.equal(reached.at(-1), DIGITS.at(-1), `${reached}`);
      await page.keyboard.press("Enter");
      assert.equal(await page.$eval("#text", (field) => field.value), DIGITS);
      await page.keyboard.press("7");
      assert.equal(await page.$eval("#text", (field) => field.value), DIGITS, "one too many is not taken");
      assert.deepEqual(await axe(browser, page), []);
      await page.focus("#read");
      for (let place = 1; place <= DIGITS.length; place++) {
        await page.keyboard.press("Enter");
        assert.equal(await text(page, "#said"), `Place ${place} of 20: ${DIGITS[place - 1]}`);
        assert.equal(await text(page, ".now"), DIGITS[place - 1]);
      }
      assert.deepEqual(await axe(browser, page), []);
      await page.keyboard.press("Enter");
      await page.focus("#undo");
      await page.keyboard.press("Enter");
      assert.equal(await text(page, "#said"), "Throw 20 of 20");
      for (const width of [320, 1000]) {
        await page.setViewport({ width, height: 800 });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `${wide} of ${width} pixels`);
      }
      assert.deepEqual([requests.filter((url) => !url.endsWith("/digits.html")), errors], [[], []]);
      await page.close();
    });

    test("the screen shows the draw that follows, and no other", async () => {
      for (const record of ["accept/plain", "accept/quicknet", "accept/mainnet", "accept/quicknet-alone"]) {
        const { screen, draw } = ceremony(record);
        const { page, requests, errors } = await open(browser, screen);
        assert.deepEqual(await axe(browser, page), [], record);
        // Another name each time: of a file with the same name Firefox may tell the page nothing.
        let files = 0;
        const choose = async (draw) => (await page.$("#file")).uploadFile(write(`draw-${++files}.json`, draw));
        const shown = () => page.$eval("#result", (section) => !section.hidden);
        const { t, panel, seed } = JSON.parse(draw);
        await choose(draw);
        await said(page, "were computed here");
        assert.ok(await shown());
        assert.equal(await text(page, "#number"), String(t));
        assert.equal(await text(page, "#seed"), seed);
        assert.deepEqual(await page.$$eval("#panel li", (all) => all.map((one) => Number(one.textContent))), panel);
        assert.deepEqual(await axe(browser, page), [], record);
        for (const [change, words] of [
          [(lie) => (lie.t = (t + 1) % 20), "the number does not follow"],
          [(lie) => (lie.seed = "0".repeat(64)), "the seed does not follow"],
          [(lie) => (lie.witnessed = lie.witnessed === null ? DIGITS : lie.witnessed.slice(1)), "the digits are not as announced"],
          [(lie) => (lie.beacon = lie.beacon === null ? { round: 1 } : null), "the beacon is not as announced"],
        ]) {
          const lie = JSON.parse(draw);
          change(lie);
          await choose(JSON.stringify(lie));
          await said(page, words);
          assert.ok(!(await shown()), words);
        }
        for (const strange of ["", "null", "[".repeat(100_000)]) {
          await choose(draw);
          await said(page, "were computed here");
          await choose(strange);
          await said(page, "This is not the draw");
          assert.ok(!(await shown()));
        }
        assert.deepEqual([requests.filter((url) => !url.endsWith("/screen.html")), errors], [[], []]);
        await page.close();
      }
    });
  });
}

// The report of a lottery in real browsers: nothing to object to, nothing asked for, readable on a telephone too.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, test } from "node:test";
import { NAMES, open, start } from "./browsers.mjs";

const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const POLICY = /<meta http-equiv="Content-Security-Policy"[^>]*>/;

for (const name of NAMES) {
  test(`reports in ${name}`, { skip: !process.env.BOULE_RECORD && "BOULE_RECORD names no assembly" }, async (t) => {
    const browser = await start(name);
    after(() => browser.close());
    for (const edition of ["public", "observers"]) {
      await t.test(edition, async () => {
        const path = join(process.env.BOULE_RECORD, `report-${edition}.html`);
        const { page, requests, errors } = await open(browser, path);
        assert.deepEqual(requests.filter((url) => !url.endsWith(`/report-${edition}.html`)), []);
        assert.deepEqual(errors, []);
        const styled = await page.evaluate(() => getComputedStyle(document.querySelector("dl")).display);
        assert.equal(styled, "grid", "its own style is let in");
        assert.equal(await page.$$eval("figure svg", (found) => found.length), edition === "observers" ? 1 : 0);
        // The page's own policy lets no script in, so axe looks at a copy without the policy.
        const copy = await browser.newPage();
        const html = readFileSync(path, "utf8");
        assert.match(html, POLICY);
        for (const width of [360, 1000]) {
          await copy.setViewport({ width, height: 800 });
          await copy.setContent(html.replace(POLICY, ""));
          await copy.evaluate(AXE);
          const { violations } = await copy.evaluate(() => globalThis.axe.run());
          const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html)}`);
          assert.deepEqual(told, [], `at ${width} pixels`);
          const { clientWidth, scrollWidth } = await copy.evaluate(() => {
            const { clientWidth, scrollWidth } = document.documentElement;
            return { clientWidth, scrollWidth };
          });
          assert.equal(scrollWidth, clientWidth, `at ${width} pixels it is wider`);
        }
      });
    }
  });
}

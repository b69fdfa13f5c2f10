import { start } from "./browsers.mjs";
import { demonstration, faults } from "./service.mjs";
const service = await demonstration();
const t0 = performance.now();
const browser = await start("firefox");
console.log("launch", performance.now() - t0);
const page = await browser.newPage();
const T = async (n, f) => { const t = performance.now(); await f(); console.log(n, Math.round(performance.now() - t)); };
for (const path of ["/", "/a/harbour-county/overdue", "/a/harbour-county/data"]) {
  await T("goto", () => page.goto(`${service.url}/language/es?to=${encodeURIComponent(path)}`));
  await T("lang", () => page.$eval("html", (h) => h.lang));
  await T("version", () => page.browser().version());
  await T("faults", () => faults(page, path));
  await T("vp", () => page.setViewport({ width: 500, height: 800 }));
  await T("vp2", () => page.setViewport({ width: 1000, height: 800 }));
  await T("eval", () => page.evaluate(() => 1));
}
await browser.close(); await service.stop();

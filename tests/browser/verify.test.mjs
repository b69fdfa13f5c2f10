// The page web/verify/verify.html, as it is committed, in real browsers, opened from the disk.
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { NAMES, open, start } from "./browsers.mjs";
import { corpus, folderOf, functionsOfThePage, large, PAGE, readFolder, replaced, write, zip } from "./records.mjs";

const { WORDS } = functionsOfThePage();
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PICTURES = fileURLToPath(new URL("../../web/verify/pictures/", import.meta.url));
const RECORDS = corpus();
const record = (name) => RECORDS.find((one) => one.name === name);
const plain = record("accept/plain");
/** All records of the corpus in each browser; `BROWSER_SAMPLE=1` takes every eighth. */
const CASES = process.env.BROWSER_SAMPLE ? RECORDS.filter((_, place) => place % 8 === 0) : RECORDS;

/** Hands files to the page, as a zip, and waits for the verdict: the exit code, the checks that failed, the seconds. */
async function check(page, { files, commitment = null, beforeDraw = false }) {
  await reset(page, { commitment, beforeDraw });
  const input = await page.$("#pick");
  await input.uploadFile(zip(files));
  return verdict(page);
}

async function reset(page, { commitment = null, beforeDraw = false } = {}) {
  await page.evaluate(
    (text, isBefore) => {
      document.getElementById("clear").click();
      document.getElementById("commitment").value = text;
      document.getElementById("before").checked = isBefore;
    },
    commitment ?? "",
    beforeDraw,
  );
}

/** The verdict once it is there. */
async function verdict(page) {
  await page.waitForSelector("#verdict", { timeout: 60_000 });
  return page.evaluate(() => {
    const ids = (outcome) => [...document.querySelectorAll(`.checks .${outcome}`)].map((item) => item.id.slice("check-".length));
    const { exit, seconds } = document.getElementById("verdict").dataset;
    return { exit: Number(exit), failed: ids("failed"), notMade: ids("not-made"), seconds: Number(seconds) };
  });
}

/** A zip whose directory claims another size of its one file. */
function claiming(zip, size) {
  const changed = Buffer.from(zip);
  changed.writeUInt32LE(size, changed.indexOf(Buffer.from("PK\x01\x02")) + 24);
  return write("claiming.zip", changed);
}

/** Waits until the page says something in its status. (The page's policy forbids what puppeteer's waitForFunction does.) */
async function saidInStatus(page, words) {
  let said = "";
  for (let tries = 0; tries < 300; tries++) {
    said = await page.$eval("#status", (element) => element.textContent);
    if (said.includes(words)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`"${words}" is not in "${said}"`);
}

/** The list of files, once it names one. */
async function taken(page) {
  await page.waitForSelector("#clear:not([hidden])");
  for (let tries = 0; tries < 100; tries++) {
    const said = await page.$eval("#taken", (list) => list.textContent);
    if (said !== WORDS.en["files.none"]) return said;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return "";
}

/** What axe finds wrong with the page as it is. */
async function axe(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

for (const name of NAMES) {
  describe(name, () => {
    let browser, opened, page;
    before(async () => {
      browser = await start(name);
      opened = await open(browser, PAGE, "#en");
      page = opened.page;
      await page.setViewport({ width: 900, height: 1000 });
    });
    after(() => browser?.close());

    test("every record of the corpus gets its verdict", async () => {
      for (const one of CASES) {
        const found = await check(page, one);
        assert.equal(found.exit, one.exit, one.name);
        assert.deepEqual(found.failed, one.exit === 1 ? [one.check] : [], one.name);
        if (one.exit === 2) assert.equal(found.notMade[0], one.check, one.name);
      }
    });

    test("plain files, a folder and a drop are read like a zip", async () => {
      const files = plain.files.map(([path, bytes]) => write(path.split("/").at(-1), bytes));
      await reset(page);
      await (await page.$("#pick")).uploadFile(...files);
      assert.equal((await verdict(page)).exit, 0);
      // Firefox does not let a test choose a folder.
      if (name === "chromium") {
        await reset(page);
        await (await page.$("#pick-folder")).uploadFile(folderOf("accept/replaced"));
        assert.equal((await verdict(page)).exit, 0);
        assert.match(await page.$eval("#taken", (list) => list.textContent), /not looked at: .*secret/);
      }
      await reset(page);
      await page.evaluate((texts) => {
        const transfer = new DataTransfer();
        for (const [path, text] of texts) transfer.items.add(new File([text], path.split("/").at(-1)));
        const event = new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: transfer });
        document.getElementById("drop").dispatchEvent(event);
      }, plain.files.map(([path, bytes]) => [path, new TextDecoder().decode(bytes)]));
      assert.equal((await verdict(page)).exit, 0);
    });

    test("a dropped folder is read, or the page says what to do", async () => {
      if (name === "chromium") {
        await reset(page);
        const client = await page.createCDPSession();
        const { x, y } = await page.$eval("#drop", (element) => {
          element.scrollIntoView();
          const { x, y, width, height } = element.getBoundingClientRect();
          return { x: x + width / 2, y: y + height / 2 };
        });
        const data = { items: [], files: [folderOf("accept/replaced")], dragOperationsMask: 1 };
        for (const type of ["dragEnter", "dragOver", "drop"]) await client.send("Input.dispatchDragEvent", { type, x, y, data });
        await client.detach();
        // From the disk a page may look into no folder; from a server it may.
        await saidInStatus(page, WORDS.en["problem.folder"].slice(0, 40));
      }
      // A browser that lets the page: entries as the standard has them, a hundred at a time.
      await reset(page);
      await page.evaluate((texts) => {
        const folder = (path, below) => ({
          isDirectory: true,
          createReader: () => {
            const names = [...new Set(below.map(([path]) => path.split("/")[0]))];
            const entries = names.map((name) => {
              const inner = below.filter(([path]) => path.startsWith(`${name}/`)).map(([path, text]) => [path.slice(name.length + 1), text]);
              const own = below.find(([path]) => path === name);
              return own ? file(`${path}/${name}`, own[1]) : folder(`${path}/${name}`, inner);
            });
            return { readEntries: (give) => give(entries.splice(0, 2)) };
          },
        });
        const file = (fullPath, text) => ({ isFile: true, fullPath, file: (give) => give(new File([text], fullPath.split("/").at(-1))) });
        const event = new Event("drop", { bubbles: true, cancelable: true });
        event.dataTransfer = { items: [{ webkitGetAsEntry: () => folder("/spring", texts) }], files: [] };
        document.getElementById("drop").dispatchEvent(event);
      }, plain.files.map(([path, bytes]) => [path, new TextDecoder().decode(bytes)]));
      assert.equal((await verdict(page)).exit, 0);
      assert.match(await page.$eval("#taken", (list) => list.textContent), /portfolio\.csv/);
    });

    test("a commitment that is none is refused, another is told", async () => {
      await reset(page, { commitment: "12" });
      await (await page.$("#pick")).uploadFile(zip(plain.files));
      await page.waitForSelector('#commitment[aria-invalid="true"]');
      assert.equal(await page.$("#verdict"), null);
      await saidInStatus(page, WORDS.en["result.waits"]);
      assert.match(await taken(page), /Public: commit\.json/);
      const found = await check(page, { ...plain, commitment: "0".repeat(64) });
      assert.deepEqual(found.failed, ["commitment"]);
    });

    test("a verdict goes as soon as another commitment is typed", async () => {
      assert.equal((await check(page, { files: plain.files })).exit, 0);
      await page.focus("#commitment");
      await page.keyboard.type("12");
      assert.equal(await page.$("#verdict"), null);
      await saidInStatus(page, WORDS.en["result.waits"]);
      assert.equal(await page.$eval("#commitment", (field) => field.getAttribute("aria-invalid")), "false", "while one types");
      await page.keyboard.press("Tab");
      assert.equal(await page.$eval("#commitment", (field) => field.getAttribute("aria-invalid")), "true");
      await page.focus("#commitment");
      for (let i = 0; i < 2; i++) await page.keyboard.press("Backspace");
      assert.equal((await verdict(page)).exit, 0, "without a commitment");
      await page.keyboard.type("0".repeat(64));
      assert.deepEqual((await verdict(page)).failed, ["commitment"], "without leaving the field");
    });

    test("files that the page does not know are refused, with what it expects", async () => {
      for (const language of ["es", "en"]) {
        await page.click(`[data-language="${language}"]`);
        for (const file of [write("lib.sh", "true"), write("other.json", "{}"), zip([["notes.txt", new Uint8Array(1)]])]) {
          await reset(page);
          await (await page.$("#pick")).uploadFile(file);
          await saidInStatus(page, WORDS[language]["result.unknown"]);
        }
      }
      assert.deepEqual(await axe(page), []);
    });

    test("nothing is sent, whoever tries", async () => {
      const received = [];
      const server = createServer((socket) => socket.on("data", (bytes) => received.push(String(bytes))).on("error", () => {}));
      await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
      const address = `127.0.0.1:${server.address().port}`;
      const fresh = await open(browser, PAGE);
      const tried = await fresh.page.evaluate(async (host) => {
        const url = `http://${host}/`;
        const refused = [];
        const attempt = async (what, action) => {
          try {
            await action();
          } catch {
            refused.push(what);
          }
        };
        const loading = (element, attribute) =>
          new Promise((resolve, reject) => {
            element.onload = resolve;
            element.onerror = reject;
            element[attribute] = url;
            document.body.append(element);
          });
        await attempt("fetch", () => fetch(url, { mode: "no-cors" }));
        await attempt("picture", () => loading(document.createElement("img"), "src"));
        await attempt("script", () => loading(document.createElement("script"), "src"));
        await attempt("style", () => loading(Object.assign(document.createElement("link"), { rel: "stylesheet" }), "href"));
        const request = new XMLHttpRequest();
        await attempt("request", () => new Promise((resolve, reject) => {
          request.onload = resolve;
          request.onerror = reject;
          request.open("GET", url);
          request.send();
        }));
        await attempt("events", () => new Promise((resolve, reject) => {
          const source = new EventSource(url);
          source.onopen = resolve;
          source.onerror = reject;
        }));
        await attempt("beacon", () => navigator.sendBeacon(url, "x"));
        await attempt("socket", () => new WebSocket(`ws://${host}/`));
        await attempt("frame", () => document.body.append(Object.assign(document.createElement("iframe"), { src: url })));
        const form = Object.assign(document.createElement("form"), { action: url, method: "post" });
        document.body.append(form);
        await attempt("form", () => form.submit());
        await new Promise((resolve) => setTimeout(resolve, 500));
        return refused;
      }, address);
      await fresh.page.close();
      server.close();
      for (const what of ["fetch", "picture", "script", "style", "request", "events"]) assert.ok(tried.includes(what), what);
      assert.deepEqual(received, []);
      // Nor did the page ask for anything by itself in all the tests so far.
      const asked = opened.requests.filter((url) => !url.startsWith("file:") && !url.startsWith("blob:"));
      assert.deepEqual(asked, []);
      assert.ok(opened.requests.filter((url) => url.startsWith("file:")).length <= 1, "the page itself");
    });

    test("screen readers find their way, in both languages and every state", async () => {
      const found = [];
      for (const language of ["es", "en"]) {
        await page.click(`[data-language="${language}"]`);
        assert.equal(await page.$eval("html", (element) => element.lang), language);
        assert.equal(await page.title(), WORDS[language]["page.title"]);
        await reset(page);
        found.push(...(await axe(page)));
        for (const one of ["accept/second-attempt", "reject/hash-quotas", "reject/files"]) {
          await check(page, record(one));
          await page.$$eval("details", (all) => all.forEach((one) => (one.open = true)));
          found.push(...(await axe(page)));
        }
        const text = await page.$eval("main", (main) => main.textContent);
        const other = language === "es" ? "en" : "es";
        for (const key of ["files.title", "result.title", "facts.title", "open.title", "check.commit", "outcome.held"]) {
          assert.ok(text.includes(WORDS[language][key]), `${language} ${key}`);
          assert.ok(!text.includes(WORDS[other][key]), `${other} ${key} in ${language}`);
        }
      }
      if (name === "chromium") {
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
        found.push(...(await axe(page)));
        await page.emulateMediaFeatures([]);
      }
      assert.deepEqual(found, []);
    });

    test("the keyboard reaches everything", async () => {
      await reset(page);
      const reached = new Set();
      await page.focus(".skip");
      for (let i = 0; i < 6; i++) {
        await page.keyboard.press("Tab");
        reached.add(await page.evaluate(() => document.activeElement.id || document.activeElement.lang));
      }
      for (const wanted of ["en", "es", "pick", "pick-folder", "commitment", "before"]) assert.ok(reached.has(wanted), wanted);
      await page.focus('[data-language="es"]');
      await page.keyboard.press("Enter");
      assert.equal(await page.$eval("html", (element) => element.lang), "es");
      await page.focus('[data-language="en"]');
      await page.keyboard.press("Enter");
    });

    test("it fits a phone", async () => {
      await page.setViewport({ width: 320, height: 640 });
      await check(page, plain);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 320, `${width}`);
      const small = await page.$$eval("button:not([hidden]), .button", (all) => all.filter((one) => one.getBoundingClientRect().height < 24).length);
      assert.equal(small, 0);
      await page.setViewport({ width: 900, height: 1000 });
    });

    test("1,700 members in less than 2 seconds, 10,000 in less than 10", async () => {
      const [some, many] = [large({ n: 1700, m: 1000, k: 40, levels: 20 }), large({ n: 10_000, m: 1000, k: 100, levels: 30 })];
      const cases = [
        [2, some],
        [2, replaced(some, [5, 3], 1000)],
        [10, many],
        [10, replaced(many, [12, 8], 1000)],
      ];
      const real = process.env.BOULE_RECORD;
      if (real) cases.push([2, readFolder(real).filter(([path]) => /^(public|observers)\//.test(path))]);
      for (const [seconds, files] of cases) {
        const found = await check(page, { files });
        assert.equal(found.exit, 0, `${found.failed} ${found.notMade}`);
        const replacements = files.filter(([path]) => path.endsWith("/record.json")).length;
        console.log(`${name}: ${found.seconds.toFixed(2)} s of at most ${seconds}, ${replacements} replacements`);
        assert.ok(found.seconds < seconds, `${found.seconds} s`);
      }
    });

    test("hostile files get a clear answer", async () => {
      const changed = (path, text) => plain.files.map(([name, bytes]) => [name, name === path ? new TextEncoder().encode(text) : bytes]);
      const text = (path) => new TextDecoder().decode(plain.files.find(([name]) => name === path)[1]);
      const commit = text("public/commit.json");
      for (const [files, failed] of [
        [changed("public/commit.json", "[".repeat(5_000_000)), ["commit"]],
        [changed("public/commit.json", `${"[".repeat(2_000_000)}${"]".repeat(2_000_000)}\n`), ["commit"]],
        [changed("public/commit.json", commit.replace('"m":20', '"m":4294967295')), ["commit"]],
        [changed("public/commit.json", commit.replace('"n":12', `"n":${"9".repeat(400)}`)), ["commit"]],
        [changed("public/draw.json", text("public/draw.json").replace(/"t":\d+/, '"t":4294967295')), ["index"]],
        [changed("observers/portfolio.csv", "0,".repeat(3_000_000)), ["portfolio-form"]],
        [changed("observers/members.csv", '"'.repeat(5_000_000)), ["members-form"]],
      ]) {
        assert.deepEqual((await check(page, { files })).failed, failed);
      }
      const sound = readFileSync(zip([["public/commit.json", new Uint8Array(5 * 2 ** 20)]]));
      for (const [path, words] of [
        [claiming(sound, 600 * 2 ** 20), "would unpack to more than a record can be"],
        // Cut off at the size that it claims: never more memory than that, and no sound record.
        [claiming(sound, 1000), "check failed: commit"],
        [write("torn.zip", sound.subarray(0, 1000)), "is not a zip file that can be read"],
      ]) {
        await reset(page);
        await (await page.$("#pick")).uploadFile(path);
        await saidInStatus(page, words);
      }
      // Two different files of one name are not mixed.
      await reset(page);
      const two = [...plain.files, ["other/public/commit.json", new TextEncoder().encode("{}\n")]];
      await (await page.$("#pick")).uploadFile(zip(two));
      await saidInStatus(page, "two different files for commit.json");
      assert.equal((await check(page, plain)).exit, 0, "and the page still works");
      // The organiser's own files beside the record's folders are not of the record.
      const beside = [...plain.files, ["quotas.csv", new TextEncoder().encode("feature,value,min,max\n")]];
      assert.equal((await check(page, { files: beside })).exit, 0);
    });

    test("the pictures of the guide show the page", async () => {
      const shots = [["verified", "accept/more-rules"], ["rejected", "reject/hash-quotas"]];
      for (const [shot, one] of shots) {
        await check(page, record(one));
        const path = `${PICTURES}${shot}.png`;
        if (process.env.BLESS && name === "chromium") {
          mkdirSync(PICTURES, { recursive: true });
          const element = shot === "rejected" ? await page.$("#result") : null;
          const clip = element ? await element.boundingBox() : { x: 0, y: 0, width: 900, height: 900 };
          const picture = await page.screenshot({ clip: { ...clip, height: Math.min(clip.height, 900) }, captureBeyondViewport: true });
          writeFileSync(path, picture);
        }
        assert.ok(existsSync(path), `${path}: BLESS=1 makes it`);
      }
    });

    test("receipts are checked, alone and with a record", async () => {
      const receipt = (name) => readFileSync(fileURLToPath(new URL(`../../fixtures/receipts/${name}`, import.meta.url)));
      const told = JSON.parse(receipt("accept/receipt.json")).commitment;
      const failed = () => page.$$eval(".checks .failed", (all) => all.map((one) => one.dataset.check));
      for (const [name, expected] of [["accept", []], ["receipt-signature", ["receipt-signature"]], ["receipt-place.count", ["receipt-place"]]]) {
        await reset(page, { commitment: told });
        await (await page.$("#pick")).uploadFile(write("mine.json", receipt(`${name}/receipt.json`)));
        assert.equal((await verdict(page)).exit, expected.length > 0 ? 1 : 0, name);
        assert.deepEqual(await failed(), expected, name);
      }
      // That a receipt agrees with itself proves nothing.
      await reset(page);
      await (await page.$("#pick")).uploadFile(write("mine.json", receipt("accept/receipt.json")));
      assert.equal((await verdict(page)).exit, 2);
      assert.deepEqual(await page.$$eval(".checks .not-made", (all) => all.map((one) => one.dataset.check)), ["receipt-commitment"]);
      const said = await page.$eval("#result", (element) => element.textContent);
      assert.ok(said.includes(WORDS.en["why.receipt-untold"]) && said.includes(WORDS.en["receipts.untold"]), said);
      assert.ok(!said.includes(WORDS.en["receipts.held"]), said);
      assert.deepEqual(await axe(page), []);
      const found = await check(page, { files: [...plain.files, ["mine.json", receipt("accept/receipt.json")]] });
      assert.equal(found.exit, 0);
      assert.match(await page.$eval("#found", (element) => element.textContent), /is member 0 of the pool/);
      assert.deepEqual(await axe(page), []);
      // A receipt for another commitment than that of the record.
      const households = record("accept/households").files;
      await check(page, { files: [...households, ["mine.json", receipt("accept/receipt.json")]] });
      assert.deepEqual(await failed(), ["receipt-commitment"]);
      await reset(page);
      const two = ["accept", "accept.household"].map((name) => [`${name}.json`, receipt(`${name}/receipt.json`)]);
      await (await page.$("#pick")).uploadFile(zip(two));
      await page.waitForSelector("#verdict");
      assert.match(await page.$eval("#found", (element) => element.textContent), /are for two commitments/);
      await reset(page);
      await (await page.$("#pick")).uploadFile(write("enrolment.json", receipt("enrolment.json")));
      assert.equal((await verdict(page)).exit, 0);
    });

    test("no error was logged", () => assert.deepEqual(opened.errors, []));
  });
}

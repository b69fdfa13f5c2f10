// The receipts to print, as `boule prepare` writes them: one sheet of A4 for each member.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { open, start } from "./browsers.mjs";

const MEMBERS = 12;
const QUOTAS = ["age,16-29,0,4", "age,30-59,0,4", "gender,Female,2,2", "gender,Male,2,2", "region,North,0,4", "region,South,0,4"];

test("a usual receipt takes one sheet", { skip: !process.env.BOULE && "BOULE names no program" }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "boule-receipts-"));
  const file = (name, lines) => writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
  const member = (_, i) =>
    `${i},Member ${i},${i} Long Harbour Street,Some Town,${["16-29", "30-59"][i % 2]},${["Female", "Male"][i % 2]},${["North", "South"][i % 2]}`;
  file("quotas.csv", ["feature,value,min,max", ...QUOTAS]);
  file("pool.csv", ["id,name,street,town,age,gender,region", ...Array.from({ length: MEMBERS }, member)]);
  const given = ["--pool", "pool.csv", "--quotas", "quotas.csv", "--size", "4", "--out", "out", "--panels", "10"];
  execFileSync(process.env.BOULE, ["prepare", ...given, "--event", "Citizens' assembly on the harbour", "--rehearsal", "dry run"], { cwd: folder });
  const browser = await start("chromium");
  try {
    const { page } = await open(browser, join(folder, "out/private/receipts.html"));
    assert.equal(await page.$$eval("section", (all) => all.length), MEMBERS);
    const pdf = Buffer.from(await page.pdf({ preferCSSPageSize: true })).toString("latin1");
    assert.equal(pdf.match(/\/Type \/Page\b/g).length, MEMBERS);
  } finally {
    await browser.close();
  }
});

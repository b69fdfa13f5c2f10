// Runs the script inside web/verify/verify.html, as it is committed, over the cases that tests/verifiers.rs hands in, and
// prints what it says of each.
import { readFileSync } from "node:fs";

const page = readFileSync(new URL("../../web/verify/verify.html", import.meta.url), "utf8");
const [, code] = page.match(/<script id="code">([^]*?)<\/script>/);
(0, eval)(code);
const { receipts, verify } = globalThis.boule;

const given = JSON.parse(readFileSync(0, "utf8"));
const bytes = (hex) => new Uint8Array(Buffer.from(hex, "hex"));
const say = (checks) => console.log(JSON.stringify(Object.fromEntries(checks.map(({ id, outcome }) => [id, outcome]))));
for (const { base, changes, observers, commitment, before_draw: beforeDraw, receipt } of given.cases) {
  if (receipt !== null) {
    say(receipts.checkReceipt(bytes(receipt), commitment).checks);
    continue;
  }
  const files = Object.entries({ ...given.bases[base], ...changes }).filter(([, data]) => data !== null);
  const folder = (name) =>
    new Map(files.filter(([path]) => path.startsWith(`${name}/`)).map(([path, data]) => [path.slice(name.length + 1), bytes(data)]));
  const record = { public: folder("public"), observers: observers ? folder("observers") : null };
  say(verify(record, { commitment, beforeDraw }).checks);
}

// What a verification found, as plain data for the page: facts, what stays open, and the numbers of the pictures.
import { hex, sha } from "./bytes.js";
import { commitmentOf, exitCode, verify } from "./verify.js";

const PARTS = 1e12;

/** A share of 1 in per cent with three decimals, rounded down or up; in whole numbers, so that nothing is rounded twice. */
export function perCent(part, whole, up) {
  const [scaled, divisor] = [BigInt(part) * 100_000n, BigInt(whole)];
  const thousandths = up ? (scaled + divisor - 1n) / divisor : scaled / divisor;
  return { whole: Number(thousandths / 1000n), thousandths: Number(thousandths % 1000n) };
}

/** The fewest panels that hold somebody whom a level is about. */
const leastOf = (r, level) => level.unfixed.reduce((min, index) => Math.min(min, r.members[index].count), r.commit.m);

function fairness(r) {
  const facts = [];
  const { m } = r.commit;
  const least = (level) => leastOf(r, level);
  const never = r.members.filter((member) => member.count === 0).length;
  if (never > 0) facts.push({ key: "fact.never", args: { count: never } });
  const [first] = r.levels;
  facts.push({
    key: "fact.bound",
    args: { bound: perCent(first.bound, PARTS, true), least: perCent(least(first), m, false) },
  });
  if (r.levels.length > 1) {
    const gaps = r.levels.map((level) => BigInt(level.bound) * BigInt(m) - BigInt(least(level)) * BigInt(PARTS));
    const worst = gaps.reduce((best, gap, i) => (gap >= gaps[best] ? i : best), 0);
    const gap = gaps[worst] > 0n ? gaps[worst] : 0n;
    const args = { gap: perCent(gap, BigInt(PARTS) * BigInt(m), true), level: worst + 1, levels: gaps.length };
    facts.push({ key: "fact.gap", args });
  }
  const { objective } = r.commit;
  if (objective !== "leximin") facts.push({ key: "fact.objective", args: { objective } });
  return facts;
}

function replaced(chain) {
  const facts = [];
  let [vouched, panel] = [0, null];
  for (const { e, bytes, record, end, quotas } of chain) {
    const gone = record.withdrawn.length;
    const came = (end?.panel?.length ?? 0) - record.seated.length;
    const args = { e, gone, came, t: end?.t, m: record.m, reason: end?.reason };
    facts.push({ key: `fact.replacement-${end?.kind ?? "open"}`, args });
    facts.push({ key: "fact.replacement-hash", args: { e, hash: hex(sha(bytes)) } });
    if (quotas) facts.push({ key: "fact.replacement-quotas", args: { e } });
    if (end?.kind !== "void") vouched += gone;
    panel = end?.panel ?? panel;
  }
  if (panel) facts.push({ key: "fact.replacement-panel", args: { indices: panel.join(", ") } });
  return [...facts, { key: "fact.replacement-vouched", args: { count: vouched } }];
}

/** What the record says, as far as it was checked. */
function facts(r, held) {
  const said = [];
  const add = (key, args = {}) => said.push({ key, args });
  if (r.commit) {
    const { event, attempt, k, n, m, rehearsal, slots } = r.commit;
    add("fact.event", { event, attempt, k, n, m });
    if (rehearsal) add("fact.rehearsal");
    if (held.has("round")) {
      const { chain, round, time } = slots.beacon;
      add("fact.beacon", { chain, round: String(round), time: { unix: time } });
    }
  }
  if (held.has("rules-form")) {
    const { households, combinations, caps, seated } = r.rules;
    if (households) add("fact.households", { columns: households.columns.join(", ") });
    for (const { min, max, values } of combinations) {
      add("fact.combination", { min, max, values: values.map((pair) => pair.join(": ")).join(", ") });
    }
    for (const { column, max } of caps) add("fact.cap", { column, max });
    if (seated.length > 0) add("fact.seated", { count: seated.length, indices: seated.join(", ") });
  }
  if (held.has("attempts")) r.voided.forEach((reason, i) => add("fact.voided", { attempt: i + 1, reason }));
  if (r.public.has("void.json")) add("fact.void");
  if (held.has("slots") && r.draw.witnessed !== null) {
    add("fact.digits", { digits: r.draw.witnessed, description: r.commit.slots.witnessed.description });
  }
  if (held.has("panel-path")) add("fact.panel", { t: r.draw.t });
  if (held.has("replacements")) said.push(...replaced(r.chain));
  if (held.has("certificate") && held.has("counts")) said.push(...fairness(r));
  return said;
}

/** The levels whose bound is more than one panel above what this lottery gives. */
function wide(r) {
  const m = BigInt(r.commit.m);
  const gap = (level) => (BigInt(level.bound) * m - BigInt(leastOf(r, level)) * BigInt(PARTS) + m - 1n) / m;
  return r.levels.filter((level) => gap(level) * m > BigInt(PARTS));
}

function open(r, held) {
  const left = ["invited", "truth", "lottery", "withdrawn", "together"];
  if (r.level === "observer") left.unshift("people");
  else left.unshift("observers", "people");
  if (r.beforeDraw) left.unshift("draw");
  if (held.has("attempts") && r.voided.length > 0) left.unshift("voided");
  if (held.has("rules-form") && r.rules.seated.length > 0) left.unshift("seated");
  left.unshift("before");
  if (r.commitment === null) left.unshift("commitment");
  const items = left.map((name) => ({ key: `open.${name}`, args: {} }));
  const [first, ...further] = held.has("certificate") && held.has("counts") ? wide(r) : [];
  if (first) {
    const [here, bound] = [perCent(leastOf(r, first), r.commit.m, false), perCent(first.bound, PARTS, true)];
    const key = further.length > 0 ? "open.gaps" : "open.gap";
    items.unshift({ key, args: { members: first.unfixed.length, here, bound, more: further.length } });
  }
  return items;
}

function picture(r, held) {
  const drawn = held.has("panel-path") ? r.panel : null;
  const numbers = { panel: drawn && { n: r.commit.n, indices: drawn }, quotas: null, chances: null };
  if (held.has("quotas")) {
    const pool = new Uint32Array(r.quotas.length);
    const panel = new Uint32Array(r.quotas.length);
    for (const { rows } of r.members) for (const row of rows) pool[row] += 1;
    for (const index of drawn ?? []) for (const row of r.members[index].rows) panel[row] += 1;
    numbers.quotas = r.quotas.map((quota, row) => ({ ...quota, pool: pool[row], panel: drawn ? panel[row] : null }));
  }
  if (held.has("counts")) {
    const counts = r.members.map((member) => member.count).sort((a, b) => a - b);
    const bound = held.has("certificate") ? r.levels[0].bound / PARTS : null;
    numbers.chances = { counts, m: r.commit.m, equal: r.commit.k / r.commit.n, bound };
  }
  return numbers;
}

/** Verifies the files of a record and says all that the page shows. */
export function report(files, options, tell) {
  const { checks, record } = verify(files, options, tell);
  const held = new Set(checks.filter((check) => check.outcome === "held").map((check) => check.id));
  return {
    checks,
    exit: exitCode(checks),
    level: record.level,
    commitment: commitmentOf(files),
    undrawn: !record.beforeDraw && !record.public.has("draw.json"),
    facts: facts(record, held),
    open: open(record, held),
    picture: picture(record, held),
  };
}

// The checks that everybody can make. Each is a row of the table in SPEC.md: its name, what it needs, and a test that
// throws if it does not hold. What a test finds out it keeps in the record `r`.
import { FEW } from "./counts.js";
import { climb, compare, hex, sha, unhex, utf8 } from "./bytes.js";
import { chainNamed, isGenuine, roundAt, signatures } from "./beacon.js";
import { integer, isPlain, LARGEST_FILE, readCsv } from "./forms.js";
import { Failed, must, NotMade } from "./outcome.js";
import { checkPanel, panelLeaf, readCommit, readDraw, readRules, readVoid } from "./record.js";
import { seed, uniform } from "./seed.js";

const PUBLIC = ["commit.json", "quotas.csv", "rules.json", "counts.csv"];
const OBSERVERS = ["members.csv", "portfolio.csv", "certificate.json", "observer-secret"];

/** A file of the record; without it the check is not made. */
export function file(files, name) {
  const bytes = files.get(name);
  if (!bytes) throw new NotMade("file-missing", { file: name });
  return bytes;
}

export function checkHash(r, bytes, name) {
  must(hex(sha(bytes)) === r.commit.sha256[name], "hash-other");
}

function files(r) {
  const wanted = [...PUBLIC, ...(r.beforeDraw ? [] : ["draw.json"])].filter((name) => !r.public.has(name));
  if (r.level === "observer") wanted.push(...OBSERVERS.filter((name) => !r.observers.has(name)));
  for (const [name, bytes] of [...r.public, ...r.observers]) {
    must(bytes.length <= LARGEST_FILE, "file-too-large", { file: name });
  }
  if (wanted.length > 0) throw new NotMade("files-missing", { files: wanted.join(", ") });
}

function attempts(r) {
  let before = { previous: null, void: null };
  const follows = (commit) => commit.previous === before.previous && commit.void === before.void;
  r.voided = [];
  for (let attempt = 1; attempt < r.commit.attempt; attempt++) {
    const bytes = file(r.public, `attempts/${attempt}/commit.json`);
    const voidBytes = file(r.public, `attempts/${attempt}/void.json`);
    const commit = readCommit(bytes);
    const fits = commit.attempt === attempt && commit.event === r.commit.event && follows(commit);
    must(fits, "attempt-other", { attempt });
    r.voided.push(readVoid(voidBytes, bytes).reason);
    before = { previous: hex(sha(bytes)), void: hex(sha(voidBytes)) };
  }
  must(follows(r.commit), "attempt-before");
  const known = 2 * (r.commit.attempt - 1);
  must([...r.public.keys()].filter((name) => name.startsWith("attempts/")).length === known, "attempts-strange");
  if (r.public.has("void.json")) {
    readVoid(r.public.get("void.json"), file(r.public, "commit.json"));
    must(!r.public.has("draw.json"), "voided-and-drawn");
  }
}

/** Checks what a commitment or a replacement announces, but for the beacon's round. */
export function announcement({ witnessed, beacon }) {
  must(witnessed || beacon, "nothing-announced");
  must(!witnessed || (20 <= witnessed.digits && witnessed.digits <= 1000), "digits-announced");
  must(!witnessed || isPlain(witnessed.description), "description-form");
}

/** Checks that an announced round of the beacon is that of the announced time. */
export function round({ chain: name, time, round }) {
  const chain = chainNamed(name);
  must(chain, "chain-unknown");
  must(time >= chain.genesis, "time-before-genesis");
  must(round === roundAt(chain, time), "round-other", { round: roundAt(chain, time) });
}

/** Reads quotas.csv. */
export function readQuotas(bytes) {
  const rows = [];
  let before = null;
  for (const [feature, value, min, max] of readCsv(bytes, ["feature", "value", "min", "max"])) {
    const quota = { feature, value, min: integer(min), max: integer(max) };
    must(rows.length < 2000, "quotas-many");
    must([feature, value].every((name) => name !== "" && isPlain(name)), "quota-name");
    must(quota.min !== null && quota.max !== null && quota.min <= quota.max, "quota-numbers", { feature, value });
    const order = before && (compare(utf8(before.feature), utf8(feature)) || compare(utf8(before.value), utf8(value)));
    must(before === null || order < 0, "quotas-order");
    rows.push(quota);
    before = quota;
  }
  must(rows.length > 0, "quotas-none");
  return rows;
}

function quotasForm(r) {
  r.quotas = readQuotas(file(r.public, "quotas.csv"));
  r.features = [...new Set(r.quotas.map((quota) => quota.feature))];
}

function countsForm(r) {
  const { n } = r.commit;
  const header = ["feature", "value", "pool", "panel_min", "panel_max"];
  const cells = [...readCsv(file(r.public, "counts.csv"), header)].map(([feature, value, ...numbers], place) => {
    const quota = r.quotas[place];
    must(quota && quota.feature === feature && quota.value === value, "counts-rows");
    const [pool, low, high] = numbers.map((text) => (text === "" ? null : integer(text, n)));
    must(numbers.every((text, i) => text === "" || [pool, low, high][i] !== null), "count-number");
    const shown = [pool, low, high].filter((number) => number !== null).length;
    must(shown === 0 || shown === 3, "counts-part", { feature });
    must(shown === 0 || (quota.min <= low && low <= high && high <= quota.max), "count-outside");
    return { feature, pool };
  });
  must(cells.length === r.quotas.length, "counts-rows");
  for (const feature of r.features) {
    const group = cells.filter((cell) => cell.feature === feature).map(({ pool }) => pool);
    if (group.every((pool) => pool === null)) continue;
    must(!group.includes(null), "counts-part", { feature });
    must(group.every((pool) => pool > FEW), "counts-small", { feature });
    must(group.reduce((sum, pool) => sum + pool, 0) === n, "counts-sum", { feature });
  }
  r.pool = cells.map((cell) => cell.pool);
}

/** Checks that a draw used exactly what was announced. */
export function slots({ witnessed, beacon }, { witnessed: digits, beacon: reading }) {
  must((digits === null) === (witnessed === null), "digits-announced-not");
  must(digits === null || (/^[0-9]*$/.test(digits) && digits.length === witnessed.digits), "digits-other");
  const fits = beacon && reading ? beacon.chain === reading.chain && beacon.round === reading.round : beacon === reading;
  must(fits, "beacon-other");
}

/** Checks the signature of a reading of the beacon. */
export function beacon(reading) {
  const { chain, round } = reading;
  const { signature, before } = signatures(reading);
  must(isGenuine(chainNamed(chain), round, signature, before), "signature-false");
}

/** What a reading of the beacon contributes to the seed, where its signatures have the right form. */
export function pulseOf(reading) {
  if (!reading) return null;
  try {
    const { hash } = chainNamed(reading.chain);
    return { chain: unhex(hash), round: reading.round, randomness: sha(signatures(reading).signature) };
  } catch (reason) {
    if (reason instanceof Failed) throw new NotMade("needs", { check: "beacon" });
    throw reason;
  }
}

function seedOfDraw(r) {
  r.seed = seed(sha(r.public.get("commit.json")), r.draw.witnessed, pulseOf(r.draw.beacon));
  must(r.draw.seed === hex(r.seed), "seed-other", { seed: hex(r.seed) });
}

function index(r) {
  const t = uniform(r.seed, "panel", r.commit.m);
  must(r.draw.t === t, "index-other", { t });
}

/** Checks that the panel of a draw is at place t of m under a root. */
export function panelPath({ t, panel, panel_salt, panel_path }, m, root) {
  const found = climb(panelLeaf(t, unhex(panel_salt), panel), t, m, panel_path.map(unhex));
  must(found && hex(found) === root, "path-other");
}

const announcesBeacon = (r) => Boolean(r.commit?.slots.beacon);

/** `made`: whether the check belongs to this record. `draw`: left out before the draw. */
export const PUBLIC_CHECKS = [
  { id: "files", needs: [], test: files },
  { id: "commit", needs: [], test: (r) => (r.commit = readCommit(file(r.public, "commit.json"))) },
  {
    id: "commitment",
    needs: [],
    made: (r) => r.commitment !== null,
    test(r) {
      const found = hex(sha(file(r.public, "commit.json")));
      must(found === r.commitment, "commitment-other", { found });
    },
  },
  { id: "attempts", needs: ["commit"], test: attempts },
  { id: "announcement", needs: ["commit"], test: (r) => announcement(r.commit.slots) },
  { id: "round", needs: ["commit"], made: announcesBeacon, test: (r) => round(r.commit.slots.beacon) },
  { id: "hash-quotas", needs: ["commit"], test: (r) => checkHash(r, file(r.public, "quotas.csv"), "quotas") },
  { id: "quotas-form", needs: ["hash-quotas"], test: quotasForm },
  { id: "hash-rules", needs: ["commit"], test: (r) => checkHash(r, file(r.public, "rules.json"), "rules") },
  {
    id: "rules-form",
    needs: ["hash-rules", "quotas-form"],
    test: (r) => (r.rules = readRules(file(r.public, "rules.json"), r.quotas, r.commit)),
  },
  { id: "hash-counts", needs: ["commit"], test: (r) => checkHash(r, file(r.public, "counts.csv"), "counts") },
  { id: "counts-form", needs: ["hash-counts", "quotas-form"], test: countsForm },
  { id: "draw-form", needs: [], draw: true, test: (r) => (r.draw = readDraw(file(r.public, "draw.json"))) },
  { id: "slots", needs: ["announcement", "round", "draw-form"], draw: true, test: (r) => slots(r.commit.slots, r.draw) },
  { id: "beacon", needs: ["slots"], draw: true, made: announcesBeacon, test: (r) => beacon(r.draw.beacon) },
  { id: "seed", needs: ["slots"], draw: true, test: seedOfDraw },
  { id: "index", needs: ["seed"], draw: true, test: index },
  { id: "panel-indices", needs: ["commit", "draw-form"], draw: true, test: (r) => checkPanel(r.draw.panel, r.commit) },
  {
    id: "panel-path",
    needs: ["index", "panel-indices"],
    draw: true,
    test(r) {
      panelPath(r.draw, r.commit.m, r.commit.portfolio_root);
      r.panel = r.draw.panel;
    },
  },
];

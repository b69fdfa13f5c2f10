// Replacements: each follows from the one before, and is a lottery with fresh randomness or follows from the tickets.
import { H, hex, sha, u32be, unhex } from "./bytes.js";
import { either, hash, list, nothing, object, oneOf, plain, readJson, string, whole } from "./forms.js";
import {
  checkCaps, checkCertificate, checkCombinations, checkHouseholds, checkOrder, checkPortfolioRoot, checkQuotas,
  readPortfolio, recount, RULES, rows,
} from "./observer.js";
import { must } from "./outcome.js";
import { announcement, beacon, file, panelPath, pulseOf, readQuotas, round, slots } from "./public.js";
import { readDraw, slotsShape } from "./record.js";
import { slots as slotBytes, ticket, uniform } from "./seed.js";

const recordShape = object({
  commitment: hash,
  eligible: list(whole()),
  event: string,
  m: whole(),
  method: oneOf("lottery", "tickets"),
  portfolio_root: either(nothing, hash),
  previous: hash,
  protocol: oneOf("asl/1"),
  replacement: whole(),
  seated: list(whole()),
  sha256: object({ certificate: either(nothing, hash), quotas: either(nothing, hash) }),
  slots: slotsShape,
  withdrawn: list(whole()),
});
const voidShape = object({ event: string, reason: plain, record: hash, replacement: whole() });
const ticketsShape = object({ panel: list(whole()), seed: hash });

const FILES = ["record.json", "draw.json", "void.json", "quotas.csv"];
const ascends = (list) => list.every((index, i) => i === 0 || list[i - 1] < index);
const without = (list, others) => {
  const left = new Set(others);
  return list.filter((index) => !left.has(index));
};
const alike = (a, b) => a.length === b.length && a.every((index, i) => index === b[i]);

function readRecord(bytes) {
  const record = readJson(bytes, recordShape);
  const { m, method, portfolio_root, sha256, slots } = record;
  if (method === "lottery") {
    must(1 <= m && m <= 100_000 && portfolio_root !== null && sha256.certificate !== null, "record-method");
  } else {
    const nothings = [portfolio_root, sha256.certificate, sha256.quotas, slots.beacon, slots.witnessed];
    must(m === 0 && nothings.every((one) => one === null), "record-method");
  }
  return record;
}

/** How a replacement ended: `{ kind, .. }` by the kind of file, or null while it is still to be drawn. */
function readEnd(get, record, bytes) {
  const [draw, voided] = [get("draw.json"), get("void.json")];
  must(!draw || !voided, "replacement-ends");
  if (draw && record.method === "lottery") return { kind: "lottery", bytes: draw, ...readDraw(draw) };
  if (draw) return { kind: "tickets", bytes: draw, ...readJson(draw, ticketsShape) };
  if (!voided) return null;
  const declared = readJson(voided, voidShape);
  const fits = declared.replacement === record.replacement && declared.event === record.event;
  must(fits && declared.record === hex(sha(bytes)), "void-other");
  must(declared.reason !== "", "void-reason");
  return { kind: "void", bytes: voided, ...declared };
}

function readOwnQuotas(file, expected, quotas) {
  must((file === undefined) === (expected === null), "own-quotas");
  if (file === undefined) return null;
  must(hex(sha(file)) === expected, "own-quotas");
  const own = readQuotas(file);
  const named = own.length === quotas.length && own.every(({ feature, value }, i) => feature === quotas[i].feature && value === quotas[i].value);
  must(named, "own-quotas");
  return own;
}

/** Checks that a record follows from the panel and the eligible members before it. */
function follows(record, state, r, e) {
  const { commitment, event, replacement, previous, withdrawn, seated, eligible } = record;
  const own = commitment === hex(sha(r.public.get("commit.json"))) && event === r.commit.event && replacement === e;
  must(own && previous === state.previous, "record-previous", { e });
  const known = new Set([...state.panel, ...state.eligible]);
  must(ascends(withdrawn) && withdrawn.every((index) => known.has(index)), "record-withdrawn", { e });
  must(alike(seated, without(state.panel, withdrawn)), "record-seated", { e });
  must(alike(eligible, without(state.eligible, withdrawn)), "record-eligible", { e });
  must(seated.length < r.commit.k, "record-full", { e });
}

/** Reads all replacements: `{ e, bytes, record, quotas, end, seed }` each, with the seed before it. */
function replacements(r) {
  const drawn = new Set(r.panel);
  const everybody = Array.from({ length: r.commit.n }, (_, index) => index);
  let state = {
    panel: r.panel,
    eligible: everybody.filter((index) => !drawn.has(index)),
    seed: r.seed,
    previous: hex(sha(r.public.get("draw.json"))),
  };
  const names = [...r.public.keys()].filter((name) => name.startsWith("replacements/"));
  const chain = [];
  let known = 0;
  for (let e = 1; names.some((name) => name.startsWith(`replacements/${e}/`)); e++) {
    must(chain.length === 0 || chain.at(-1).end !== null, "replacement-undrawn", { e: e - 1 });
    const get = (name) => r.public.get(`replacements/${e}/${name}`);
    known += FILES.filter(get).length;
    const bytes = file(r.public, `replacements/${e}/record.json`);
    const record = readRecord(bytes);
    const end = readEnd(get, record, bytes);
    const quotas = readOwnQuotas(get("quotas.csv"), record.sha256.quotas, r.quotas);
    follows(record, state, r, e);
    chain.push({ e, bytes, record, end, quotas, seed: state.seed });
    if (end) state = { ...state, previous: hex(sha(end.bytes)) };
    if (end && end.kind !== "void") {
      const eligible = without(record.eligible, end.panel);
      state = { ...state, panel: end.panel, eligible, seed: unhex(end.seed) };
    }
  }
  must(known === names.length, "replacements-strange");
  r.chain = chain;
}

const lotteries = (r) => r.chain.filter(({ record }) => record.method === "lottery");
const endedBy = (r, kind) => r.chain.filter(({ end }) => end?.kind === kind);

function replacementSlots(r) {
  for (const { record, end } of lotteries(r)) {
    announcement(record.slots);
    if (record.slots.beacon) round(record.slots.beacon);
    if (end?.kind === "lottery") slots(record.slots, end);
  }
}

/** Checks that a panel has everybody who is seated, and besides only eligible members. */
function checkMembers(panel, { seated, eligible }) {
  const [sitting, allowed] = [new Set(panel), new Set([...seated, ...eligible])];
  must(ascends(panel) && seated.every((index) => sitting.has(index)), "panel-seated");
  must(panel.every((index) => allowed.has(index)), "panel-strangers");
}

function replacementDraws(r) {
  for (const { e, bytes, record, end } of endedBy(r, "lottery")) {
    const found = H("asl/1/reseed", r.seed, u32be(e), sha(bytes), ...slotBytes(end.witnessed, pulseOf(end.beacon)));
    must(end.seed === hex(found), "seed-other", { seed: hex(found) });
    const t = uniform(found, "panel", record.m);
    must(end.t === t, "index-other", { t });
    must(end.panel.length === r.commit.k, "panel-size", { found: end.panel.length, k: r.commit.k });
    panelPath(end, record.m, record.portfolio_root);
    checkMembers(end.panel, record);
  }
  for (const { record, end, seed } of endedBy(r, "tickets")) {
    must(end.seed === hex(seed), "seed-other", { seed: hex(seed) });
    must(end.panel.length <= r.commit.k, "panel-size", { found: end.panel.length, k: r.commit.k });
    checkMembers(end.panel, record);
  }
}

function replacementPanels(r) {
  for (const event of lotteries(r)) {
    const { e, record } = event;
    event.panels = readPortfolio(file(r.observers, `replacements/${e}/portfolio.csv`), { ...r.commit, m: record.m });
    checkPortfolioRoot(event.panels, H("asl/1/replacement-secret", r.secret, u32be(e)), record.portfolio_root);
    checkOrder(event.panels);
    for (const panel of event.panels) checkMembers(panel, record);
    checkQuotas(event.quotas ?? r.quotas, r.members, event.panels);
    checkCombinations(r, event.panels);
    checkCaps(r, event.panels);
    checkHouseholds(r, event.panels);
  }
}

/** The eligible who share no household with anybody seated. */
function candidates({ members }, { seated, eligible }) {
  const homes = new Set(seated.map((index) => members[index].household).filter((label) => label > 0));
  return eligible.filter((index) => !homes.has(members[index].household));
}

/** How many of these members count in each row. */
function tally(indices, counted, bounds) {
  const held = new Uint32Array(bounds.length);
  for (const index of indices) for (const row of counted[index]) held[row] += 1;
  return held;
}

function replacementFairness(r) {
  for (const { e, record, quotas, panels } of lotteries(r)) {
    const bytes = file(r.observers, `replacements/${e}/certificate.json`);
    must(hex(sha(bytes)) === record.sha256.certificate, "hash-other");
    const { bounds, counted } = rows(r, quotas ?? r.quotas, []);
    const held = tally(record.seated, counted, bounds);
    const left = bounds.map(({ min, max }, row) => ({ min: Math.max(0, min - held[row]), max: max - held[row] }));
    const counts = recount(panels, r.commit.n);
    const people = candidates(r, record).map((index) => {
      return { household: r.members[index].household, count: counts[index], counted: counted[index] };
    });
    checkCertificate(bytes, { k: r.commit.k - record.seated.length, m: record.m, bounds: left, people });
  }
}

/** The panel that the tickets give. */
function byTickets(r, { seated, eligible }, seed) {
  const { bounds, counted } = rows(r, r.quotas, []);
  const held = tally(seated, counted, bounds);
  const off = (row, count) => Math.max(0, bounds[row].min - count, count - bounds[row].max);
  const change = (index) => counted[index].reduce((sum, row) => sum + off(row, held[row] + 1) - off(row, held[row]), 0);
  const number = (index) => hex(ticket(seed, index));
  const waiting = candidates(r, { seated, eligible }).map((index) => [number(index), index]);
  let order = waiting.sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([, index]) => index);
  const panel = [...seated];
  while (panel.length < r.commit.k && order.length > 0) {
    const chosen = order.reduce((best, index) => (change(index) < change(best) ? index : best));
    for (const row of counted[chosen]) held[row] += 1;
    panel.push(chosen);
    const home = r.members[chosen].household;
    order = order.filter((index) => index !== chosen && (home === 0 || r.members[index].household !== home));
  }
  return panel.sort((a, b) => a - b);
}

function replacementTickets(r) {
  for (const { record, end } of endedBy(r, "tickets")) {
    must(alike(end.panel, byTickets(r, record, unhex(end.seed))), "tickets-other");
  }
}

const areThere = (r) => [...r.public.keys()].some((name) => name.startsWith("replacements/"));
const haveBeacon = (r) => areThere(r) && (!r.chain || endedBy(r, "lottery").some(({ end }) => end.beacon));

export const PUBLIC_REPLACEMENTS = [
  { id: "replacements", needs: ["quotas-form", "panel-path"], made: areThere, test: replacements },
  { id: "replacement-slots", needs: ["replacements"], made: areThere, test: replacementSlots },
  {
    id: "replacement-beacons",
    needs: ["replacement-slots"],
    made: haveBeacon,
    test: (r) => endedBy(r, "lottery").forEach(({ end }) => end.beacon && beacon(end.beacon)),
  },
  { id: "replacement-draws", needs: ["replacement-slots"], made: areThere, test: replacementDraws },
];

export const OBSERVER_REPLACEMENTS = [
  { id: "replacement-panels", needs: ["replacements", ...RULES], made: areThere, test: replacementPanels },
  { id: "replacement-fairness", needs: ["replacement-panels"], made: areThere, test: replacementFairness },
  { id: "replacement-tickets", needs: ["replacements", ...RULES], made: areThere, test: replacementTickets },
];

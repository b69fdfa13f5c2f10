// What the JSON files of a record say.
import { compare, concat, F, hex, sha, u32be, utf8 } from "./bytes.js";
import {
  boolean, either, hash, list, map, nothing, object, oneOf, plain, readJson, safe, signed, string, whole,
} from "./forms.js";
import { must } from "./outcome.js";

/** What is announced of the randomness. */
export const slotsShape = object({
  beacon: either(nothing, object({ chain: string, round: safe, time: safe })),
  witnessed: either(nothing, object({ description: string, digits: whole() })),
});
export const commitShape = object({
  attempt: whole(1),
  event: plain,
  identity: list(plain),
  k: whole(1),
  m: whole(1, 100_000),
  n: whole(1, 1_000_000),
  objective: oneOf("leximin", "maximin", "nash", "goldilocks"),
  pool_root: hash,
  portfolio_root: hash,
  previous: either(nothing, hash),
  program: plain,
  protocol: oneOf("asl/1"),
  receipt_key: hash,
  rehearsal: boolean,
  sha256: object({ certificate: hash, counts: hash, quotas: hash, rules: hash }),
  slots: slotsShape,
  solver: plain,
  void: either(nothing, hash),
});
const rulesShape = object({
  caps: list(object({ column: plain, max: whole(1) })),
  combinations: list(object({ max: whole(), min: whole(), values: map(string) })),
  households: either(nothing, object({ columns: list(plain) })),
  seated: list(whole()),
});
const voidShape = object({ attempt: whole(), commitment: hash, event: string, reason: plain });
const drawShape = object({
  beacon: either(
    nothing,
    object({ chain: string, previous_signature: either(nothing, string), round: safe, signature: string }),
  ),
  panel: list(whole()),
  panel_path: list(hash),
  panel_salt: hash,
  seed: hash,
  t: whole(),
  witnessed: either(nothing, string),
});
const certificateShape = object({
  levels: list(
    object({ bound: safe, households: map(signed), rows: list(signed), total: signed, unfixed: list(whole()) }),
  ),
});

export const readCommit = (bytes) => checkCommit(readJson(bytes, commitShape));

/** Checks what the shape of a commitment leaves open. */
export function checkCommit(commit) {
  must(commit.event !== "", "event-empty");
  must(commit.k <= commit.n, "seats-above-members");
  must(commit.identity.length > 0 && new Set(commit.identity).size === commit.identity.length, "identity-columns");
  return commit;
}

/** Reads the void of the attempt whose commit.json is given. */
export function readVoid(bytes, commitBytes) {
  const declared = readJson(bytes, voidShape);
  const commit = readCommit(commitBytes);
  const fits =
    declared.attempt === commit.attempt &&
    declared.event === commit.event &&
    declared.commitment === hex(sha(commitBytes));
  must(fits, "void-other");
  must(declared.reason !== "", "void-reason");
  return declared;
}

const ascends = (list, order) => list.every((item, i) => i === 0 || order(list[i - 1], item) < 0);
const byBytes = (a, b) => compare(utf8(a), utf8(b));

/** Compares lists of `[feature, value]`, pair by pair. */
function byPairs(a, b) {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = byBytes(a[i][0], b[i][0]) || byBytes(a[i][1], b[i][1]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/**
 * Reads rules.json for a pool of n and panels of k, with these quotas; `values` of combinations become `[feature, value]`
 * lists in the order of the features' bytes.
 */
export function readRules(bytes, quotas, { n, k }) {
  const rules = readJson(bytes, rulesShape);
  const { households, caps, seated } = rules;
  must(households === null || households.columns.length > 0, "household-columns");
  must(caps.length <= 20 && rules.combinations.length <= 200, "rules-many");
  must(ascends(caps.map((cap) => cap.column), byBytes), "caps-order");
  const isFeature = (name) => quotas.some((quota) => quota.feature === name);
  must(caps.every(({ column }) => column !== "" && !isFeature(column)), "cap-column");
  must(seated.length <= k && seated.every((index, i) => index < n && (i === 0 || seated[i - 1] < index)), "seated-members");
  const sorted = (values) => Object.entries(values).sort((a, b) => byBytes(a[0], b[0]));
  const combinations = rules.combinations.map(({ min, max, values }) => ({ min, max, values: sorted(values) }));
  must(ascends(combinations.map((rule) => rule.values), byPairs), "combinations-order");
  const known = new Set(quotas.map(({ feature, value }) => JSON.stringify([feature, value])));
  for (const { min, max, values } of combinations) {
    const isKnown = values.length > 1 && values.every((pair) => known.has(JSON.stringify(pair)));
    must(isKnown && min <= max, "combination-values");
  }
  return { households, caps, seated, combinations };
}

export const readDraw = (bytes) => readJson(bytes, drawShape);

export const readCertificate = (bytes) => readJson(bytes, certificateShape, 64 * 2 ** 20).levels;

/** Checks k strictly ascending indices below n. */
export function checkPanel(panel, { n, k }) {
  must(panel.length === k, "panel-size", { found: panel.length, k });
  must(panel.every((index, i) => index < n && (i === 0 || panel[i - 1] < index)), "panel-indices", { n });
}

const PANEL = F(utf8("asl/1/panel"));

/** The leaf of a panel in the tree under portfolio_root. */
export const panelLeaf = (place, salt, panel) => concat(PANEL, u32be(place), salt, utf8(panel.join(",")));

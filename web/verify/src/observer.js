// The checks that need the observers' files: every member, every panel, every chance.
import { compare, concat, F, H, hex, root, u32be, unhex, utf8 } from "./bytes.js";
import { bound } from "./certificate.js";
import { publish } from "./counts.js";
import { csvLine, decode, equals, integer, readCsv, readHashFile } from "./forms.js";
import { Failed, must } from "./outcome.js";
import { checkHash, file } from "./public.js";
import { checkPanel, panelLeaf, readCertificate } from "./record.js";

function membersForm(r) {
  const { n, m } = r.commit;
  const caps = r.rules.caps.map((cap) => cap.column);
  const header = ["index", "person", "attrs", "count", "salt", "household", ...caps, ...r.features];
  const label = (text, index) => {
    const number = text === "" ? 0 : integer(text, n);
    must(text === "" || number > 0, "member-label", { index });
    return number;
  };
  const places = new Map(r.features.map((feature) => [feature, new Map()]));
  r.quotas.forEach(({ feature, value }, place) => places.get(feature).set(value, place));
  r.members = [];
  for (const [index, person, attrs, count, salt, ...fields] of readCsv(file(r.observers, "members.csv"), header)) {
    const place = r.members.length;
    const [household, ...labels] = fields.slice(0, 1 + caps.length).map((text) => label(text, place));
    const values = fields.slice(1 + caps.length);
    const member = {
      person: hash(person),
      attrs: hash(attrs),
      count: integer(count, m),
      salt: hash(salt),
      household,
      caps: labels,
      rows: values.map((value, i) => places.get(r.features[i]).get(value)),
    };
    must(place < n && integer(index) === place, "members-numbered");
    must(member.count !== null, "member-count", { index: place });
    must(member.rows.every((row) => row !== undefined), "member-value", { index: place });
    r.members.push(member);
  }
  must(r.members.length === n, "members-number", { found: r.members.length, n });
}

function hash(text) {
  if (text.length !== 64) throw new Failed("hash-form");
  const bytes = unhex(text);
  must(bytes, "hash-form");
  return bytes;
}

const LEAF = F(utf8("asl/1/leaf"));

/** The leaf of a member in the tree under pool_root. */
export const memberLeaf = (index, person, attrs, count) => concat(LEAF, u32be(index), person, attrs, u32be(count));

function poolRoot(r) {
  const found = root(r.members.map((x, index) => memberLeaf(index, x.person, x.attrs, x.count)));
  must(hex(found) === r.commit.pool_root, "root-other");
}

function personOrder({ members }) {
  const wrong = members.findIndex((member, i) => i > 0 && compare(members[i - 1].person, member.person) >= 0);
  must(wrong < 0, "member-order", { index: wrong });
}

/** The hash of a member's features and values, and of the labels of the household (null without a rule) and the caps. */
export function attrsHash(event, salt, pairs, household, caps) {
  const labels = [...(household === null ? [] : ["@household", household]), ...caps.flatMap((label) => ["@cap", label])];
  return H("asl/1/attrs", utf8(event), salt, ...[...pairs.flat(), ...labels].map(utf8));
}

function attributes(r) {
  const pairs = r.quotas.map(({ feature, value }) => [feature, value]);
  r.members.forEach((member, index) => {
    const [household, ...caps] = [member.household, ...member.caps].map((label) => String(label || ""));
    const values = member.rows.map((row) => pairs[row]);
    const found = attrsHash(r.commit.event, member.salt, values, r.rules.households ? household : null, caps);
    must(compare(found, member.attrs) === 0, "member-attrs", { index });
  });
}

/** Checks that labels (0 for none) are 1, 2, .. in the order of the register, each for more than `alone` members. */
function checkLabels(labels, alone) {
  const sizes = [];
  for (const label of labels.filter((label) => label > 0)) {
    must(label <= sizes.length + 1, "labels-order");
    sizes[label - 1] = (sizes[label - 1] ?? 0) + 1;
  }
  must(sizes.every((size) => size > alone), "label-few");
}

function householdLabels({ rules, members }) {
  const labels = members.map((member) => member.household);
  must(rules.households || labels.every((label) => label === 0), "labels-without-rule");
  checkLabels(labels, 1);
}

function capLabels({ rules, members }) {
  rules.caps.forEach(({ max }, cap) => checkLabels(members.map((member) => member.caps[cap]), max));
}

/** Reads a portfolio of m panels of k below n. */
export function readPortfolio(bytes, { n, m, k }) {
  const lines = decode(bytes).split("\n");
  must(lines.pop() === "" && lines.length === m, "panels-number", { m });
  return lines.map((line, place) => {
    const panel = line.split(",").map((index) => integer(index));
    must(!panel.includes(null), "panel-line", { panel: place });
    checkPanel(panel, { n, k });
    return panel;
  });
}

/** Checks the root over panels whose salts follow from a secret. */
export function checkPortfolioRoot(panels, secret, expected) {
  const salt = (place) => H("asl/1/salt-panel", secret, u32be(place));
  const found = root(panels.map((panel, place) => panelLeaf(place, salt(place), panel)));
  must(hex(found) === expected, "root-other");
}

/** Checks that panels are in the order of their integers. */
export function checkOrder(panels) {
  const after = (a, b) => {
    const place = a.findIndex((index, i) => index !== b[i]);
    return place >= 0 && a[place] > b[place];
  };
  const wrong = panels.findIndex((panel, i) => i > 0 && after(panels[i - 1], panel));
  must(wrong < 0, "panel-order", { panel: wrong });
}

/** How many of the panels hold each of n members. */
export function recount(panels, n) {
  const counts = new Uint32Array(n);
  for (const panel of panels) for (const index of panel) counts[index] += 1;
  return counts;
}

function counts({ members, panels }) {
  const found = recount(panels, members.length);
  const wrong = members.findIndex((member, index) => member.count !== found[index]);
  must(wrong < 0, "member-panels", { index: wrong, found: found[wrong] });
}

/** Checks every panel against every quota; gives how many each panel has of each. */
export function checkQuotas(quotas, members, panels) {
  return panels.map((panel, place) => {
    const held = new Uint32Array(quotas.length);
    for (const index of panel) for (const row of members[index].rows) held[row] += 1;
    quotas.forEach(({ feature, value, min, max }, row) => {
      must(min <= held[row] && held[row] <= max, "quota-broken", { panel: place, found: held[row], feature, value });
    });
    return held;
  });
}

/** Checks that no panel has two members of one household. */
export function checkHouseholds({ members }, panels) {
  panels.forEach((panel, place) => {
    const labels = panel.map((index) => members[index].household).filter((label) => label > 0);
    must(new Set(labels).size === labels.length, "household-broken", { panel: place });
  });
}

/** Whether a member with these rows of the quotas has all values of a combination. */
const hasAll = (places, rows) => places.every((place) => rows.includes(place));

const placesOf = (r) =>
  r.rules.combinations.map(({ values }) =>
    values.map(([feature, value]) => r.quotas.findIndex((quota) => quota.feature === feature && quota.value === value)),
  );

/** Checks every panel against every combination. */
export function checkCombinations(r, panels) {
  placesOf(r).forEach((places, rule) => {
    const { min, max, values } = r.rules.combinations[rule];
    const having = r.members.map((member) => hasAll(places, member.rows));
    panels.forEach((panel, place) => {
      const found = panel.filter((index) => having[index]).length;
      const args = { panel: place, found, values: values.map((pair) => pair.join(": ")).join(", ") };
      must(min <= found && found <= max, "combination-broken", args);
    });
  });
}

/** Checks every panel against every cap. */
export function checkCaps({ rules, members }, panels) {
  panels.forEach((panel, place) => {
    rules.caps.forEach(({ column, max }, cap) => {
      const held = new Map();
      for (const label of panel.map((index) => members[index].caps[cap]).filter((label) => label > 0)) {
        held.set(label, (held.get(label) ?? 0) + 1);
        must(held.get(label) <= max, "cap-broken", { panel: place, column, max });
      }
    });
  });
}

function seated({ rules, panels }) {
  panels.forEach((panel, place) => {
    must(rules.seated.every((index) => panel.includes(index)), "seated-missing", { panel: place });
  });
}

/**
 * The rows of the rules `{ min, max }`, and for each member those in which they count, with these quotas; those who are
 * seated only if asked for.
 */
export function rows(r, quotas, seated) {
  const bounds = [...quotas, ...r.rules.combinations].map(({ min, max }) => ({ min, max }));
  const counted = r.members.map((member) => [...member.rows]);
  placesOf(r).forEach((places, rule) => {
    r.members.forEach((member, index) => {
      if (hasAll(places, member.rows)) counted[index].push(r.quotas.length + rule);
    });
  });
  r.rules.caps.forEach(({ max }, cap) => {
    const first = bounds.length - 1;
    r.members.forEach((member, index) => {
      const label = member.caps[cap];
      if (label > 0) counted[index].push(first + label);
      while (bounds.length <= first + label) bounds.push({ min: 0, max });
    });
  });
  for (const index of seated) counted[index].push(bounds.length);
  if (seated.length > 0) bounds.push({ min: seated.length, max: seated.length });
  return { bounds, counted };
}

function countsFile(r) {
  const found = publish(r.quotas, r.members, r.held);
  const lines = found.map(({ pool, low, high }, row) => {
    const { feature, value } = r.quotas[row];
    return csvLine([feature, value, ...[pool, low, high].map((number) => number ?? "").map(String)]);
  });
  const text = "feature,value,pool,panel_min,panel_max\n" + lines.join("");
  must(equals(file(r.public, "counts.csv"), text), "counts-other");
}

/**
 * Checks certificate.json for a lottery of m panels and k seats among `people`, each `{ household, count, counted }` with
 * the rows in which they count; `bounds` are the rows. Gives its levels.
 */
export function checkCertificate(bytes, { k, m, bounds, people }) {
  const levels = readCertificate(bytes);
  const labels = new Set(people.filter((x) => x.household > 0).map((x) => String(x.household)));
  must(levels.length > 0, "levels-none");
  let before = null;
  for (const [place, level] of levels.entries()) {
    const args = { level: place + 1 };
    const inside = new Uint8Array(people.length);
    const { unfixed } = level;
    must(unfixed.length > 0 && unfixed.every((index, i) => i === 0 || unfixed[i - 1] < index), "level-members", args);
    must(unfixed.every((index) => (before ? before[index] === 1 : index < inside.length)), "level-members", args);
    const most = place === 0 ? people.length : levels[place - 1].unfixed.length - 1;
    must(place === 0 ? unfixed.length === most : unfixed.length <= most, "level-members", args);
    const weights = Object.entries(level.households);
    const known = level.rows.length === bounds.length && weights.every(([label, w]) => labels.has(label) && w !== 0);
    must(known, "level-multipliers", args);
    for (const index of unfixed) inside[index] = 1;
    const found = bound(level, inside, { k, m, bounds, people });
    must(found !== null, "level-nothing", args);
    must(found === BigInt(level.bound), "level-bound", { ...args, found: String(found) });
    before = inside;
  }
  return levels;
}

function certificate(r) {
  const { bounds, counted } = rows(r, r.quotas, r.rules.seated);
  const counts = recount(r.panels, r.commit.n);
  const people = r.members.map(({ household }, i) => ({ household, count: counts[i], counted: counted[i] }));
  r.levels = checkCertificate(file(r.observers, "certificate.json"), { ...r.commit, bounds, people });
}

/** The checks of every rule. */
export const RULES = ["quotas", "combinations", "households", "caps", "seated"];

export const OBSERVER_CHECKS = [
  { id: "members-form", needs: ["rules-form"], test: membersForm },
  { id: "pool-root", needs: ["members-form"], test: poolRoot },
  { id: "person-order", needs: ["pool-root"], test: personOrder },
  { id: "attributes", needs: ["pool-root"], test: attributes },
  { id: "household-labels", needs: ["attributes"], test: householdLabels },
  { id: "cap-labels", needs: ["attributes"], test: capLabels },
  {
    id: "observer-secret",
    needs: [],
    test: (r) => (r.secret = unhex(readHashFile(file(r.observers, "observer-secret")))),
  },
  {
    id: "portfolio-form",
    needs: ["commit"],
    test: (r) => (r.panels = readPortfolio(file(r.observers, "portfolio.csv"), r.commit)),
  },
  {
    id: "portfolio-root",
    needs: ["observer-secret", "portfolio-form"],
    test: (r) => checkPortfolioRoot(r.panels, r.secret, r.commit.portfolio_root),
  },
  { id: "portfolio-order", needs: ["portfolio-root"], test: (r) => checkOrder(r.panels) },
  { id: "counts", needs: ["portfolio-root", "pool-root"], test: counts },
  { id: "quotas", needs: ["attributes", "portfolio-root"], test: (r) => (r.held = checkQuotas(r.quotas, r.members, r.panels)) },
  { id: "combinations", needs: ["attributes", "portfolio-root"], test: (r) => checkCombinations(r, r.panels) },
  { id: "households", needs: ["household-labels", "portfolio-root"], test: (r) => checkHouseholds(r, r.panels) },
  { id: "caps", needs: ["cap-labels", "portfolio-root"], test: (r) => checkCaps(r, r.panels) },
  { id: "seated", needs: ["attributes", "portfolio-root"], test: seated },
  { id: "counts-file", needs: ["counts-form", ...RULES], test: countsFile },
  {
    id: "hash-certificate",
    needs: ["commit"],
    test: (r) => checkHash(r, file(r.observers, "certificate.json"), "certificate"),
  },
  { id: "certificate", needs: ["hash-certificate", ...RULES], test: certificate },
];

// Records for tests: those of the corpus, and large ones made here.
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const PAGE = join(ROOT, "web/verify/verify.html");
const CORPUS = join(ROOT, "fixtures/records");

/** The functions inside the page, as it is committed. */
export function functionsOfThePage() {
  const [, code] = readFileSync(PAGE, "utf8").match(/<script id="code">([^]*?)<\/script>/);
  (0, eval)(code);
  return globalThis.boule;
}

/** All files below a folder, by path. */
export function readFolder(folder, root = folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? readFolder(path, root) : [[relative(root, path), new Uint8Array(readFileSync(path))]];
  });
}

/** The folder of a record of the corpus. */
export const folderOf = (name) => join(CORPUS, name);

/** The records of the corpus, each with the verdict that everybody (or observers) must come to. */
export function corpus() {
  return ["accept", "reject"].flatMap((kind) =>
    readdirSync(join(CORPUS, kind)).map((name) => {
      const folder = join(CORPUS, kind, name);
      const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
      const isPrivate = expected.level === "auditor";
      const wanted = expected.level === "public" ? /^public\// : /^(public|observers)\//;
      const files = readFolder(folder).filter(([path]) => wanted.test(path));
      return {
        name: `${kind}/${name}`,
        files,
        commitment: expected.commitment,
        beforeDraw: expected.before_draw,
        // The lies about people are for auditors alone.
        check: isPrivate ? null : expected.check,
        exit: isPrivate ? 0 : expected.exit,
      };
    }),
  );
}

const scratch = () => mkdtempSync(join(tmpdir(), "boule-browser-"));

/** A file with these bytes; gives its path. */
export function write(name, bytes) {
  const path = join(scratch(), name);
  writeFileSync(path, bytes);
  return path;
}

/** A zip of files `[path, bytes]`; gives its path. */
export const zip = (files) => write("record.zip", zipSync(Object.fromEntries(files), { level: 1 }));

/** A sound record of n members and m panels of k, with a proof of so many levels. */
export function large({ n, m, k, levels }) {
  const { bytes, seeds } = functionsOfThePage();
  const { concat, F, H, hex, root, sha, u32be, unhex, utf8 } = bytes;
  const json = (value) => utf8(`${JSON.stringify(value)}\n`);
  const event = "A large assembly";
  const features = ["Age", "Education", "Gender", "Home", "Region"];
  const values = (feature) => Array.from({ length: feature + 3 }, (_, value) => `value ${value}`);
  const secret = sha(utf8("observers"));

  const panels = Array.from({ length: m }, (_, j) => Array.from({ length: k }, (_, seat) => (j * k + seat) % n));
  panels.forEach((panel) => panel.sort((a, b) => a - b));
  const first = (a, b) => a.findIndex((index, i) => index !== b[i]);
  panels.sort((a, b) => (first(a, b) < 0 ? 0 : a[first(a, b)] - b[first(a, b)]));
  const counts = new Uint32Array(n);
  panels.flat().forEach((index) => (counts[index] += 1));

  const members = Array.from({ length: n }, (_, i) => sha(u32be(i)))
    .sort((a, b) => (hex(a) < hex(b) ? -1 : 1))
    .map((person, i) => {
      const salt = sha(person);
      const own = features.map((feature, f) => [feature, values(f)[(i * 11 + f) % (f + 3)]]);
      return { person, salt, own, attrs: H("asl/1/attrs", utf8(event), salt, ...own.flat().map(utf8)), count: counts[i] };
    });

  const cells = features.flatMap((feature, f) => values(f).map((value) => [feature, value]));
  const tally = (some) => cells.map(([feature, value]) => some.filter((x) => x.own.some(([f, v]) => f === feature && v === value)).length);
  const held = panels.map((panel) => tally(panel.map((index) => members[index])));
  const [pool, rows] = [tally(members), cells.map((_, row) => held.map((panel) => panel[row]))];
  const quotas = utf8(`feature,value,min,max\n${cells.map(([f, v]) => `${f},${v},0,${k}\n`).join("")}`);
  const shown = cells.map(([f, v], row) => `${f},${v},${pool[row]},${Math.min(...rows[row])},${Math.max(...rows[row])}\n`);
  const countsFile = utf8(`feature,value,pool,panel_min,panel_max\n${shown.join("")}`);
  const rules = json({ caps: [], combinations: [], households: null, seated: [] });

  const level = (place) => {
    const size = n - place * Math.floor(n / (levels + 1));
    const outside = counts.subarray(size).reduce((sum, count) => sum + count, 0);
    const [above, below] = [BigInt(m * k - outside) * 10n ** 12n, BigInt(m * size)];
    const unfixed = Array.from({ length: size }, (_, index) => index);
    return { bound: Number((above + below - 1n) / below), households: {}, rows: cells.map(() => 0), total: 1, unfixed };
  };
  const certificate = json({ levels: Array.from({ length: levels }, (_, place) => level(place)) });

  const salts = panels.map((_, j) => H("asl/1/salt-panel", secret, u32be(j)));
  const leaf = (j) => concat(F(utf8("asl/1/panel")), u32be(j), salts[j], utf8(panels[j].join(",")));
  const leaves = panels.map((_, j) => leaf(j));
  const memberLeaf = (x, i) => concat(F(utf8("asl/1/leaf")), u32be(i), x.person, x.attrs, u32be(x.count));
  const commit = json({
    attempt: 1, event, identity: ["id"], k, m, n, objective: "leximin",
    pool_root: hex(root(members.map(memberLeaf))), portfolio_root: hex(root(leaves)), previous: null, program: "a test",
    protocol: "asl/1", receipt_key: "0".repeat(64), rehearsal: true,
    sha256: { certificate: hex(sha(certificate)), counts: hex(sha(countsFile)), quotas: hex(sha(quotas)), rules: hex(sha(rules)) },
    slots: { beacon: null, witnessed: { description: "dice", digits: 20 } }, solver: "by hand", void: null,
  });
  const digits = "63454660390103169462";
  const seed = seeds.seed(sha(commit), digits, null);
  const t = seeds.uniform(seed, "panel", m);
  const draw = json({
    beacon: null, panel: panels[t], panel_path: path(leaves, t, sha).map(hex), panel_salt: hex(salts[t]), seed: hex(seed), t,
    witnessed: digits,
  });
  const line = (x, i) => `${i},${hex(x.person)},${hex(x.attrs)},${x.count},${hex(x.salt)},,${x.own.map(([, value]) => value).join(",")}\n`;
  const csv = `index,person,attrs,count,salt,household,${features.join(",")}\n${members.map(line).join("")}`;
  return [
    ["public/commit.json", commit], ["public/quotas.csv", quotas], ["public/rules.json", rules],
    ["public/counts.csv", countsFile], ["public/draw.json", draw], ["observers/members.csv", utf8(csv)],
    ["observers/portfolio.csv", utf8(panels.map((panel) => `${panel.join(",")}\n`).join(""))],
    ["observers/certificate.json", certificate], ["observers/observer-secret", utf8(`${hex(secret)}\n`)],
  ];
}

/** A record of `large` with so many members of the panel replaced by lotteries of m panels, one after the other. */
export function replaced(files, gone, m) {
  const { bytes, seeds } = functionsOfThePage();
  const { concat, F, H, hex, root, sha, u32be, unhex, utf8 } = bytes;
  const json = (value) => utf8(`${JSON.stringify(value)}\n`);
  const all = new Map(files);
  const read = (name) => JSON.parse(new TextDecoder().decode(all.get(name)));
  const commit = read("public/commit.json");
  const first = read("public/draw.json");
  const own = unhex(new TextDecoder().decode(all.get("observers/observer-secret")).trim());
  let [panel, previous] = [first.panel, sha(all.get("public/draw.json"))];
  let eligible = Array.from({ length: commit.n }, (_, index) => index).filter((index) => !panel.includes(index));
  gone.forEach((many, place) => {
    const e = place + 1;
    const [withdrawn, seated] = [panel.slice(0, many), panel.slice(many)];
    const line = (_, j) => [...seated, ...Array.from({ length: many }, (_, seat) => eligible[(j * many + seat) % eligible.length])];
    const panels = Array.from({ length: m }, line).map((panel) => panel.sort((a, b) => a - b));
    panels.sort((a, b) => a[a.findIndex((index, i) => index !== b[i])] - b[b.findIndex((index, i) => index !== a[i])] || 0);
    const secret = H("asl/1/replacement-secret", own, u32be(e));
    const salts = panels.map((_, j) => H("asl/1/salt-panel", secret, u32be(j)));
    const leaves = panels.map((panel, j) => concat(F(utf8("asl/1/panel")), u32be(j), salts[j], utf8(panel.join(","))));
    const parts = 10n ** 12n * BigInt(many);
    const bound = Number((parts + BigInt(eligible.length) - 1n) / BigInt(eligible.length));
    const rows = new TextDecoder().decode(all.get("public/quotas.csv")).trim().split("\n").slice(1).map(() => 0);
    const certificate = json({ levels: [{ bound, households: {}, rows, total: 1, unfixed: eligible.map((_, i) => i) }] });
    const record = json({
      commitment: hex(sha(all.get("public/commit.json"))), eligible, event: commit.event, m, method: "lottery",
      portfolio_root: hex(root(leaves)), previous: hex(previous), protocol: "asl/1", replacement: e, seated,
      sha256: { certificate: hex(sha(certificate)), quotas: null }, slots: commit.slots, withdrawn,
    });
    const digits = "01234567890123456789";
    const seed = H("asl/1/reseed", unhex(first.seed), u32be(e), sha(record), ...seeds.slots(digits, null));
    const t = seeds.uniform(seed, "panel", m);
    const draw = json({
      beacon: null, panel: panels[t], panel_path: path(leaves, t, sha).map(hex), panel_salt: hex(salts[t]), seed: hex(seed), t,
      witnessed: digits,
    });
    all.set(`public/replacements/${e}/record.json`, record);
    all.set(`public/replacements/${e}/draw.json`, draw);
    all.set(`observers/replacements/${e}/portfolio.csv`, utf8(panels.map((panel) => `${panel.join(",")}\n`).join("")));
    all.set(`observers/replacements/${e}/certificate.json`, certificate);
    [panel, previous] = [panels[t], sha(draw)];
    eligible = eligible.filter((index) => !panel.includes(index));
  });
  return [...all];
}

/** The siblings from a leaf up. */
function path(leaves, place, sha) {
  let level = leaves.map((leaf) => sha(Uint8Array.of(0, ...leaf)));
  const siblings = [];
  for (; level.length > 1; place >>= 1) {
    if (level[place ^ 1]) siblings.push(level[place ^ 1]);
    const above = [];
    for (let i = 0; i < level.length; i += 2) {
      above.push(level[i + 1] ? sha(Uint8Array.of(1, ...level[i], ...level[i + 1])) : level[i]);
    }
    level = above;
  }
  return siblings;
}

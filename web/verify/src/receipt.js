// Receipts and acknowledgements: what a member holds, checked by itself.
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { climb, concat, H, hex, same, sha, unhex, utf8 } from "./bytes.js";
import {
  canonical, decode, either, hash, list, map, nothing, object, oneOf, plain, readJson, string, whole,
} from "./forms.js";
import { attrsHash, memberLeaf } from "./observer.js";
import { Failed, must } from "./outcome.js";
import { checkCommit, commitShape } from "./record.js";

const receiptShape = object({
  attributes: map(string),
  caps: list(string),
  commit: commitShape,
  commitment: hash,
  count: whole(),
  household: either(nothing, string),
  identity: string,
  index: whole(),
  path: list(hash),
  protocol: oneOf("asl/1"),
  salt_attrs: hash,
  salt_person: hash,
  signature: either(nothing, string),
});
const enrolmentShape = object({
  attributes: map(string),
  date: (value) => /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value),
  event: plain,
  identity: string,
  key: hash,
  kind: oneOf("enrolment"),
  protocol: oneOf("asl/1"),
  signature: either(nothing, string),
});

const json = (value) => utf8(`${canonical(value)}\n`);

/** Whether an Ed25519 signature is genuine (RFC 8032); keys and points of small order are refused. */
export function isSigned(key, message, signature) {
  const { Point } = ed25519;
  try {
    const [half, s] = [signature.slice(0, 32), signature.slice(32)];
    const [A, R] = [Point.fromBytes(key), Point.fromBytes(half)];
    if (signature.length !== 64 || A.isSmallOrder() || R.isSmallOrder()) return false;
    const little = (bytes) => BigInt(`0x${hex(bytes.slice().reverse())}`);
    const S = little(s);
    if (S >= Point.Fn.ORDER) return false;
    const k = little(sha512(concat(half, key, message))) % Point.Fn.ORDER;
    return same(Point.BASE.multiplyUnsafe(S).subtract(A.multiplyUnsafe(k)).toBytes(), half);
  } catch {
    return false;
  }
}

function checkSignature(key, tag, paper) {
  const signature = paper.signature === null ? null : unhex(paper.signature);
  must(signature?.length === 64, "organiser-signature-form");
  const message = H(tag, json({ ...paper, signature: null }));
  must(isSigned(unhex(key), message, signature), "organiser-signature");
}

function readReceipt(bytes) {
  const receipt = readJson(bytes, receiptShape);
  checkCommit(receipt.commit);
  must(receipt.index < receipt.commit.n && receipt.count <= receipt.commit.m, "receipt-numbers");
  return receipt;
}

function checkCommitment({ commit, commitment }, known) {
  const found = hex(sha(json(commit)));
  must(found === commitment && (known === null || known === found), "receipt-other", { found });
}

function checkPlace(receipt) {
  const { event, n, pool_root } = receipt.commit;
  const person = H("asl/1/person", utf8(event), unhex(receipt.salt_person), utf8(receipt.identity));
  const order = (a, b) => (hex(utf8(a[0])) < hex(utf8(b[0])) ? -1 : 1);
  const pairs = Object.entries(receipt.attributes).sort(order);
  const attrs = attrsHash(event, unhex(receipt.salt_attrs), pairs, receipt.household, receipt.caps);
  const leaf = memberLeaf(receipt.index, person, attrs, receipt.count);
  const found = climb(leaf, receipt.index, n, receipt.path.map(unhex));
  must(found && hex(found) === pool_root, "receipt-path");
}

/** Makes checks one after the other; if the first does not hold the others are not made. */
function run(tests) {
  const checks = [];
  let value = null;
  for (const [id, test] of tests) {
    if (checks[0] && checks[0].outcome !== "held") {
      checks.push({ id, outcome: "not-made", reason: { key: "needs", args: { check: checks[0].id } } });
      continue;
    }
    try {
      value = test(value) ?? value;
      checks.push({ id, outcome: "held", reason: null });
    } catch (error) {
      const isFailed = error instanceof Failed;
      const reason = isFailed ? error : { key: "unexpected", args: { message: String(error) } };
      checks.push({ id, outcome: "failed", reason: { key: reason.key, args: reason.args } });
    }
  }
  return { checks, value };
}

const check = (test) => (value) => {
  test(value);
};

/** Checks a receipt; `known` is the commitment from elsewhere, or null. Gives the checks and what it says. */
export function checkReceipt(bytes, known) {
  return run([
    ["receipt-form", () => readReceipt(bytes)],
    ["receipt-commitment", check((receipt) => checkCommitment(receipt, known))],
    ["receipt-signature", check((receipt) => checkSignature(receipt.commit.receipt_key, "asl/1/receipt", receipt))],
    ["receipt-place", check(checkPlace)],
  ]);
}

/** Checks an acknowledgement of enrolment. */
export function checkEnrolment(bytes) {
  return run([
    ["enrolment-form", () => readJson(bytes, enrolmentShape)],
    ["enrolment-signature", check((paper) => checkSignature(paper.key, "asl/1/enrolment", paper))],
  ]);
}

/** Whether two receipts are for two commitments to one draw. */
export function contradict({ commit: a }, { commit: b }) {
  return a.event === b.event && a.attempt === b.attempt && canonical(a) !== canonical(b);
}

/** Nothing from elsewhere to compare with: that a receipt agrees with itself is no tick. */
function untold(check) {
  if (check.id !== "receipt-commitment" || check.outcome !== "held") return check;
  return { ...check, outcome: "not-made", reason: { key: "receipt-untold", args: {} } };
}

/** What the page says of receipts and acknowledgements, `[name, bytes]` each; `known` is the commitment, or null. */
export function papers(files, known) {
  const found = [];
  for (const [name, bytes] of files) {
    const isEnrolment = isKind(bytes, "enrolment");
    const { checks, value } = isEnrolment ? checkEnrolment(bytes) : checkReceipt(bytes, known);
    found.push({ name, checks: known === null ? checks.map(untold) : checks, isEnrolment, value });
  }
  const receipts = found.filter(({ value, isEnrolment }) => value && !isEnrolment);
  const first = receipts[0];
  const other = first && receipts.find(({ value }) => contradict(first.value, value));
  return { papers: found, contradiction: other ? [first.name, other.name] : null };
}

function isKind(bytes, kind) {
  try {
    return JSON.parse(decode(bytes)).kind === kind;
  } catch {
    return false;
  }
}

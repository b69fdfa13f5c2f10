// Runs the checks of a record in the order of SPEC.md.
import { hex, sha } from "./bytes.js";
import { OBSERVER_CHECKS } from "./observer.js";
import { Failed, NotMade } from "./outcome.js";
import { PUBLIC_CHECKS } from "./public.js";
import { OBSERVER_REPLACEMENTS, PUBLIC_REPLACEMENTS } from "./replacements.js";

export const CHECKS = [
  ...[...PUBLIC_CHECKS, ...PUBLIC_REPLACEMENTS].map((check) => ({ ...check, level: "public" })),
  ...[...OBSERVER_CHECKS, ...OBSERVER_REPLACEMENTS].map((check) => ({ ...check, level: "observer" })),
];

/** Makes one check: what came of it, and why. */
function make({ id, level, needs, test }, r, broken) {
  const lacking = needs.find((need) => broken.has(need));
  if (lacking) return { id, level, outcome: "not-made", reason: { key: "needs", args: { check: lacking } } };
  try {
    test(r);
    return { id, level, outcome: "held", reason: null };
  } catch (error) {
    const reason = { key: error.key, args: error.args };
    if (error instanceof NotMade) return { id, level, outcome: "not-made", reason };
    if (error instanceof Failed) return { id, level, outcome: "failed", reason };
    // Such as an engine's limit that a hostile file ran into: nothing is said to hold that was not seen to.
    return { id, level, outcome: "failed", reason: { key: "unexpected", args: { message: String(error) } } };
  }
}

/**
 * Verifies a record. `files` has `public` and, for the level of observers, `observers` (else null): maps from a file's
 * path in its folder to its bytes. `commitment` is 64 digits or null. `tell` is called after each check.
 *
 * Gives `checks` in order, each `{ id, level, outcome, reason }`, and the record with what was found out.
 */
export function verify(files, { commitment = null, beforeDraw = false } = {}, tell = () => {}) {
  const r = {
    public: files.public,
    observers: files.observers ?? new Map(),
    level: files.observers ? "observer" : "public",
    commitment,
    beforeDraw,
  };
  const checks = [];
  const broken = new Set();
  for (const check of CHECKS) {
    if (beforeDraw && check.draw) {
      broken.add(check.id);
      continue;
    }
    if ((check.level === "observer" && r.level !== "observer") || (check.made && !check.made(r))) continue;
    const made = make(check, r, broken);
    if (made.outcome !== "held") broken.add(check.id);
    checks.push(made);
    tell(made, checks.length);
  }
  return { checks, record: r };
}

/** 1 if a check failed, else 2 if one was not made, else 0. */
export function exitCode(checks) {
  if (checks.some((check) => check.outcome === "failed")) return 1;
  return checks.some((check) => check.outcome === "not-made") ? 2 : 0;
}

/** The commitment of a record, if it has one. */
export const commitmentOf = (files) => (files.public.has("commit.json") ? hex(sha(files.public.get("commit.json"))) : null);

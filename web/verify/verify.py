#!/usr/bin/env python3
"""Checks the record of a draw as SPEC.md says. Needs Python 3.8 or later and the files beside this one.

    python3 verify.py PUBLIC [--observers FOLDER] [--commitment HASH] [--replacement 1=HASH] [--before-draw]

Each function of Public and Observer is the check of that name in SPEC.md. Its parameters are what it needs,
its result is what it found; it fails by an error. Exit 0: every check held; 1: one failed; 2: one was not
made, such as whether a beacon's signature is genuine (verify.html can tell). Receipts: receipt.py."""
import argparse, sys
from collections import Counter, namedtuple
from base import *

DRAW = ["draw_form", "slots", "beacon", "seed", "index", "panel_indices", "panel_path"]  # not before the draw
Member = namedtuple("Member", "person attrs count salt household caps pairs rows")

class Public:
    def files(public, observers, options):
        wanted = {"commit.json", "quotas.csv", "rules.json", "counts.csv", "draw.json"}
        if options.before_draw: wanted.remove("draw.json")
        lacking = sorted(wanted - public.keys())
        if options.observers is not None:
            wanted = {"members.csv", "portfolio.csv", "certificate.json", "observer-secret"}
            lacking += sorted(wanted - observers.keys())
        must(all(len(data) <= 256 << 20 for data in [*public.values(), *observers.values()]))
        if lacking: raise Missing("missing: " + ", ".join(lacking))

    def commit(public): return read_commit(public["commit.json"])

    def commitment(public, options):
        if not options.commitment: raise LeftOut
        told(sha(public["commit.json"]).hex(), options.commitment, "the hash of commit.json")

    def attempts(public, commit):
        before, count = [None, None], commit["attempt"]
        for attempt in range(1, count + 1):
            folder, own = f"attempts/{attempt}/" if attempt < count else "", [attempt, commit["event"]]
            data = public[folder + "commit.json"]
            earlier = read_commit(data)
            must([earlier[x] for x in ("attempt", "event", "previous", "void")] == own + before)
            if attempt == count and "void.json" not in public: break
            void = read_json(public[folder + "void.json"], VOID)
            before = [sha(data).hex(), sha(public[folder + "void.json"]).hex()]
            must(void["reason"], [void["attempt"], void["event"], void["commitment"]] == own + before[:1])
        must(sum(name.startswith("attempts/") for name in public) == 2 * count - 2)
        must(not {"void.json", "draw.json"} <= public.keys())

    def announcement(commit): check_announcement(commit["slots"])
    def round(commit): check_round(commit["slots"])
    def hash_quotas(public, commit): must(sha(public["quotas.csv"]).hex() == commit["sha256"]["quotas"])
    def quotas_form(public, hash_quotas): return read_quotas(public["quotas.csv"])
    def hash_rules(public, commit): must(sha(public["rules.json"]).hex() == commit["sha256"]["rules"])

    def rules_form(public, commit, hash_rules, quotas_form):
        rules, features = read_json(public["rules.json"], RULES), {feature for feature, _ in quotas_form}
        columns, seated = [cap["column"] for cap in rules["caps"]], rules["seated"]
        must(rules["households"] is None or rules["households"]["columns"])
        must(len(columns) <= 20, ascend(columns), not {"", *features} & {*columns})
        must(len(seated) <= commit["k"], ascend(seated), all(i < commit["n"] for i in seated))
        found = [(tuple(sorted(x["values"].items())), (x["min"], x["max"])) for x in rules["combinations"]]
        must(len(found) <= 200, ascend([values for values, _ in found]))
        must(all(len(values) > 1 and {*values} <= quotas_form.keys() for values, _ in found))
        must(all(least <= most for _, (least, most) in found))
        return {**rules, "combinations": dict(found)}

    def hash_counts(public, commit): must(sha(public["counts.csv"]).hex() == commit["sha256"]["counts"])

    def counts_form(public, commit, hash_counts, quotas_form):
        rows = read_csv(public["counts.csv"], COUNTS)
        must([(feature, value) for feature, value, *_ in rows] == list(quotas_form))
        for feature in {feature for feature, *_ in rows}:
            cells = [row[1:] for row in rows if row[0] == feature]
            if not any(count for _, *counts in cells for count in counts): continue  # hidden
            pools = [number(pool) for _, pool, _, _ in cells]
            must(sum(pools) == commit["n"], min(pools) > 5)
            for value, _, least, most in cells:
                low, high = quotas_form[feature, value]
                must(low <= number(least) <= number(most) <= high)

    def draw_form(public): return read_json(public["draw.json"], DRAWN)
    def slots(commit, announcement, round, draw_form): check_slots(commit["slots"], draw_form)
    def beacon(slots, draw_form): check_beacons([draw_form])

    def seed(public, slots, draw_form):
        seed = H("asl/1/seed", sha(public["commit.json"]), *filled(draw_form))
        must(draw_form["seed"] == seed.hex())
        return seed

    def index(commit, draw_form, seed): must(draw_form["t"] == uniform(seed, "panel", commit["m"]))
    def panel_indices(commit, draw_form): must(is_panel(draw_form["panel"], commit))
    def panel_path(commit, draw_form, index, panel_indices): check_path(draw_form, commit)

class Observer:
    def members_form(commit, quotas_form, rules_form, observers):
        members, features = [], list(dict.fromkeys(feature for feature, _ in quotas_form))
        columns, rules = [cap["column"] for cap in rules_form["caps"]], rules_form["combinations"]
        header = ["index", "person", "attrs", "count", "salt", "household", *columns, *features]
        for index, person, attrs, count, salt, *rest in read_csv(observers["members.csv"], header):
            labels, values = rest[:1 + len(columns)], rest[1 + len(columns):]
            household, *caps = [number(x, commit["n"]) if x else None for x in labels]
            pairs, held = list(zip(features, values)), [cap for cap in enumerate(caps) if cap[1]]
            must(number(index) == len(members), household != 0, 0 not in caps, {*pairs} <= quotas_form.keys())
            rows = pairs + [values for values in rules if {*values} <= {*pairs}] + held
            hashes = unhex(person), unhex(attrs), number(count, commit["m"]), unhex(salt)
            members.append(Member(*hashes, household, caps, pairs, rows))
        must(len(members) == commit["n"])
        return members

    def pool_root(commit, members_form):
        leaves = (member_leaf(i, x.person, x.attrs, x.count) for i, x in enumerate(members_form))
        must(tree(leaves).hex() == commit["pool_root"])
        return members_form

    def person_order(pool_root): must(ascend([x.person for x in pool_root]))

    def attributes(commit, rules_form, pool_root):
        for x in pool_root:
            household, *caps = [str(label or "") for label in (x.household, *x.caps)]
            if not rules_form["households"]: household = None
            must(attributes_hash(commit["event"], x.salt, x.pairs, household, caps) == x.attrs)

    def household_labels(rules_form, pool_root, attributes):
        must(rules_form["households"] or all(x.household is None for x in pool_root))
        check_labels([x.household for x in pool_root], 1)

    def cap_labels(rules_form, pool_root, attributes):
        for i, cap in enumerate(rules_form["caps"]): check_labels([x.caps[i] for x in pool_root], cap["max"])

    def observer_secret(observers): return read_hash_file(observers["observer-secret"])
    def portfolio_form(commit, observers): return read_portfolio(observers["portfolio.csv"], commit)

    def portfolio_root(commit, observer_secret, portfolio_form):
        must(portfolio_tree(portfolio_form, observer_secret) == commit["portfolio_root"])
        return portfolio_form

    def portfolio_order(portfolio_root): must(portfolio_root == sorted(portfolio_root))

    def counts(pool_root, portfolio_root):
        panels = Counter(index for panel in portfolio_root for index in panel)
        must(all(panels[i] == x.count for i, x in enumerate(pool_root)))

    def quotas(quotas_form, pool_root, attributes, portfolio_root):
        return keep(quotas_form, portfolio_root, pool_root)

    def combinations(rules_form, pool_root, attributes, portfolio_root):
        keep(rules_form["combinations"], portfolio_root, pool_root)

    def households(pool_root, household_labels, portfolio_root): check_households(portfolio_root, pool_root)

    def caps(rules_form, pool_root, cap_labels, portfolio_root):
        keep(cap_bounds(rules_form, pool_root), portfolio_root, pool_root)

    def seated(rules_form, attributes, portfolio_root):
        must(all({*rules_form["seated"]} <= {*panel} for panel in portfolio_root))

    def counts_file(public, quotas_form, pool_root, counts_form, quotas, combinations, households, caps,
                    seated):
        pool, lines = Counter(pair for x in pool_root for pair in x.pairs), [COUNTS]
        few = {feature for feature, value in quotas_form if pool[feature, value] < 6}
        for pair in quotas_form:
            panels = [held[pair] for held in quotas]
            counts = ["", "", ""] if pair[0] in few else map(str, [pool[pair], min(panels), max(panels)])
            lines.append([*pair, *counts])
        must("".join(map(csv_line, lines)).encode() == public["counts.csv"])

    def hash_certificate(commit, observers):
        must(sha(observers["certificate.json"]).hex() == commit["sha256"]["certificate"])

    def certificate(commit, quotas_form, rules_form, observers, pool_root, portfolio_root, hash_certificate,
                    quotas, combinations, households, caps, seated):
        bounds, chosen = bounds_of(quotas_form, rules_form, pool_root), {*rules_form["seated"]}
        if chosen: bounds["seated"] = len(chosen), len(chosen)
        panels = Counter(index for panel in portfolio_root for index in panel)
        rows = [x.rows + ["seated"] * (i in chosen) for i, x in enumerate(pool_root)]
        people = [(x.household, panels[i], rows[i]) for i, x in enumerate(pool_root)]
        check_certificate(observers["certificate.json"], commit["k"], commit["m"], bounds, people)

def announced(public, told):  # is a replacement the one whose hash was published?
    number, _, hash = told.partition("=")
    record = public.get(f"replacements/{number}/record.json", b"")
    if not record: return "replacement-hash", "failed", f"there is no replacement {number}"
    if sha(record).hex() == hash: return "replacement-hash", "held", told
    return "replacement-hash", "failed", f"the hash of replacement {number} is {sha(record).hex()}, not {hash}"

def verify(public, observers=None, commitment=None, before_draw=False, replacement=()):
    checks = {**vars(Public), **(vars(Observer) if observers is not None else {})}
    if before_draw: checks = {name: check for name, check in checks.items() if name not in DRAW}
    if any(name.startswith("replacements/") for name in public):
        from replacements import Everybody, Accredited
        checks.update({**vars(Everybody), **(vars(Accredited) if observers is not None else {})})
    options = argparse.Namespace(commitment=commitment, before_draw=before_draw, observers=observers)
    known = {"public": Files(public), "observers": Files(observers or {}), "options": options}
    return run(checks, known) + [announced(public, told) for told in replacement]

def main():
    parser = arguments(__doc__)
    parser.add_argument("public", type=read_folder, help="the public folder")
    parser.add_argument("--observers", metavar="FOLDER", type=read_folder, help="the observers' folder")
    parser.add_argument("--commitment", metavar="HASH", type=typed_hash, help="the commitment as you know it")
    parser.add_argument("--replacement", metavar="E=HASH", type=typed_replacement, action="append", default=[],
                        help="the hash of replacement E as you know it")
    parser.add_argument("--before-draw", action="store_true", help="the draw is still to come")
    return tell(verify(**vars(parser.parse_args())))

if __name__ == "__main__": sys.exit(main())

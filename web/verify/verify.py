#!/usr/bin/env python3
"""Checks the record of a draw as SPEC.md says, with Python's standard library alone (3.8 or later).

    python3 verify.py PUBLIC [--observers FOLDER] [--commitment HASH] [--before-draw]
    python3 verify.py --receipt FILE [--commitment HASH]

Every check of everybody and of observers, and of receipts, but for signatures: whether a beacon's (BLS) or the
organiser's (Ed25519) is genuine needs mathematics that Python does not bring along. Exit 0: every check held; 1: one
failed; 2: one could not be made.

Each check below is a function with the name that SPEC.md gives it. Its parameters are the files and the checks that it
needs; its result is what they found. It fails by an error and is not made if something that it needs is not there."""
import argparse, csv, hashlib, inspect, io, json, pathlib, re, sys, unicodedata
from collections import Counter

CHAINS = {  # genesis, period, bytes of a signature, hash
    "quicknet": (1692803367, 3, 48, "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"),
    "mainnet": (1595431050, 30, 96, "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce")}
DRAW = ["draw_form", "slots", "beacon", "seed", "index", "panel_indices", "panel_path"]  # left out before the draw

# Bytes

def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
def u32(number): return number.to_bytes(4, "big")
def F(part): return u32(len(part)) + part
def H(tag, *parts): return sha(F(tag.encode()), *map(F, parts))

def tree(leaves):  # RFC 6962: pairs are joined level by level; one without a partner moves up as it is
    level = [sha(b"\0", leaf) for leaf in leaves]
    while len(level) > 1:
        pairs = [level[i:i + 2] for i in range(0, len(level), 2)]
        level = [sha(b"\1", *pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return level[0] if level else sha()

def climb(leaf, place, size, path):  # the root above a leaf; a path of another length than the place's is an error
    node, last = sha(b"\0", leaf), size - 1
    while last > 0:
        if place % 2: node = sha(b"\1", path.pop(0), node)
        elif place < last: node = sha(b"\1", node, path.pop(0))
        place, last = place // 2, last // 2
    must(not path, "the path is too long")
    return node

def uniform(seed, label, n):
    bits, j = (n - 1).bit_length(), 0
    while True:
        v = int.from_bytes(H("asl/1/stream", seed, label.encode(), j.to_bytes(8, "big"))[:4], "big") >> (32 - bits)
        if v < n: return v
        j += 1

# The one form of each file

class Missing(Exception): """A check cannot be made."""
class LeftOut(Exception): """A check does not belong to this record."""

def must(holds, why):
    if not holds: raise ValueError(why)

def string(x): return type(x) is str
def texts(x): return type(x) is dict and all(map(string, x.values()))
def text(x): return string(x) and x == unicodedata.normalize("NFC", x).strip("\t\n\f\r ")
def plain(x): return text(x) and not re.search("[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", x)
def digest(x): return string(x) and re.fullmatch("[0-9a-f]{64}", x)
def whole(most=2**32 - 1, least=0): return lambda x: type(x) is int and least <= x <= most
def ascend(xs): return all(a < b for a, b in zip(xs, xs[1:]))

SAFE, WEIGHT = whole(2**53 - 1), whole(2**53 - 1, 1 - 2**53)
SLOTS = {"beacon": ({"chain": string, "round": SAFE, "time": SAFE}, None),
         "witnessed": ({"description": string, "digits": whole()}, None)}
COMMIT = {
    "attempt": whole(least=1), "event": plain, "identity": [plain], "k": whole(least=1), "m": whole(100_000, 1),
    "n": whole(1_000_000, 1), "objective": ("leximin", "maximin", "nash", "goldilocks"), "pool_root": digest,
    "portfolio_root": digest, "previous": (digest, None), "program": plain, "protocol": "asl/1",
    "receipt_key": digest, "rehearsal": (True, False),
    "sha256": {"certificate": digest, "counts": digest, "quotas": digest, "rules": digest},
    "slots": SLOTS, "solver": plain, "void": (digest, None)}
VOID = {"attempt": whole(), "commitment": digest, "event": string, "reason": plain}
RULES = {
    "caps": [{"column": plain, "max": whole(least=1)}], "households": ({"columns": [plain]}, None), "seated": [whole()],
    "combinations": [{"max": whole(), "min": whole(), "values": texts}]}
READING = {"chain": string, "previous_signature": (string, None), "round": SAFE, "signature": string}
DRAWN = {"beacon": (READING, None), "panel": [whole()], "panel_path": [digest], "panel_salt": digest, "seed": digest,
         "t": whole(), "witnessed": (string, None)}
CERTIFICATE = {"levels": [{
    "bound": SAFE, "households": lambda x: type(x) is dict and all(map(WEIGHT, x.values())) and 0 not in x.values(),
    "rows": [WEIGHT], "total": WEIGHT, "unfixed": [whole()]}]}

RECORD = {
    "commitment": digest, "eligible": [whole()], "event": string, "m": whole(100_000), "method": ("lottery", "tickets"),
    "portfolio_root": (digest, None), "previous": digest, "protocol": "asl/1", "replacement": whole(),
    "seated": [whole()], "sha256": {"certificate": (digest, None), "quotas": (digest, None)}, "slots": SLOTS,
    "withdrawn": [whole()]}
REPLACEMENT_VOID = {"event": string, "reason": plain, "record": digest, "replacement": whole()}
TICKETS = {"panel": [whole()], "seed": digest}
RECEIPT = {
    "attributes": texts, "caps": [string], "commit": COMMIT,
    "commitment": digest, "count": whole(), "household": (string, None), "identity": string, "index": whole(),
    "path": [digest], "protocol": "asl/1", "salt_attrs": digest, "salt_person": digest, "signature": (string, None)}

def fits(x, shape):  # {..} has exactly these keys, [s] is a list of s, (s, z) is s or z
    if type(shape) is dict: return type(x) is dict and x.keys() == shape.keys() and all(fits(x[k], shape[k]) for k in x)
    if type(shape) is list: return type(x) is list and (all(fits(item, shape[0]) for item in x) if shape else not x)
    if type(shape) is tuple: return any(fits(x, one) for one in shape)
    return shape(x) if callable(shape) else type(x) is type(shape) and x == shape

def canonical(x):  # RFC 8785
    if type(x) is list: return "[" + ",".join(map(canonical, x)) + "]"
    if type(x) is not dict: return json.dumps(x, ensure_ascii=False)
    keys = sorted(x, key=lambda key: key.encode("utf-16-be"))
    return "{" + ",".join(canonical(key) + ":" + canonical(x[key]) for key in keys) + "}"

def read_json(data, shape, limit=16 << 20):
    must(len(data) <= limit, "it is too large")
    value = json.loads(data.decode())
    must(fits(value, shape), "a key or a value does not belong there, or is missing")
    must((canonical(value) + "\n").encode() == data, "it is not in its one form: RFC 8785 and a line feed")
    return value

def csv_line(row):
    return ",".join('"' + x.replace('"', '""') + '"' if re.search('[",\r\n]', x) else x for x in row) + "\n"

def read_csv(data, header):
    csv.field_size_limit(1 << 28)
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    must("".join(map(csv_line, rows)).encode() == data, "it is not in its one form")
    must(rows and rows[0] == header, "the header is not " + ",".join(header))
    must(all(len(row) == len(header) for row in rows), "a row has too few or too many fields")
    must(all(text(field) for row in rows for field in row), "a field is not NFC, or has white space at an end")
    return rows[1:]

def number(x, most=2**32 - 1):
    must(re.fullmatch("0|[1-9][0-9]{0,9}", x) and int(x) <= most, "a number is not possible")
    return int(x)

def unhex(x, size=32):
    must(re.fullmatch("[0-9a-f]{%d}" % (2 * size), x or ""), f"not {size} bytes in lower-case hexadecimal digits")
    return bytes.fromhex(x)

def read_commit(data): return check_commit(read_json(data, COMMIT))

def check_commit(c):
    must(c["event"] and c["k"] <= c["n"], "the event has no name, or a panel more seats than there are members")
    must(0 < len(c["identity"]) == len(set(c["identity"])), "the identity has no columns, or one twice")
    return c

def read_void(data, commit):
    void, c = read_json(data, VOID), read_commit(commit)
    must(void["reason"], "a void gives no reason")
    found = [void["attempt"], void["event"], void["commitment"]]
    must(found == [c["attempt"], c["event"], sha(commit).hex()], "a void is about another commitment")

def fits_hash(commit, name, data): must(sha(data).hex() == commit["sha256"][name], "its hash is another")
def panel_line(panel): return ",".join(map(str, panel)).encode()
def panel_leaf(j, salt, panel): return F(b"asl/1/panel") + u32(j) + salt + panel_line(panel)

def check_panel(panel, commit):
    must(len(panel) == commit["k"], "a panel does not have the announced size")
    must(ascend(panel) and panel[-1] < commit["n"], "the indices do not ascend below the number of members")

class Public:
    def files(public, observers, options):
        names = "commit.json quotas.csv rules.json counts.csv" + ("" if options.before_draw else " draw.json")
        lacking = set(names.split()) - public.keys()
        if options.level is Observer:
            lacking |= {"members.csv", "portfolio.csv", "certificate.json", "observer-secret"} - observers.keys()
        must(all(len(x) <= 256 << 20 for x in [*public.values(), *observers.values()]), "a file is too large")
        if lacking: raise Missing("missing: " + ", ".join(sorted(lacking)))

    def commit(public): return read_commit(public["commit.json"])

    def commitment(public, options):
        if not options.commitment: raise LeftOut
        must(sha(public["commit.json"]).hex() == options.commitment, "the hash of commit.json is another")

    def attempts(public, commit):
        before = [None, None]
        for attempt in range(1, commit["attempt"] + 1):
            folder = f"attempts/{attempt}/" if attempt < commit["attempt"] else ""
            data = public[folder + "commit.json"]
            earlier = read_commit(data)
            must([earlier["attempt"], earlier["event"]] == [attempt, commit["event"]], f"{attempt} is another attempt")
            must([earlier["previous"], earlier["void"]] == before, f"{attempt} does not name the attempt before")
            if folder or "void.json" in public: read_void(public[folder + "void.json"], data)
            if folder: before = [sha(data).hex(), sha(public[folder + "void.json"]).hex()]
        must(sum(name.startswith("attempts/") for name in public) == 2 * commit["attempt"] - 2, "attempts/ holds more")
        must(not {"void.json", "draw.json"} <= public.keys(), "this attempt was both voided and drawn")

    def announcement(commit): check_announcement(commit["slots"])

    def round(commit):
        if not commit["slots"]["beacon"]: raise LeftOut
        check_round(commit["slots"]["beacon"])

    def hash_quotas(public, commit): fits_hash(commit, "quotas", public["quotas.csv"])

    def quotas_form(public, hash_quotas): return read_quotas(public["quotas.csv"])

    def hash_rules(public, commit): fits_hash(commit, "rules", public["rules.json"])

    def rules_form(public, commit, hash_rules, quotas_form):
        rules, features = read_json(public["rules.json"], RULES), {feature for feature, _ in quotas_form}
        households, caps, seated = rules["households"], rules["caps"], rules["seated"]
        must(households is None or households["columns"], "the household rule names no columns")
        must(len(caps) <= 20 and len(rules["combinations"]) <= 200, "there are too many rules")
        must(ascend([cap["column"] for cap in caps]), "the caps are not in order")
        must(all(cap["column"] and cap["column"] not in features for cap in caps), "a cap's column is not possible")
        must(ascend(seated) and len(seated) <= commit["k"], "those who are seated are not in order, or too many")
        must(not seated or seated[-1] < commit["n"], "somebody is seated who is no member")
        combinations = [(tuple(sorted(x["values"].items())), (x["min"], x["max"])) for x in rules["combinations"]]
        must(ascend([values for values, _ in combinations]), "the combinations are not in order")
        must(all(len(values) > 1 and {*values} <= quotas_form.keys() for values, _ in combinations),
             "a combination is of less than two values, or of one without a quota")
        must(all(least <= most for _, (least, most) in combinations), "a minimum is above its maximum")
        return {**rules, "combinations": dict(combinations)}

    def hash_counts(public, commit): fits_hash(commit, "counts", public["counts.csv"])

    def counts_form(public, commit, hash_counts, quotas_form):
        n, rows = commit["n"], read_csv(public["counts.csv"], ["feature", "value", "pool", "panel_min", "panel_max"])
        must([tuple(row[:2]) for row in rows] == list(quotas_form), "its rows are not those of the quotas")
        for feature in {row[0] for row in rows}:
            cells = [[number(x, n) if x else None for x in row[2:]] for row in rows if row[0] == feature]
            shown, total = all(pool is not None for pool, _, _ in cells), sum(pool or 0 for pool, _, _ in cells)
            must(total == n or not shown and total < n, "the values of a feature do not add up to the pool")
            must(all((x is not None) == shown for cell in cells for x in cell[1:]), "counts in panels lack, or not")
        for (least, most), (_, _, _, low, high) in zip(quotas_form.values(), rows):
            must(not low or least <= int(low) <= int(high) <= most, "a count in panels is outside its quota")

    def draw_form(public): return read_json(public["draw.json"], DRAWN)

    def slots(commit, announcement, round, draw_form): check_slots(commit["slots"], draw_form)

    def beacon(slots, draw_form):
        if not draw_form["beacon"]: raise LeftOut
        signature(draw_form["beacon"])
        raise Missing("Python cannot tell whether a BLS signature is genuine; the page and boule can")

    def seed(public, slots, draw_form):
        seed = H("asl/1/seed", sha(public["commit.json"]), *filled(draw_form))
        must(draw_form["seed"] == seed.hex(), "the seed should be " + seed.hex())
        return seed

    def index(commit, draw_form, seed):
        must(draw_form["t"] == uniform(seed, "panel", commit["m"]), "the seed gives another number")

    def panel_indices(commit, draw_form): check_panel(draw_form["panel"], commit)

    def panel_path(commit, draw_form, index, panel_indices):
        check_path(draw_form, commit["m"], commit["portfolio_root"])

    def replacements(public, commit, quotas_form, draw_form, seed, panel_path):
        names = [name for name in public if name.startswith("replacements/")]
        panel, previous, known, chain = draw_form["panel"], sha(public["draw.json"]).hex(), 0, []
        eligible = sorted({*range(commit["n"])} - {*panel})
        while any(name.startswith(f"replacements/{len(chain) + 1}/") for name in names):
            e, folder = len(chain) + 1, f"replacements/{len(chain) + 1}/"
            must(not chain or chain[-1]["end"], f"replacement {e - 1} was neither drawn nor voided before the next")
            known += sum(folder + name in public for name in ["record.json", "draw.json", "void.json", "quotas.csv"])
            data = public[folder + "record.json"]
            record = read_record(data)
            own = [record["commitment"], record["event"], record["replacement"], record["previous"]]
            must(own == [sha(public["commit.json"]).hex(), commit["event"], e, previous], f"{e} does not follow")
            gone = record["withdrawn"]
            must(ascend(gone) and {*gone} <= {*panel, *eligible}, f"{e}: somebody withdrew who did not take part")
            must(record["seated"] == [i for i in panel if i not in {*gone}], f"{e}: others are seated")
            must(record["eligible"] == [i for i in eligible if i not in {*gone}], f"{e}: others are eligible")
            must(len(record["seated"]) < commit["k"], f"{e}: there is no empty seat")
            hash, quotas = record["sha256"]["quotas"], folder + "quotas.csv"
            must((hash is None) == (quotas not in public), f"{e}: its quotas lack or are too many")
            must(hash is None or sha(public[quotas]).hex() == hash, f"{e}: its quotas have another hash")
            quotas = read_quotas(public[quotas]) if hash else quotas_form
            must([*quotas] == [*quotas_form], f"{e}: its quotas have other rows")
            end, before = None, seed
            must(not {folder + "draw.json", folder + "void.json"} <= public.keys(), f"{e} was both voided and drawn")
            if folder + "draw.json" in public:
                end = read_json(public[folder + "draw.json"], DRAWN if record["method"] == "lottery" else TICKETS)
                panel, seed = end["panel"], unhex(end["seed"])
                eligible = [i for i in record["eligible"] if i not in {*panel}]
                previous = sha(public[folder + "draw.json"]).hex()
            elif folder + "void.json" in public:
                end = read_json(public[folder + "void.json"], REPLACEMENT_VOID)
                must([end["event"], end["record"], end["replacement"]] == [record["event"], sha(data).hex(), e] and
                     end["reason"], f"{e}: its void is about another replacement, or gives no reason")
                previous = sha(public[folder + "void.json"]).hex()
            chain.append({"e": e, "record": record, "hash": sha(data), "end": end, "quotas": quotas, "seed": before})
        must(known == len(names), "replacements/ holds something else")
        return chain

    def replacement_slots(replacements):
        for x in lotteries(replacements):
            check_announcement(x["record"]["slots"])
            if x["record"]["slots"]["beacon"]: check_round(x["record"]["slots"]["beacon"])
            if is_drawn(x): check_slots(x["record"]["slots"], x["end"])

    def replacement_beacons(replacements, replacement_slots):
        readings = [x["end"]["beacon"] for x in lotteries(replacements) if is_drawn(x) and x["end"]["beacon"]]
        if not readings: raise LeftOut
        for reading in readings: signature(reading)
        raise Missing("Python cannot tell whether a BLS signature is genuine; the page and boule can")

    def replacement_draws(commit, seed, replacements, replacement_slots):
        for x in filter(is_drawn, replacements):
            record, end, found = x["record"], x["end"], x["seed"]
            if record["method"] == "lottery":
                found = H("asl/1/reseed", seed, u32(x["e"]), x["hash"], *filled(end))
                must(end["t"] == uniform(found, "panel", record["m"]), "the seed gives another number")
                must(len(end["panel"]) == commit["k"], "the panel does not have k members")
                check_path(end, record["m"], record["portfolio_root"])
            must(end["seed"] == found.hex(), "the seed should be " + found.hex())
            must(len(end["panel"]) <= commit["k"], "the panel has more than k members")
            check_members(end["panel"], record)

def check_announcement(slots):
    witnessed = slots["witnessed"]
    must(witnessed or slots["beacon"], "no randomness is announced")
    must(not witnessed or 20 <= witnessed["digits"] <= 1000, "not 20 to 1000 digits are announced")
    must(not witnessed or plain(witnessed["description"]), "the description is not plain text")

def check_round(beacon):
    genesis, period, _, _ = CHAINS[beacon["chain"]]
    must(beacon["time"] >= genesis, "the time is before the beacon's first round")
    must(beacon["round"] == (beacon["time"] - genesis + period - 1) // period + 1, "the round is not that of the time")

def check_slots(announced, draw):
    digits, beacon = draw["witnessed"], draw["beacon"]
    must((digits is None) == (announced["witnessed"] is None), "digits were not announced, or lack")
    must(digits is None or re.fullmatch("[0-9]{%d}" % announced["witnessed"]["digits"], digits), "not these digits")
    must((beacon is None) == (announced["beacon"] is None), "a beacon was not announced, or lacks")
    must(not beacon or all(beacon[x] == announced["beacon"][x] for x in ["chain", "round"]), "another round")

def read_quotas(data):
    rows = read_csv(data, ["feature", "value", "min", "max"])
    quotas = {(feature, value): (number(least), number(most)) for feature, value, least, most in rows}
    must(0 < len(rows) <= 2000, "it has no rows, or more than 2000")
    must(all(name and plain(name) for pair in quotas for name in pair), "a name is empty or not plain text")
    must(ascend([row[:2] for row in rows]), "the rows are not in order")  # of code points, which is that of bytes
    must(all(least <= most for least, most in quotas.values()), "a minimum is above its maximum")
    return quotas

def read_record(data):
    record = read_json(data, RECORD)
    filled = [record["m"], record["portfolio_root"], record["sha256"]["certificate"]]
    others = [record["sha256"]["quotas"], *record["slots"].values()]
    is_lottery = record["method"] == "lottery"
    must(all(filled) if is_lottery else not any(filled + others), "a lottery has panels and a proof, tickets have none")
    return record

def lotteries(chain): return [x for x in chain if x["record"]["method"] == "lottery"]
def is_drawn(replacement): return replacement["end"] is not None and "panel" in replacement["end"]

def check_path(draw, m, portfolio_root):
    leaf = panel_leaf(draw["t"], unhex(draw["panel_salt"]), draw["panel"])
    root = climb(leaf, draw["t"], m, [unhex(x) for x in draw["panel_path"]])
    must(root.hex() == portfolio_root, "the panel and its path do not lead to portfolio_root")

def check_members(panel, record):
    must(ascend(panel) and {*record["seated"]} <= {*panel}, "somebody who is seated is not on the panel")
    must({*panel} <= {*record["seated"], *record["eligible"]}, "somebody on the panel is neither seated nor eligible")

def filled(draw):  # what the filled slots contribute to a seed
    if not draw["beacon"]: return [(draw["witnessed"] or "").encode(), b"", b"", b""]
    try: signed = signature(draw["beacon"])
    except ValueError: raise Missing("the signature does not have its length")
    chain, round = bytes.fromhex(CHAINS[draw["beacon"]["chain"]][3]), draw["beacon"]["round"].to_bytes(8, "big")
    return [(draw["witnessed"] or "").encode(), chain, round, sha(signed)]

def signature(reading):
    size, chained = CHAINS[reading["chain"]][2], reading["chain"] == "mainnet"
    must(chained == (reading["previous_signature"] is not None), "the signature before lacks, or has no place here")
    if chained: unhex(reading["previous_signature"], size)
    return unhex(reading["signature"], size)

def member_leaf(i, person, attrs, count): return F(b"asl/1/leaf") + u32(i) + person + attrs + u32(count)

def attrs(event, salt, pairs, household, caps):
    pairs = [*pairs, *([] if household is None else [("@household", household)]), *(("@cap", label) for label in caps)]
    return H("asl/1/attrs", event.encode(), salt, *(part.encode() for pair in pairs for part in pair))

def check_labels(labels, alone):
    members = Counter(label for label in labels if label)
    must([*members] == [*range(1, len(members) + 1)], "the labels are not numbered in the order of the register")
    must(all(count > alone for count in members.values()), "a label is for too few members")

class Observer:
    def members_form(commit, quotas_form, rules_form, observers):
        n, members, features = commit["n"], [], list(dict.fromkeys(feature for feature, _ in quotas_form))
        caps = [cap["column"] for cap in rules_form["caps"]]
        header = ["index", "person", "attrs", "count", "salt", "household", *caps, *features]
        for row in read_csv(observers["members.csv"], header):
            must(number(row[0]) == len(members) < n, "the members are not numbered from 0 to n - 1")
            household, *labels = [number(x, n) if x else None for x in row[5:6 + len(caps)]]
            pairs = list(zip(features, row[6 + len(caps):]))
            must(household != 0 and 0 not in labels, "a label is not possible")
            must(all(pair in quotas_form for pair in pairs), "a value has no quota")
            members.append({"person": unhex(row[1]), "attrs": unhex(row[2]), "count": number(row[3], commit["m"]),
                            "salt": unhex(row[4]), "household": household, "caps": labels, "pairs": pairs})
        must(len(members) == n, "there are not n members")
        return members

    def pool_root(commit, members_form):
        leaves = (member_leaf(i, x["person"], x["attrs"], x["count"]) for i, x in enumerate(members_form))
        must(tree(leaves).hex() == commit["pool_root"], "the tree's root is another")
        return members_form

    def person_order(pool_root): must(ascend([x["person"] for x in pool_root]), "the members do not ascend")

    def attributes(commit, rules_form, pool_root):
        for i, x in enumerate(pool_root):
            home, *caps = [str(label or "") for label in [x["household"], *x["caps"]]]
            found = attrs(commit["event"], x["salt"], x["pairs"], home if rules_form["households"] else None, caps)
            must(found == x["attrs"], f"the values of member {i} do not give the hash")

    def household_labels(rules_form, pool_root, attributes):
        must(rules_form["households"] or all(x["household"] is None for x in pool_root), "there is no household rule")
        check_labels([x["household"] for x in pool_root], 1)

    def cap_labels(rules_form, pool_root, attributes):
        for place, cap in enumerate(rules_form["caps"]): check_labels([x["caps"][place] for x in pool_root], cap["max"])

    def observer_secret(observers):
        must(observers["observer-secret"][64:] == b"\n", "it is not 64 digits and a line feed")
        return unhex(observers["observer-secret"][:64].decode())

    def portfolio_form(commit, observers): return read_portfolio(observers["portfolio.csv"], commit, commit["m"])

    def portfolio_root(commit, observer_secret, portfolio_form):
        check_portfolio_root(portfolio_form, observer_secret, commit["portfolio_root"])
        return portfolio_form

    def portfolio_order(portfolio_root): must(portfolio_root == sorted(portfolio_root), "the panels are not in order")

    def counts(pool_root, portfolio_root):
        panels = Counter(index for panel in portfolio_root for index in panel)
        must(all(panels[i] == x["count"] for i, x in enumerate(pool_root)), "a member is in more or fewer panels")

    def quotas(quotas_form, pool_root, attributes, portfolio_root):
        return check_quotas(quotas_form, pool_root, portfolio_root)

    def combinations(rules_form, pool_root, attributes, portfolio_root):
        check_combinations(rules_form, pool_root, portfolio_root)

    def households(pool_root, household_labels, portfolio_root): check_households(pool_root, portfolio_root)

    def caps(rules_form, pool_root, cap_labels, portfolio_root): check_caps(rules_form, pool_root, portfolio_root)

    def seated(rules_form, attributes, portfolio_root):
        must(all({*rules_form["seated"]} <= {*panel} for panel in portfolio_root), "a panel lacks who is seated")

    def counts_file(public, commit, quotas_form, rules_form, pool_root, counts_form, quotas, combinations, households,
                    caps, seated):
        pool, lines = Counter(pair for x in pool_root for pair in x["pairs"]), []
        rules = rules_form["combinations"].items()
        least = lambda pair: max((low for values, (low, _) in rules if pair in values), default=0)
        for feature in dict.fromkeys(feature for feature, _ in quotas_form):
            pairs = [pair for pair in quotas_form if pair[0] == feature]
            hide = hidden([(*quotas_form[pair], least(pair), pool[pair]) for pair in pairs], commit["k"])
            for pair, is_hidden in zip(pairs, hide):
                held = [panel[pair] for panel in quotas]
                panels = ["", ""] if any(hide) else [str(min(held)), str(max(held))]
                lines.append([*pair, "" if is_hidden else str(pool[pair]), *panels])
        found = "".join(map(csv_line, [["feature", "value", "pool", "panel_min", "panel_max"], *lines]))
        must(found.encode() == public["counts.csv"], "it is not what the members and the panels give")

    def hash_certificate(commit, observers): fits_hash(commit, "certificate", observers["certificate.json"])

    def certificate(commit, quotas_form, rules_form, observers, pool_root, portfolio_root, hash_certificate, quotas,
                    combinations, households, caps, seated):
        bounds, rows = rules_in_rows(quotas_form, rules_form, rules_form["seated"], pool_root)
        panels = Counter(index for panel in portfolio_root for index in panel)
        people = [(x["household"], panels[i], rows[i]) for i, x in enumerate(pool_root)]
        check_certificate(observers["certificate.json"], commit["k"], commit["m"], bounds, people)

    def replacement_panels(commit, observers, rules_form, pool_root, observer_secret, replacements, quotas,
                           combinations, households, caps, seated):
        for x in lotteries(replacements):
            e, record = x["e"], x["record"]
            panels = x["panels"] = read_portfolio(observers[f"replacements/{e}/portfolio.csv"], commit, record["m"])
            secret = H("asl/1/replacement-secret", observer_secret, u32(e))
            check_portfolio_root(panels, secret, record["portfolio_root"])
            must(panels == sorted(panels), "the panels are not in order")
            for panel in panels: check_members(panel, record)
            check_quotas(x["quotas"], pool_root, panels)
            check_combinations(rules_form, pool_root, panels)
            check_households(pool_root, panels)
            check_caps(rules_form, pool_root, panels)

    def replacement_fairness(commit, observers, rules_form, pool_root, replacements, replacement_panels):
        for x in lotteries(replacements):
            data, seated = observers[f"replacements/{x['e']}/certificate.json"], x["record"]["seated"]
            must(sha(data).hex() == x["record"]["sha256"]["certificate"], "its certificate has another hash")
            bounds, rows = rules_in_rows(x["quotas"], rules_form, [], pool_root)
            held = Counter(row for i in seated for row in rows[i])
            panels = Counter(i for panel in x["panels"] for i in panel)
            bounds = [(max(0, low - held[row]), high - held[row]) for row, (low, high) in enumerate(bounds)]
            people = [(pool_root[i]["household"], panels[i], rows[i]) for i in candidates(x["record"], pool_root)]
            check_certificate(data, commit["k"] - len(seated), x["record"]["m"], bounds, people)

    def replacement_tickets(commit, quotas_form, rules_form, pool_root, replacements, quotas, combinations, households,
                            caps, seated):
        bounds, rows = rules_in_rows(quotas_form, rules_form, [], pool_root)
        for x in filter(is_drawn, replacements):
            if x["record"]["method"] == "lottery": continue
            panel, seed = [*x["record"]["seated"]], unhex(x["end"]["seed"])
            held = Counter(row for i in panel for row in rows[i])
            off = lambda row, count: max(0, bounds[row][0] - count, count - bounds[row][1])
            change = lambda i: sum(off(row, held[row] + 1) - off(row, held[row]) for row in rows[i])
            waiting = sorted(candidates(x["record"], pool_root), key=lambda i: H("asl/1/ticket", seed, u32(i)))
            while waiting and len(panel) < commit["k"]:
                panel.append(min(waiting, key=change))  # of several the first in the order of the tickets
                held.update(rows[panel[-1]])
                home = pool_root[panel[-1]]["household"]
                waiting = [i for i in waiting if i != panel[-1] and (not home or pool_root[i]["household"] != home)]
            must(sorted(panel) == x["end"]["panel"], "the newcomers are not those whom the tickets give")

def candidates(record, members):
    homes = {members[i]["household"] for i in record["seated"]} - {None}
    return [i for i in record["eligible"] if members[i]["household"] not in homes]

def read_portfolio(data, commit, m):
    *lines, last = data.decode().split("\n")
    must(last == "" and len(lines) == m, "there are not m lines, each with a line feed")
    panels = [[number(index) for index in line.split(",")] for line in lines]
    for panel in panels: check_panel(panel, commit)
    return panels

def check_portfolio_root(panels, secret, root):
    salts = (H("asl/1/salt-panel", secret, u32(j)) for j in range(len(panels)))
    leaves = (panel_leaf(j, salt, panel) for j, (salt, panel) in enumerate(zip(salts, panels)))
    must(tree(leaves).hex() == root, "the tree's root is another")

def check_quotas(quotas, members, panels):
    held = [Counter(pair for index in panel for pair in members[index]["pairs"]) for panel in panels]
    kept = (low <= panel[pair] <= high for panel in held for pair, (low, high) in quotas.items())
    must(all(kept), "a panel does not keep a quota")
    return held

def check_combinations(rules, members, panels):
    for values, (low, high) in rules["combinations"].items():
        having = {i for i, x in enumerate(members) if {*values} <= {*x["pairs"]}}
        kept = (low <= len(having.intersection(panel)) <= high for panel in panels)
        must(all(kept), "a panel does not keep a combination")

def check_households(members, panels):
    for panel in panels:
        homes = sorted(members[i]["household"] for i in panel if members[i]["household"])
        must(ascend(homes), "a panel has two members of one household")

def check_caps(rules, members, panels):
    for panel in panels:
        for place, cap in enumerate(rules["caps"]):
            held = Counter(members[i]["caps"][place] for i in panel if members[i]["caps"][place])
            must(all(count <= cap["max"] for count in held.values()), "a panel does not keep a cap")

def check_certificate(data, k, m, bounds, people):  # people: (household, panels, rows) of each
    levels = read_json(data, CERTIFICATE, 64 << 20)["levels"]
    must(levels, "it has no levels")
    before, labels = None, {str(household) for household, _, _ in people if household}
    for level in levels:
        w, of, unfixed = level["rows"], level["households"], set(level["unfixed"])
        must(unfixed and ascend(level["unfixed"]), "a level is about nobody, or not in order")
        must(unfixed < before if before else unfixed == {*range(len(people))}, "a level is about the wrong members")
        must(len(w) == len(bounds) and of.keys() <= labels, "a multiplier has no row or household")
        R = level["total"] * k + sum(max(0, x) for x in of.values())
        R += sum(max(x * low, x * high) for x, (low, high) in zip(w, bounds))
        fixed = free = 0
        for i, (household, panels, rows) in enumerate(people):
            g = level["total"] + sum(w[row] for row in rows) + of.get(str(household), 0)
            R += max(0, -g)
            if i in unfixed: free += max(0, g)
            else: fixed += max(0, g) * panels
        above, below, before = m * R - fixed, m * free, unfixed
        must(above >= 0 and below > 0, "a level proves nothing")
        must(level["bound"] == min(10**12, -(-above * 10**12 // below)), "a level proves another bound")

def rules_in_rows(quotas, rules, seated, members):  # min and max of each row, and the rows in which each member counts
    bounds = {**quotas, **rules["combinations"]}
    for place, cap in enumerate(rules["caps"]):
        for label in range(1, 1 + max((x["caps"][place] or 0 for x in members), default=0)):
            bounds["cap", place, label] = 0, cap["max"]
    if seated: bounds["seated"] = len(seated), len(seated)
    number = {key: row for row, key in enumerate(bounds)}
    rows, seated = [], {*seated}
    for i, x in enumerate(members):
        keys = x["pairs"] + [values for values in rules["combinations"] if {*values} <= {*x["pairs"]}]
        keys += [("cap", place, label) for place, label in enumerate(x["caps"]) if label]
        rows.append([number[key] for key in keys + ["seated"] * (i in seated)])
    return list(bounds.values()), rows

def hidden(cells, k):  # which cells (min, max, min of combinations, pool) of a feature are hidden: "The head count"
    every, maxima = range(len(cells)), sum(most for _, most, _, _ in cells)
    floor = [max(0, low, least, k - maxima + high) for low, high, least, _ in cells]
    small = [floor[i] < 5 and cells[i][3] < floor[i] + 5 for i in every]
    if not any(small) or all(small): return small
    s = max((i for i in every if not small[i]), key=lambda i: (cells[i][1], -i))
    L = sum(cells[i][3] - (floor[i] + 4) for i in every if small[i]) + cells[s][3]
    seats = sum(min(cells[i][1], floor[i] if small[i] else L if i == s else cells[i][3]) for i in every)
    all_of_it = L < floor[s] + 5 or seats < k
    return [all_of_it or small[i] or i == s for i in every]

class Receipt:
    def receipt_form(receipt):
        x = read_json(receipt, RECEIPT)
        check_commit(x["commit"])
        must(x["index"] < x["commit"]["n"] and x["count"] <= x["commit"]["m"], "its numbers cannot be right")
        return x

    def receipt_commitment(options, receipt_form):
        found = sha((canonical(receipt_form["commit"]) + "\n").encode()).hex()
        must(found == receipt_form["commitment"] and options.commitment in (None, found), "it belongs to " + found)

    def receipt_signature(receipt_form):
        unhex(receipt_form["signature"], 64)
        raise Missing("Python cannot tell whether an Ed25519 signature is genuine; the page and boule can")

    def receipt_place(receipt_form):
        x, commit = receipt_form, receipt_form["commit"]
        person = H("asl/1/person", commit["event"].encode(), unhex(x["salt_person"]), x["identity"].encode())
        pairs = sorted(x["attributes"].items())
        found = attrs(commit["event"], unhex(x["salt_attrs"]), pairs, x["household"], x["caps"])
        leaf = member_leaf(x["index"], person, found, x["count"])
        root = climb(leaf, x["index"], commit["n"], [unhex(y) for y in x["path"]])
        must(root.hex() == commit["pool_root"], "the member and the path do not lead to pool_root")

# The verdict: (name, "held", "failed" or "not made", why) of each check in order; files are bytes by their path

class Files(dict):
    def __missing__(self, name): raise Missing(f"{name} is missing")

def verify(public, observers=None, commitment=None, before_draw=False):
    level = Public if observers is None else Observer
    options = argparse.Namespace(commitment=commitment, before_draw=before_draw, level=level)
    checks = [*vars(Public).items()] + [*vars(Observer).items()] * (observers is not None)
    left_out = DRAW if before_draw else []
    if not any(name.startswith("replacements/") for name in public):
        left_out = left_out + [name for name, _ in checks if name.startswith("replacement")]
    known = {"public": Files(public), "observers": Files(observers or {}), "options": options}
    return run([check for check in checks if check[0] not in left_out], known)

def check_receipt(data, commitment=None):
    return run(vars(Receipt).items(), {"receipt": data, "options": argparse.Namespace(commitment=commitment)})

def run(checks, known):
    outcomes = []
    for name, check in checks:
        if not inspect.isfunction(check): continue
        needs = inspect.signature(check).parameters
        try:
            lacking = [need for need in needs if need not in known]
            if lacking: raise Missing("needs " + ", ".join(lacking).replace("_", "-"))
            known[name] = check(**{need: known[need] for need in needs})
            outcome = "held", ""
        except LeftOut:
            known[name] = None
            continue
        except Missing as why: outcome = "not made", str(why)
        except (ValueError, LookupError, RecursionError, csv.Error) as why: outcome = "failed", str(why)[:200]
        outcomes.append((name.replace("_", "-"), *outcome))
    return outcomes

def exit_code(outcomes):
    return 1 if any(x[1] == "failed" for x in outcomes) else 2 if any(x[1] == "not made" for x in outcomes) else 0

def read_folder(folder):
    root = pathlib.Path(folder)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("public", nargs="?", help="the public folder")
    parser.add_argument("--observers", metavar="FOLDER", help="the observers' folder")
    parser.add_argument("--receipt", metavar="FILE", help="a member's receipt, checked instead")
    parser.add_argument("--commitment", metavar="HASH", type=str.lower, help="the commitment as you know it")
    parser.add_argument("--before-draw", action="store_true", help="the draw is still to come")
    args = parser.parse_args()
    if (args.public is None) == (args.receipt is None): parser.error("name a public folder or a receipt")
    if args.receipt:
        outcomes = check_receipt(pathlib.Path(args.receipt).read_bytes(), args.commitment)
    else:
        observers = read_folder(args.observers) if args.observers else None
        outcomes = verify(read_folder(args.public), observers, args.commitment, args.before_draw)
    for name, outcome, why in outcomes: print(f"{outcome:8}  {name}{why and ': ' + why}")
    return exit_code(outcomes)

if __name__ == "__main__":
    sys.exit(main())

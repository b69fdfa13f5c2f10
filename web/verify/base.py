"""What the checks in verify.py, replacements.py and receipt.py stand on: hashes, trees, seeds, the one form
of each file, the arithmetic of the rules and of the proof, and how checks are run."""
import argparse, csv, hashlib, inspect, io, itertools, json, pathlib, re, traceback, unicodedata
from collections import Counter

CHAINS = {  # genesis, period, bytes of a signature, hash
    "quicknet": (1692803367, 3, 48, "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"),
    "mainnet": (1595431050, 30, 96, "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce")}

class Missing(Exception): """A check cannot be made."""
class LeftOut(Exception): """A check does not belong to this record."""

class NotSo(ValueError): """Something that must hold does not."""

def must(*conditions):
    if not all(conditions): raise NotSo

def told(found, hash, what):  # is it the hash that somebody knows from elsewhere?
    if found != hash: raise NotSo(f"{what} is {found}, not {hash}")

# Hashes, trees (RFC 6962) and seeds

def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
def u32(number): return number.to_bytes(4, "big")
def F(x): return u32(len(x)) + x
def H(*parts): return sha(*(F(x.encode() if type(x) is str else x) for x in parts))

def tree(leaves):
    level = [sha(b"\0", leaf) for leaf in leaves]
    while len(level) > 1:  # pairs are joined; one without a partner moves up as it is
        pairs = [level[i:i + 2] for i in range(0, len(level), 2)]
        level = [sha(b"\1", *pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return level[0] if level else sha()

def climb(leaf, place, size, path):  # to the root above a leaf
    node, last = sha(b"\0", leaf), size - 1
    while last > 0:
        if place % 2: node = sha(b"\1", path.pop(0), node)
        elif place < last: node = sha(b"\1", node, path.pop(0))
        place, last = place // 2, last // 2
    must(not path)
    return node

def uniform(seed, label, n):
    hashes = (H("asl/1/stream", seed, label, j.to_bytes(8, "big")) for j in itertools.count())
    tries = (int.from_bytes(x[:4], "big") >> 32 - (n - 1).bit_length() for x in hashes)
    return next(v for v in tries if v < n)

def panel_leaf(j, salt, panel): return F(b"asl/1/panel") + u32(j) + salt + ",".join(map(str, panel)).encode()
def member_leaf(i, person, attrs, count): return F(b"asl/1/leaf") + u32(i) + person + attrs + u32(count)

def attributes_hash(event, salt, pairs, household, caps):  # the household is None where there is no rule
    homes = [] if household is None else ["@household", household]
    return H("asl/1/attrs", event, salt, *(x for pair in pairs for x in pair), *homes,
             *(x for label in caps for x in ("@cap", label)))

# What a value may be, and the JSON files: {..} has exactly these keys, [s] is a list of s, (s, z) is s or z

def string(x): return type(x) is str
def texts(x): return type(x) is dict and all(map(string, x.values()))
def text(x): return string(x) and x == unicodedata.normalize("NFC", x).strip("\t\n\f\r ")
def plain(x): return text(x) and not re.search("[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", x)
def digest(x): return string(x) and re.fullmatch("[0-9a-f]{64}", x)
def whole(most=2**32 - 1, least=0): return lambda x: type(x) is int and least <= x <= most
def multipliers(x): return type(x) is dict and all(map(WEIGHT, x.values())) and 0 not in x.values()
def ascend(xs): return all(a < b for a, b in zip(xs, xs[1:]))

SAFE, WEIGHT = whole(2**53 - 1), whole(2**53 - 1, 1 - 2**53)
SLOTS = {"beacon": ({"chain": string, "round": SAFE, "time": SAFE}, None),
         "witnessed": ({"description": string, "digits": whole()}, None)}
COMMIT = {
    "attempt": whole(least=1), "event": plain, "identity": [plain], "k": whole(least=1),
    "m": whole(100_000, 1), "n": whole(1_000_000, 1), "pool_root": digest, "portfolio_root": digest,
    "objective": ("leximin", "maximin", "nash", "goldilocks"), "previous": (digest, None), "program": plain,
    "protocol": "asl/1", "receipt_key": digest, "rehearsal": (True, False),
    "sha256": {"certificate": digest, "counts": digest, "quotas": digest, "rules": digest},
    "slots": SLOTS, "solver": plain, "void": (digest, None)}
VOID = {"attempt": whole(), "commitment": digest, "event": string, "reason": plain}
RULES = {"caps": [{"column": plain, "max": whole(least=1)}], "households": ({"columns": [plain]}, None),
         "combinations": [{"max": whole(), "min": whole(), "values": texts}], "seated": [whole()]}
READING = {"chain": string, "previous_signature": (string, None), "round": SAFE, "signature": string}
DRAWN = {"beacon": (READING, None), "panel": [whole()], "panel_path": [digest], "panel_salt": digest,
         "seed": digest, "t": whole(), "witnessed": (string, None)}
CERTIFICATE = {"levels": [{"bound": SAFE, "households": multipliers, "rows": [WEIGHT], "total": WEIGHT,
                           "unfixed": [whole()]}]}

def fits(x, shape):
    if type(shape) is tuple: return any(fits(x, one) for one in shape)
    if type(shape) is list: return type(x) is list and all(fits(item, shape[0]) for item in x)
    if type(shape) is dict and type(x) is dict:
        return x.keys() == shape.keys() and all(fits(x[key], shape[key]) for key in x)
    return shape(x) if callable(shape) else type(x) is type(shape) and x == shape

def canonical(x):  # RFC 8785
    if type(x) is list: return "[" + ",".join(map(canonical, x)) + "]"
    if type(x) is not dict: return json.dumps(x, ensure_ascii=False)
    keys = sorted(x, key=lambda key: key.encode("utf-16-be"))
    return "{" + ",".join(canonical(key) + ":" + canonical(x[key]) for key in keys) + "}"

def read_json(data, shape, limit=16 << 20):
    must(len(data) <= limit)
    value = json.loads(data.decode())
    must(fits(value, shape), (canonical(value) + "\n").encode() == data)
    return value

def read_commit(data): return sound(read_json(data, COMMIT))

def sound(commit):
    must(commit["event"], commit["k"] <= commit["n"])
    must(0 < len(commit["identity"]) == len(set(commit["identity"])))
    return commit

# The other files

COUNTS = ["feature", "value", "pool", "panel_min", "panel_max"]

def csv_line(row):
    return ",".join('"' + x.replace('"', '""') + '"' if re.search('[",\r\n]', x) else x for x in row) + "\n"

def read_csv(data, header):
    csv.field_size_limit(1 << 28)
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    must("".join(map(csv_line, rows)).encode() == data, rows[0] == header)
    must(all(len(row) == len(header) and all(map(text, row)) for row in rows))
    return rows[1:]

def number(x, most=2**32 - 1):
    must(re.fullmatch("0|[1-9][0-9]{0,9}", x), int(x) <= most)
    return int(x)

def unhex(x, size=32):
    must(re.fullmatch("[0-9a-f]{%d}" % (2 * size), x or ""))
    return bytes.fromhex(x)

def read_quotas(data):
    rows = read_csv(data, ["feature", "value", "min", "max"])
    quotas = {(feature, value): (number(least), number(most)) for feature, value, least, most in rows}
    must(0 < len(rows) <= 2000, ascend([row[:2] for row in rows]))  # by code points, which is by bytes
    must(all(name and plain(name) for pair in quotas for name in pair))
    must(all(least <= most for least, most in quotas.values()))
    return quotas

def is_panel(panel, commit): return len(panel) == commit["k"] and ascend(panel) and panel[-1] < commit["n"]

def read_portfolio(data, commit, m=None):
    *lines, last = data.decode().split("\n")
    panels = [[number(index) for index in line.split(",")] for line in lines]
    must(last == "", len(panels) == (m or commit["m"]), all(is_panel(panel, commit) for panel in panels))
    return panels

def read_hash_file(data):
    must(data[64:] == b"\n")
    return unhex(data[:64].decode())

# The slots

def check_announcement(slots):
    digits = slots["witnessed"]
    must(digits or slots["beacon"])
    must(not digits or 20 <= digits["digits"] <= 1000 and plain(digits["description"]))

def check_round(slots):
    if not slots["beacon"]: raise LeftOut
    chain, time, round = (slots["beacon"][x] for x in ("chain", "time", "round"))
    genesis, period, _, _ = CHAINS[chain]
    must(time >= genesis, round == (time - genesis + period - 1) // period + 1)

def check_slots(announced, draw):
    digits, beacon, slots = draw["witnessed"], draw["beacon"], [announced["witnessed"], announced["beacon"]]
    must([digits is None, beacon is None] == [slot is None for slot in slots])
    must(digits is None or re.fullmatch("[0-9]{%d}" % slots[0]["digits"], digits))
    must(beacon is None or all(beacon[x] == slots[1][x] for x in ("chain", "round")))

def signature(beacon):
    size, is_chained = CHAINS[beacon["chain"]][2], beacon["chain"] == "mainnet"
    must(is_chained == (beacon["previous_signature"] is not None))
    if is_chained: unhex(beacon["previous_signature"], size)
    return unhex(beacon["signature"], size)

def filled(draw):  # what the filled slots contribute to a seed
    digits, beacon = draw["witnessed"] or "", draw["beacon"]
    if not beacon: return digits, b"", b"", b""
    try: signed = signature(beacon)
    except ValueError: raise Missing("the signature does not have its length")
    return digits, unhex(CHAINS[beacon["chain"]][3]), beacon["round"].to_bytes(8, "big"), sha(signed)

def check_beacons(draws):
    beacons = [draw["beacon"] for draw in draws if draw["beacon"]]
    if not beacons: raise LeftOut
    for beacon in beacons: signature(beacon)
    raise Missing("whether a BLS signature is genuine needs mathematics that Python lacks")

# Panels and rules: for each row its min and max, and for each member the rows in which they count

def check_path(draw, lottery):
    leaf = panel_leaf(draw["t"], unhex(draw["panel_salt"]), draw["panel"])
    root = climb(leaf, draw["t"], lottery["m"], [unhex(node) for node in draw["panel_path"]])
    must(root.hex() == lottery["portfolio_root"])

def portfolio_tree(panels, secret):
    salts = (H("asl/1/salt-panel", secret, u32(j)) for j in range(len(panels)))
    return tree(panel_leaf(j, salt, panel) for j, (salt, panel) in enumerate(zip(salts, panels))).hex()

def check_labels(labels, alone):
    members = Counter(label for label in labels if label)
    must([*members] == [*range(1, len(members) + 1)], all(count > alone for count in members.values()))

def cap_bounds(rules, members):
    rows = {row for x in members for row in enumerate(x.caps) if row[1]}
    return {row: (0, rules["caps"][row[0]]["max"]) for row in sorted(rows)}

def bounds_of(quotas, rules, members):
    return {**quotas, **rules["combinations"], **cap_bounds(rules, members)}

def keep(bounds, panels, members):
    held = [Counter(row for i in panel for row in members[i].rows) for panel in panels]
    must(all(low <= panel[row] <= high for panel in held for row, (low, high) in bounds.items()))
    return held

def check_households(panels, members):
    homes = ([members[i].household for i in panel if members[i].household] for panel in panels)
    must(all(len(home) == len(set(home)) for home in homes))

# The proof of fairness, for people (household, panels, rows)

def check_certificate(data, k, m, bounds, people):
    levels, before = read_json(data, CERTIFICATE, 64 << 20)["levels"], None
    labels, everybody = {str(household) for household, _, _ in people if household}, {*range(len(people))}
    must(levels)
    for level in levels:
        w, of, unfixed = dict(zip(bounds, level["rows"])), level["households"], {*level["unfixed"]}
        must(len(level["rows"]) == len(bounds), of.keys() <= labels, unfixed, ascend(level["unfixed"]))
        must(unfixed < before if before else unfixed == everybody)
        R = level["total"] * k + sum(max(0, x) for x in of.values())
        R += sum(max(w[row] * low, w[row] * high) for row, (low, high) in bounds.items())
        fixed = free = 0
        for i, (household, panels, rows) in enumerate(people):
            g = level["total"] + sum(w[row] for row in rows) + of.get(str(household), 0)
            R += max(0, -g)
            if i in unfixed: free += max(0, g)
            else: fixed += max(0, g) * panels
        above, below, before = m * R - fixed, m * free, unfixed
        must(above >= 0, below > 0)
        must(level["bound"] == min(10**12, -(-above * 10**12 // below)))

# The verdict: (name, "held", "failed" or "not made", why) of each check; files are bytes by their path

class Files(dict):
    def __missing__(self, name): raise Missing(name + " is missing")

def run(checks, known):
    outcomes = []
    for name, check in checks.items():
        if not inspect.isfunction(check): continue
        needs = inspect.signature(check).parameters
        try:
            lacking = [need.replace("_", "-") for need in needs if need not in known]
            if lacking: raise Missing("needs " + ", ".join(lacking))
            known[name] = check(**{need: known[need] for need in needs})
            outcomes.append((name.replace("_", "-"), "held", ""))
        except LeftOut: known[name] = None
        except Missing as why: outcomes.append((name.replace("_", "-"), "not made", str(why)))
        except Exception as error:  # whatever a file makes go wrong is a lie of the file
            line = traceback.extract_tb(error.__traceback__)[-2 if type(error) is NotSo else -1].line
            why = str(error) if type(error) is NotSo else ""
            outcomes.append((name.replace("_", "-"), "failed", why or f"it stopped at this line: {line}"))
    return outcomes

def tell(outcomes):
    for name, outcome, why in outcomes: print(f"{outcome:8}  {name}{why and ': ' + why}")
    made = [outcome for _, outcome, _ in outcomes]
    if "failed" in made: verdict, code = f"Not verified: {made.count('failed')} of {len(made)} checks failed.", 1
    elif "not made" in made: verdict, code = f"Not complete: {made.count('not made')} of {len(made)} checks could not be made.", 2
    else: verdict, code = f"Verified: all {len(made)} checks held.", 0
    print(f"\n{verdict}")
    return code

def read_folder(folder):
    root = pathlib.Path(folder)
    if not root.is_dir(): raise argparse.ArgumentTypeError(f"there is no folder {folder}")
    files = [path for path in root.rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}

def read_file(name):
    try: return pathlib.Path(name).read_bytes()
    except OSError as error: raise argparse.ArgumentTypeError(f"{name} cannot be read: {error.strerror}")

def typed_hash(text):
    wrong = re.sub("[0-9a-f]", "", text.lower())
    if len(text) == 64 and not wrong: return text.lower()
    why = f"a commitment has 64 letters 0-9 a-f; this one has {len(text)}"
    raise argparse.ArgumentTypeError(why + (f", and {wrong[0]!r} is not one of them" if wrong else ""))

def typed_replacement(text):
    number, equals, hash = text.partition("=")
    if equals and re.fullmatch("[1-9][0-9]*", number): return f"{number}={typed_hash(hash)}"
    raise argparse.ArgumentTypeError("write it as 1=HASH: the number of the replacement and its hash")

def arguments(doc):
    return argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)

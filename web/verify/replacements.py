"""The checks of replacements as SPEC.md says. verify.py makes them where there are some; read that first."""
from base import *

RECORD = {
    "commitment": digest, "eligible": [whole()], "event": string, "m": whole(100_000),
    "method": ("lottery", "tickets"), "portfolio_root": (digest, None), "previous": digest,
    "protocol": "asl/1", "replacement": whole(), "seated": [whole()],
    "sha256": {"certificate": (digest, None), "quotas": (digest, None)}, "slots": SLOTS,
    "withdrawn": [whole()]}
VOID = {"event": string, "reason": plain, "record": digest, "replacement": whole()}
TICKETS = {"panel": [whole()], "seed": digest}

def read_record(data):
    record = read_json(data, RECORD)
    needed = [record["m"], record["portfolio_root"], record["sha256"]["certificate"]]
    others = [record["sha256"]["quotas"], *record["slots"].values()]
    must(all(needed) if record["method"] == "lottery" else not any(needed + others))
    return record

def read_end(public, folder, record, hash):  # the panel or the void that ended it, and the file's hash
    if folder + "draw.json" in public:
        must(folder + "void.json" not in public)
        data = public[folder + "draw.json"]
        return read_json(data, DRAWN if record["method"] == "lottery" else TICKETS), sha(data).hex()
    if folder + "void.json" not in public: return None, None
    data = public[folder + "void.json"]
    void = read_json(data, VOID)
    about = [void["event"], void["record"], void["replacement"]]
    must(void["reason"], about == [record["event"], hash.hex(), record["replacement"]])
    return void, sha(data).hex()

def lotteries(chain): return [x for x in chain if x["record"]["method"] == "lottery"]
def drawn(chain): return [x for x in chain if x["end"] and "panel" in x["end"]]

class Everybody:
    def replacements(public, commit, quotas_form, draw_form, seed, panel_path):
        names = {name for name in public if name.startswith("replacements/")}
        known, chain, panel = set(), [], draw_form["panel"]
        eligible, previous = sorted({*range(commit["n"])} - {*panel}), sha(public["draw.json"]).hex()
        while known < names:
            e, folder = len(chain) + 1, f"replacements/{len(chain) + 1}/"
            must(previous, any(name.startswith(folder) for name in names))  # the one before has ended
            known |= names & {folder + x for x in ("record.json", "draw.json", "void.json", "quotas.csv")}
            record, hash = read_record(public[folder + "record.json"]), sha(public[folder + "record.json"])
            own = [record[x] for x in ("commitment", "event", "replacement", "previous")]
            must(own == [sha(public["commit.json"]).hex(), commit["event"], e, previous])
            gone = {*record["withdrawn"]}
            must(ascend(record["withdrawn"]), gone <= {*panel, *eligible})
            must(len(record["seated"]) < commit["k"])
            must(record["seated"] == [i for i in panel if i not in gone])
            must(record["eligible"] == [i for i in eligible if i not in gone])
            quotas, its_hash = quotas_form, record["sha256"]["quotas"]
            must((its_hash is not None) == (folder + "quotas.csv" in names))
            if its_hash:
                must(sha(public[folder + "quotas.csv"]).hex() == its_hash)
                quotas = read_quotas(public[folder + "quotas.csv"])
                must([*quotas] == [*quotas_form])
            end, previous = read_end(public, folder, record, hash)
            chain.append({"e": e, "record": record, "hash": hash, "end": end, "quotas": quotas, "seed": seed})
            if drawn(chain[-1:]):
                panel, seed = end["panel"], unhex(end["seed"])
                eligible = [i for i in record["eligible"] if i not in {*panel}]
        return chain

    def replacement_slots(replacements):
        for x in lotteries(replacements):
            check_announcement(x["record"]["slots"])
            if x["record"]["slots"]["beacon"]: check_round(x["record"]["slots"])
            if drawn([x]): check_slots(x["record"]["slots"], x["end"])

    def replacement_beacons(replacements, replacement_slots):
        check_beacons([x["end"] for x in drawn(lotteries(replacements))])

    def replacement_draws(commit, seed, replacements, replacement_slots):
        for x in drawn(replacements):
            record, end, found, panel = x["record"], x["end"], x["seed"], {*x["end"]["panel"]}
            if record["method"] == "lottery":
                found = H("asl/1/reseed", seed, u32(x["e"]), x["hash"], *filled(end))
                must(end["t"] == uniform(found, "panel", record["m"]), len(end["panel"]) == commit["k"])
                check_path(end, record)
            must(end["seed"] == found.hex(), len(end["panel"]) <= commit["k"], ascend(end["panel"]))
            must({*record["seated"]} <= panel <= {*record["seated"], *record["eligible"]})

def candidates(record, members):
    homes = {members[i].household for i in record["seated"]} - {None}
    return [i for i in record["eligible"] if members[i].household not in homes]

class Accredited:
    def replacement_panels(commit, observers, rules_form, pool_root, observer_secret, replacements, quotas,
                           combinations, households, caps, seated):
        for x in lotteries(replacements):
            record, members, data = x["record"], pool_root, observers[f"replacements/{x['e']}/portfolio.csv"]
            panels = x["panels"] = read_portfolio(data, commit, record["m"])
            secret = H("asl/1/replacement-secret", observer_secret, u32(x["e"]))
            must(portfolio_tree(panels, secret) == record["portfolio_root"], panels == sorted(panels))
            stay, may = {*record["seated"]}, {*record["seated"], *record["eligible"]}
            must(all(stay <= {*panel} <= may for panel in panels))
            keep(bounds_of(x["quotas"], rules_form, members), panels, members)
            check_households(panels, members)

    def replacement_fairness(commit, observers, rules_form, pool_root, replacements, replacement_panels):
        for x in lotteries(replacements):
            data, record = observers[f"replacements/{x['e']}/certificate.json"], x["record"]
            must(sha(data).hex() == record["sha256"]["certificate"])
            held = Counter(row for i in record["seated"] for row in pool_root[i].rows)
            bounds = bounds_of(x["quotas"], rules_form, pool_root).items()
            bounds = {row: (max(0, low - held[row]), high - held[row]) for row, (low, high) in bounds}
            panels = Counter(i for panel in x["panels"] for i in panel)
            people = [(pool_root[i], panels[i]) for i in candidates(record, pool_root)]
            people = [(member.household, count, member.rows) for member, count in people]
            check_certificate(data, commit["k"] - len(record["seated"]), record["m"], bounds, people)

    def replacement_tickets(commit, quotas_form, rules_form, pool_root, replacements, quotas, combinations,
                            households, caps, seated):
        bounds = bounds_of(quotas_form, rules_form, pool_root)
        for x in drawn(replacements):
            if x["record"]["method"] == "lottery": continue
            panel, seed = [*x["record"]["seated"]], unhex(x["end"]["seed"])
            held = Counter(row for i in panel for row in pool_root[i].rows)
            off = lambda row, count: max(0, bounds[row][0] - count, count - bounds[row][1])
            change = lambda i: sum(off(row, held[row] + 1) - off(row, held[row]) for row in pool_root[i].rows)
            waiting = candidates(x["record"], pool_root)
            waiting.sort(key=lambda i: H("asl/1/ticket", seed, u32(i)))
            while waiting and len(panel) < commit["k"]:
                panel.append(min(waiting, key=change))  # of several the first in the order of the tickets
                held.update(pool_root[panel[-1]].rows)
                home = pool_root[panel[-1]].household
                waiting = [i for i in waiting if i != panel[-1]]
                if home: waiting = [i for i in waiting if pool_root[i].household != home]
            must(sorted(panel) == x["end"]["panel"])

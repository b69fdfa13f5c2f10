"""The vectors of SPEC.md and of the standards that it names, by web/verify/base.py."""
import pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "web" / "verify"))
import base as v

def equal(found, expected):
    if found != expected: raise SystemExit(f"{found} is not {expected}")

def refused(function, *args):
    try: function(*args)
    except ValueError: return
    raise SystemExit(f"{args} was not refused")

# SHA-256 and the seeds
equal(v.sha(b"abc").hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
C = v.sha(b'{"asl":"1","example":true}\n')
equal(C.hex(), "bcfb3bed01f57275fec62197e0965045e87b7fa708df48980739a9a26968b90e")
DIGITS = "63454660390103169462"
ROUND_1000 = {"chain": "quicknet", "previous_signature": None, "round": 1000, "signature":
              "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"}
equal(v.sha(v.signature(ROUND_1000)).hex(), "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd")
def seed(digits, beacon): return v.H("asl/1/seed", C, *v.filled({"witnessed": digits, "beacon": beacon}))
S = seed(DIGITS, ROUND_1000)
equal(S.hex(), "564449f5c47f1a523129339cafa1ad79423a92a9ce8fee4f3cf683a7cc9cce86")
equal(seed(DIGITS, None).hex(), "b5009194f8e7210ab0defed52f9449059ff3e992b1588a7bb81e6035f123fd6f")
equal(seed(None, ROUND_1000).hex(), "26382bcd88d8d173df7009fb3348082915c8c308466dc9dc15aac1b12aaa5787")
equal([v.uniform(S, "panel", n) for n in (1, 5, 1000, 65537, 2**32)], [0, 2, 813, 49120, 3413875403])
first = bytes.fromhex("b0a30ce8d089919505f249be66b8c35b33ad566385091e281879f31efc11fa56")
equal(sorted(range(8), key=lambda i: v.H("asl/1/ticket", first, v.u32(i))), [3, 1, 2, 7, 4, 0, 5, 6])

# Rounds, and signatures of another length
for chain, time, round in [("quicknet", 1692806364, 1000), ("quicknet", 1692806365, 1001),
                           ("quicknet", 1694775603, 657413), ("mainnet", 1597614570, 72785)]:
    v.check_round({"beacon": {"chain": chain, "time": time, "round": round}})
    refused(v.check_round, {"beacon": {"chain": chain, "time": time, "round": round + 1}})
refused(v.signature, {**ROUND_1000, "signature": ROUND_1000["signature"][2:]})
refused(v.signature, {**ROUND_1000, "previous_signature": ROUND_1000["signature"]})

# RFC 6962: the tree, and a path in it
LEAVES = [bytes.fromhex(x) for x in ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                     "606162636465666768696a6b6c6d6e6f"]]
ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
equal(v.tree(LEAVES).hex(), ROOT)
equal(v.tree([]).hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
path = [v.tree(LEAVES[1:2]), v.tree(LEAVES[2:4]), v.tree(LEAVES[4:])]
equal(v.climb(LEAVES[0], 0, 8, [*path]).hex(), ROOT)
refused(v.climb, LEAVES[0], 0, 8, [*path, path[0]])

# RFC 8785: sorting by UTF-16, and strings
keys = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\xf6": 7}
equal(v.canonical(keys), '{"\\r":2,"1":4,"\x80":6,"\xf6":7,"\u20ac":1,"\U0001f600":5,"\ufb33":3}')
value = {"string": "\u20ac$\x0f\nA'B\"\\\\\"/", "literals": [None, True, False]}
equal(v.canonical(value), '{"literals":[null,true,false],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}')
for text in ['{"a":1}', '{"a":1}\n\n', '{"a":1.0}\n', '{"a":-0}\n', '{"a":1,"a":1}\n', '{"a": 1}\n', '{"a":1e0}\n', "[" * 9999]:
    try: refused(v.read_json, text.encode(), {"a": v.whole()})
    except RecursionError: pass
print("all vectors hold")

#!/usr/bin/env python3
"""Checks a member's receipt as SPEC.md says; verify.py, with which it works, tells how to read this.

    python3 receipt.py FILE [--commitment HASH]

Whether the organiser's signature is genuine it cannot tell; verify.html can."""
import sys
from base import *

RECEIPT = {
    "attributes": texts, "caps": [string], "commit": COMMIT, "commitment": digest, "count": whole(),
    "household": (string, None), "identity": string, "index": whole(), "path": [digest], "protocol": "asl/1",
    "salt_attrs": digest, "salt_person": digest, "signature": (string, None)}

class Receipt:
    def receipt_form(receipt):
        x = read_json(receipt, RECEIPT)
        must(x["index"] < sound(x["commit"])["n"], x["count"] <= x["commit"]["m"])
        return x

    def receipt_commitment(commitment, receipt_form):
        found = sha((canonical(receipt_form["commit"]) + "\n").encode()).hex()
        told(found, receipt_form["commitment"], "the commitment inside the receipt")
        if commitment: told(found, commitment, "the commitment inside the receipt")

    def receipt_signature(receipt_form):
        unhex(receipt_form["signature"], 64)
        raise Missing("whether an Ed25519 signature is genuine needs mathematics that Python lacks")

    def receipt_place(receipt_form):
        x, event = receipt_form, receipt_form["commit"]["event"]
        person = H("asl/1/person", event, unhex(x["salt_person"]), x["identity"])
        values = sorted(x["attributes"].items())
        attrs = attributes_hash(event, unhex(x["salt_attrs"]), values, x["household"], x["caps"])
        leaf = member_leaf(x["index"], person, attrs, x["count"])
        root = climb(leaf, x["index"], x["commit"]["n"], [unhex(node) for node in x["path"]])
        must(root.hex() == x["commit"]["pool_root"])

def check_receipt(receipt, commitment=None):
    return run(vars(Receipt), {"receipt": receipt, "commitment": commitment})

def main():
    parser = arguments(__doc__)
    parser.add_argument("receipt", type=read_file, help="the receipt")
    parser.add_argument("--commitment", metavar="HASH", type=typed_hash, help="the commitment as you know it")
    given = parser.parse_args()
    outcomes = {name: (outcome, why) for name, outcome, why in check_receipt(**vars(given))}
    if not given.commitment and outcomes["receipt-commitment"][0] == "held":  # it only agrees with itself
        outcomes["receipt-commitment"] = "not made", "no commitment was given: --commitment HASH"
    return tell([(name, *outcome) for name, outcome in outcomes.items()])

if __name__ == "__main__": sys.exit(main())

"""Runs web/verify/verify.py over the cases that tests/verifiers.rs hands in, and prints what it says of each."""
import json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "web" / "verify"))
import receipt, verify

given = json.load(sys.stdin)
for case in given["cases"]:
    if case["receipt"] is not None:
        outcomes = receipt.check_receipt(bytes.fromhex(case["receipt"]), case["commitment"])
        print(json.dumps({name: outcome.replace(" ", "-") for name, outcome, _ in outcomes}))
        continue
    files = {**given["bases"][case["base"]], **case["changes"]}
    folders = {folder: {path.split("/", 1)[1]: bytes.fromhex(data) for path, data in files.items()
                        if data is not None and path.startswith(folder + "/")} for folder in ("public", "observers")}
    observers = folders["observers"] if case["observers"] else None
    outcomes = verify.verify(folders["public"], observers, case["commitment"], case["before_draw"])
    print(json.dumps({name: outcome.replace(" ", "-") for name, outcome, _ in outcomes}))

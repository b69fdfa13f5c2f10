"""What web/verify/verify.py and receipt.py say to people who call them: sentences, and the right exit code."""
import pathlib, subprocess, sys

ROOT = pathlib.Path(__file__).parents[2]
RECEIPT = ROOT / "fixtures/receipts/accept/receipt.json"
PUBLIC = ROOT / "fixtures/records/accept/replaced/public"
TOLD = "0aa5fb7626bbd14c31e702b99894f2a95eea24dce3e1f5548de4673806adc529"

def call(code, program, *given, says):
    command = [sys.executable, ROOT / "web/verify" / program, *given]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    output = done.stdout + done.stderr
    if done.returncode != code or says not in " ".join(output.split()) or "Traceback" in output or "must(" in output:
        raise SystemExit(f"{program} {given}: exit {done.returncode}, not {code} with {says!r}:\n{output}")

call(2, "receipt.py", RECEIPT, says="not made receipt-commitment: no commitment was given")
call(2, "receipt.py", RECEIPT, "--commitment", TOLD.upper(), says="held receipt-commitment")
call(1, "receipt.py", RECEIPT, "--commitment", "0" * 64, says=f"failed receipt-commitment: the commitment inside the receipt is {TOLD}")
call(2, "receipt.py", "missing.json", says="missing.json cannot be read: No such file")
for program, file in [("receipt.py", RECEIPT), ("verify.py", PUBLIC)]:
    call(2, program, file, "--commitment", TOLD[1:], says="64 letters 0-9 a-f; this one has 63")
    call(2, program, file, "--commitment", "x" + TOLD[1:], says="this one has 64, and 'x' is not one of them")
call(1, "verify.py", PUBLIC, "--commitment", TOLD, says="failed commitment: the hash of commit.json is ")
call(1, "verify.py", PUBLIC, "--replacement", "1=" + TOLD, says="failed replacement-hash: the hash of replacement 1 is ")
call(2, "verify.py", PUBLIC, "--replacement", "1=abc", says="this one has 3")
call(2, "verify.py", PUBLIC, "--replacement", TOLD, says="write it as 1=HASH")

// The work behind the page, in a thread of its own, so that no file can make the page hang.
import { Problem, read } from "./files.js";
import { papers } from "./receipt.js";
import { report } from "./report.js";
import { commitmentOf } from "./verify.js";

/** What the page says of the files, without their bytes. */
const named = (record) => ({
  public: [...record.public.keys()],
  observers: [...record.observers.keys()],
  receipts: [...record.receipts.keys()],
  private: record.private,
  others: record.others,
});

/** Reads what was dropped and checks it, but for the latter if it waits for a commitment. */
export async function work({ dropped, commitment, beforeDraw, waits = false }, tell) {
  try {
    const record = await read(dropped);
    tell({ files: named(record) });
    if (waits) return;
    if (record.receipts.size > 0) {
      tell({ receipts: papers(record.receipts, commitment ?? commitmentOf(record)) });
    }
    if (record.public.size === 0) return;
    const started = performance.now();
    const files = { public: record.public, observers: record.observers.size > 0 ? record.observers : null };
    const found = report(files, { commitment, beforeDraw }, (_, done) => tell({ done }));
    tell({ report: { ...found, seconds: (performance.now() - started) / 1000 } });
  } catch (error) {
    const isProblem = error instanceof Problem;
    const problem = { key: "result.broken", args: { message: String(error) } };
    tell({ problem: isProblem ? { key: error.key, args: error.args } : problem });
  }
}

// The page and its worker are one script: without a document it is the worker, or a program that wants the functions.
import { work } from "./worker.js";
import { start } from "./page.js";
import { checkEnrolment, checkReceipt, contradict, isSigned, papers } from "./receipt.js";
import { report } from "./report.js";
import { read, sort, unzip } from "./files.js";
import { say, WORDS } from "./words.js";
import { verify, exitCode } from "./verify.js";
import * as aloud from "./aloud.js";
import * as beacon from "./beacon.js";
import * as bytes from "./bytes.js";
import * as forms from "./forms.js";
import * as seeds from "./seed.js";

if (typeof document !== "undefined") {
  start();
} else if (typeof WorkerGlobalScope !== "undefined") {
  self.onmessage = ({ data }) => work(data, (message) => self.postMessage(message));
} else {
  const receipts = { checkEnrolment, checkReceipt, contradict, isSigned, papers };
  globalThis.boule = { report, read, sort, unzip, say, WORDS, verify, exitCode, aloud, beacon, bytes, forms, seeds, receipts };
}

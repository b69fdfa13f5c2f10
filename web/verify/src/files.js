// From what somebody drops on the page to the files of a record. Runs in the worker; nothing here trusts a byte.
import { unzipSync } from "fflate";
import { same } from "./bytes.js";
import { LARGEST_FILE } from "./forms.js";

const LARGEST_RECORD = 2 ** 29;
const MOST_FILES = 20_000;
const MOST_RECEIPTS = 200;

const PUBLIC = ["commit.json", "quotas.csv", "rules.json", "counts.csv", "draw.json", "void.json"];
const OBSERVERS = ["portfolio.csv", "certificate.json", "observer-secret"];
const OBSERVERS_HEADER = "index,person,attrs,count,salt,household";

/** Something about the files that is no matter of a check; `key` is one of english.js. */
export class Problem extends Error {
  constructor(key, args = {}) {
    super(key);
    Object.assign(this, { key, args });
  }
}

/**
 * Where a path belongs: `{ folder, name }` with the folder `public`, `observers`, `private`, `receipts`, `members` (a
 * members.csv that could be the observers' or the private one) or `others`.
 */
export function place(path) {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  const name = parts.at(-1) ?? "";
  const inner = (folder) => (parts.includes(folder) ? parts.slice(parts.lastIndexOf(folder)) : null);
  if (name.startsWith(".") || parts.includes("__MACOSX")) return { folder: "others", name: path };
  if (inner("private")) return { folder: "private", name };
  if (inner("receipts")) return { folder: name.endsWith(".json") ? "receipts" : "others", name };
  for (const folder of ["attempts", "replacements"]) {
    const isOpen = !OBSERVERS.includes(name);
    if (inner(folder)) return { folder: isOpen ? "public" : "observers", name: inner(folder).join("/") };
  }
  if (PUBLIC.includes(name)) return { folder: "public", name };
  if (OBSERVERS.includes(name)) return { folder: "observers", name };
  if (name === "members.csv") return { folder: inner("observers") ? "observers" : "members", name };
  return { folder: name.endsWith(".json") ? "receipts" : "others", name };
}

/** The files in a zip that could be part of a record, as `[path, bytes]`; `spare` bytes may be unpacked. */
export function unzip(name, bytes, spare) {
  let [entries, left] = [0, spare];
  const wanted = (entry) => {
    if (++entries > MOST_FILES) throw new Problem("problem.many");
    if (entry.name.endsWith("/") || ["others", "private"].includes(place(entry.name).folder)) return false;
    left -= entry.originalSize;
    if (left < 0 || entry.originalSize > LARGEST_FILE) throw new Problem("problem.zip-large", { file: name });
    return true;
  };
  try {
    return Object.entries(unzipSync(bytes, { filter: wanted }));
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem("problem.zip", { file: name, message: String(error.message ?? error) });
  }
}

const isZip = (bytes) => bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);

/** Whether JSON could be a receipt or an acknowledgement. */
const isPaper = (bytes) => /"(salt_person|kind)":/.test(new TextDecoder().decode(bytes.subarray(0, 2 ** 20)));

/** Whether a path says itself that it is in a record's folder. */
const isInFolder = (path) => path.split("/").some((part) => part === "public" || part === "observers");

/**
 * Puts files in the folders of a record. Those in folders named `public` and `observers` come first: a file of the same
 * name beside these folders, such as the quotas that the organiser started from, is not of the record.
 */
export function sort(files) {
  const record = { public: new Map(), observers: new Map(), receipts: new Map(), private: [], others: [] };
  const inside = new Set();
  for (const [path, bytes] of [...files].sort((a, b) => isInFolder(b[0]) - isInFolder(a[0]))) {
    let { folder, name } = place(path);
    if (folder === "members") {
      const start = new TextDecoder().decode(bytes.subarray(0, OBSERVERS_HEADER.length));
      folder = start === OBSERVERS_HEADER ? "observers" : "private";
    }
    if (folder === "receipts" && (record.receipts.size >= MOST_RECEIPTS || !isPaper(bytes))) folder = "others";
    const into = record[folder];
    if (Array.isArray(into)) {
      into.push(name);
    } else if (inside.has(`${folder}/${name}`) && !isInFolder(path)) {
      record.others.push(path);
    } else if (into.has(name) && !same(into.get(name), bytes)) {
      throw new Problem("problem.twice", { file: name });
    } else {
      into.set(name, bytes);
      if (isInFolder(path)) inside.add(`${folder}/${name}`);
    }
  }
  return record;
}

/** Reads what was dropped, `[{ path, file }]` with a File or Blob each, into the folders of a record. */
export async function read(dropped) {
  if (dropped.length > MOST_FILES) throw new Problem("problem.many");
  if (dropped.reduce((total, { file }) => total + file.size, 0) > LARGEST_RECORD) throw new Problem("problem.large");
  const files = [];
  let spare = LARGEST_RECORD;
  for (const { path, file } of dropped) {
    if (["private", "others"].includes(place(path).folder) && !/\.zip$/i.test(path)) {
      files.push([path, new Uint8Array()]);
      continue;
    }
    let bytes;
    try {
      bytes = new Uint8Array(await file.arrayBuffer());
    } catch (error) {
      throw new Problem("problem.read", { file: path, message: String(error.message ?? error) });
    }
    const inside = isZip(bytes) ? unzip(path, bytes, spare) : [[path, bytes]];
    spare -= inside.reduce((total, [, content]) => total + content.length, 0);
    files.push(...inside);
  }
  return sort(files);
}

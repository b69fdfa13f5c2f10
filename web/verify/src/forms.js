// The one form of JSON and CSV files: whatever has another is refused.
import { Failed } from "./outcome.js";
import { utf8, same } from "./bytes.js";

export const LARGEST_FILE = 256 * 2 ** 20;
export const LARGEST_JSON = 16 * 2 ** 20;
const LARGEST_INTEGER = 2 ** 53 - 1;

/** The text of a file. A byte-order mark stays, so that no first line with one is the right one. */
export function decode(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Failed("not-utf8");
  }
}

/** Text of SPEC.md: NFC, without ASCII white space at either end. */
export function isText(value) {
  return !/^[\t\n\f\r ]|[\t\n\f\r ]$/.test(value) && value.normalize("NFC") === value;
}

/** Plain text of SPEC.md: text without control characters. */
export function isPlain(value) {
  return isText(value) && !/[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/.test(value);
}

/** A whole number from 0 to `most` from its digits; null for any other text. */
export function integer(text, most = 2 ** 32 - 1) {
  const number = /^(0|[1-9][0-9]{0,9})$/.test(text) ? Number(text) : Infinity;
  return number <= most ? number : null;
}

// The shape of JSON: each of these gives a function that tells whether a value has it.

export const string = (value) => typeof value === "string" && value.isWellFormed();
export const plain = (value) => string(value) && isPlain(value);
export const hash = (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
export const boolean = (value) => typeof value === "boolean";
export const nothing = (value) => value === null;
export const whole = (least = 0, most = 2 ** 32 - 1) => (value) =>
  Number.isInteger(value) && !Object.is(value, -0) && least <= value && value <= most;
export const safe = whole(0, LARGEST_INTEGER);
export const signed = whole(-LARGEST_INTEGER, LARGEST_INTEGER);
export const oneOf = (...values) => (value) => values.includes(value);
export const either = (one, other) => (value) => one(value) || other(value);
export const list = (item) => (value) => Array.isArray(value) && value.every(item);

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** An object with exactly these keys. */
export function object(shapes) {
  const names = Object.keys(shapes);
  return (value) =>
    isObject(value) &&
    Object.keys(value).length === names.length &&
    names.every((name) => Object.hasOwn(value, name) && shapes[name](value[name]));
}

/** An object with any keys. */
export const map = (item) => (value) =>
  isObject(value) && Object.keys(value).every(string) && Object.values(value).every(item);

/** RFC 8785. Called only on what has a shape, so it never goes deep. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${members.join(",")}}`;
}

/** Reads JSON of a shape in its one form: RFC 8785 and a line feed. */
export function readJson(bytes, shape, limit = LARGEST_JSON) {
  if (bytes.length > limit) throw new Failed("too-large", { limit });
  const text = decode(bytes);
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Failed("not-json");
  }
  if (!shape(value)) throw new Failed("json-shape");
  if (`${canonical(value)}\n` !== text) throw new Failed("json-form");
  return value;
}

/** A row of CSV with its line feed. */
export function csvLine(fields) {
  const quoted = (field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
  return `${fields.map(quoted).join(",")}\n`;
}

/** Reads the field of CSV at `place`: the field, and the place of the comma or line feed after it. */
function field(text, place) {
  if (text[place] !== '"') {
    let end = place;
    while (end < text.length && text[end] !== "," && text[end] !== "\n") end++;
    return [text.slice(place, end), end];
  }
  let end = text.indexOf('"', place + 1);
  while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  if (end < 0) throw new Failed("csv-form");
  return [text.slice(place + 1, end).replaceAll('""', '"'), end + 1];
}

/** The rows of a CSV file below its header, each with as many fields. */
export function* readCsv(bytes, header) {
  const text = decode(bytes);
  let [start, place, row, first] = [0, 0, [], true];
  while (place < text.length) {
    const [value, end] = field(text, place);
    if (!isText(value)) throw new Failed("csv-text");
    row.push(value);
    place = end + 1;
    if (text[end] === ",") continue;
    if (text.slice(start, place) !== csvLine(row)) throw new Failed("csv-form");
    if (row.length !== header.length) throw new Failed(first ? "csv-header" : "csv-fields", { header: header.join(",") });
    if (first && row.some((name, i) => name !== header[i])) throw new Failed("csv-header", { header: header.join(",") });
    if (!first) yield row;
    [start, row, first] = [place, [], false];
  }
  if (first) throw new Failed("csv-header", { header: header.join(",") });
  if (row.length > 0) throw new Failed("csv-form");
}

/** The bytes of a file of one hash and a line feed. */
export function readHashFile(bytes) {
  const text = bytes.length === 65 ? decode(bytes) : "";
  if (!/^[0-9a-f]{64}\n$/.test(text)) throw new Failed("hash-file");
  return text.slice(0, 64);
}

export const equals = (bytes, text) => same(bytes, utf8(text));

// Hashes as words that can be read aloud: the PGP word list, one line for each byte.
import list from "../../../crates/sortition/src/words.txt";
import { hex, unhex } from "./bytes.js";

const LINES = list.trim().split("\n").map((line) => line.split(" "));

/** The words of a hash: of each byte at an even place, from 0, the first of its line, at an odd place the second. */
export function words(digits) {
  return [...unhex(digits)].map((byte, place) => LINES[byte][place % 2]).join(" ");
}

/** The 64 digits that somebody typed as digits or as words; null if it is neither. */
export function heard(text) {
  const typed = text.trim().toLowerCase();
  if (/^[0-9a-f]{64}$/.test(typed)) return typed;
  const spoken = typed.split(/[^a-z]+/).filter((word) => word !== "");
  const bytes = spoken.map((word, place) => LINES.findIndex((line) => line[place % 2] === word));
  return bytes.length === 32 && !bytes.includes(-1) ? hex(bytes) : null;
}

// Bytes: hexadecimal digits, F and H, and the tree of RFC 6962.
//
// SHA-256 is that of noble-hashes and not the browser's own: a record needs tens of thousands of hashes of a few bytes,
// and the browser's is asynchronous, which costs more than the hash itself.
import { sha256 } from "@noble/hashes/sha2.js";

const encoder = new TextEncoder();

/** The bytes of a text in UTF-8. */
export const utf8 = (text) => encoder.encode(text);

export function concat(...parts) {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) {
    bytes.set(part, place);
    place += part.length;
  }
  return bytes;
}

/** SHA-256 of parts, one after the other. */
export function sha(...parts) {
  return parts.length === 1 ? sha256(parts[0]) : sha256(concat(...parts));
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function hex(bytes) {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** The bytes of lower-case hexadecimal digits; null for any other text. */
export function unhex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) return null;
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

export const same = (a, b) => a.length === b.length && a.every((byte, place) => byte === b[place]);

/** -1, 0 or 1, by the first byte that differs. */
export function compare(a, b) {
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return Math.sign(a.length - b.length);
}

export function u32be(number) {
  return Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);
}

export function u64be(number) {
  return concat(u32be(Math.floor(number / 2 ** 32)), u32be(number % 2 ** 32));
}

/** F of SPEC.md: the length in 4 bytes, then the bytes. */
export const F = (part) => concat(u32be(part.length), part);

/** H of SPEC.md: SHA-256 of F(tag), F(part), .. */
export const H = (tag, ...parts) => sha(concat(F(utf8(tag)), ...parts.map(F)));

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The root of the tree of leaves: pairs are joined level by level; one without a partner moves up as it is. */
export function root(leaves) {
  let level = leaves.map((leaf) => sha(LEAF, leaf));
  if (level.length === 0) return sha(new Uint8Array());
  while (level.length > 1) {
    const above = [];
    for (let i = 0; i < level.length; i += 2) {
      above.push(i + 1 < level.length ? sha(NODE, level[i], level[i + 1]) : level[i]);
    }
    level = above;
  }
  return level[0];
}

/** The root above the leaf at `place` of `size`, by its path; null if the path does not have the place's length. */
export function climb(leaf, place, size, path) {
  let node = sha(LEAF, leaf);
  let used = 0;
  for (let last = size - 1; last > 0; last = Math.floor(last / 2)) {
    if (place % 2 === 1 || place < last) {
      if (used === path.length) return null;
      const sibling = path[used++];
      node = place % 2 === 1 ? sha(NODE, sibling, node) : sha(NODE, node, sibling);
    }
    place = Math.floor(place / 2);
  }
  return used === path.length ? node : null;
}

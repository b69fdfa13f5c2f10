// The seed, and the numbers that follow from it.
import { H, u32be, u64be, utf8 } from "./bytes.js";

const NOTHING = new Uint8Array();

/** The seed of a draw. `pulse` is null, or the beacon's `{ chain, round, randomness }`. */
export function seed(commitment, witnessed, pulse) {
  return H("asl/1/seed", commitment, ...slots(witnessed, pulse));
}

/** What the filled slots contribute to a seed; one that was not announced is the empty string in each of its places. */
export function slots(witnessed, pulse) {
  const beacon = pulse ? [pulse.chain, u64be(pulse.round), pulse.randomness] : [NOTHING, NOTHING, NOTHING];
  return [utf8(witnessed ?? ""), ...beacon];
}

/** A number below n, 1 to 2^32, each equally likely. */
export function uniform(seed, label, n) {
  if (n === 1) return 0;
  const bits = 32 - Math.clz32(n - 1);
  for (let j = 0; ; j++) {
    const stream = H("asl/1/stream", seed, utf8(label), u64be(j));
    const value = new DataView(stream.buffer, stream.byteOffset).getUint32(0) >>> (32 - bits);
    if (value < n) return value;
  }
}

/** The ticket of a member in the reserve list. */
export const ticket = (seed, index) => H("asl/1/ticket", seed, u32be(index));

// The public beacons that a draw may name, and whether a signature of theirs is genuine.
import { bls12_381 as bls } from "@noble/curves/bls12-381.js";
import { concat, sha, u64be, unhex } from "./bytes.js";
import { must } from "./outcome.js";

/** No others, or an organiser could run one. `size` is the bytes of a signature; `chained`: it signs the one before. */
export const CHAINS = {
  quicknet: {
    hash: "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
    key:
      "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451" +
      "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
    genesis: 1692803367,
    period: 3,
    size: 48,
    chained: false,
    scheme: bls.shortSignatures,
    tag: "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_",
  },
  mainnet: {
    hash: "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce",
    key: "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31",
    genesis: 1595431050,
    period: 30,
    size: 96,
    chained: true,
    scheme: bls.longSignatures,
    tag: "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_",
  },
};

/** The chain of that name, if a draw may name it. */
export const chainNamed = (name) => (Object.hasOwn(CHAINS, name) ? CHAINS[name] : null);

/** The first round that comes out at `time` (Unix seconds) or later. */
export const roundAt = (chain, time) => Math.ceil((time - chain.genesis) / chain.period) + 1;

/** The signatures of a reading of draw.json as bytes, if they have the length and are there exactly where needed. */
export function signatures(reading) {
  const chain = chainNamed(reading.chain);
  const bytes = (text) => {
    const signature = unhex(text);
    must(signature?.length === chain.size, "signature-length", { size: chain.size });
    return signature;
  };
  must(chain, "chain-unknown");
  must((reading.previous_signature !== null) === chain.chained, "signature-before");
  return { signature: bytes(reading.signature), before: chain.chained ? bytes(reading.previous_signature) : null };
}

/** Whether the network signed this round. Any bytes may come in. */
export function isGenuine(chain, round, signature, before) {
  const message = sha(before ? concat(before, u64be(round)) : u64be(round));
  try {
    const point = chain.scheme.Signature.fromBytes(signature);
    if (point.is0()) return false;
    return chain.scheme.verify(point, chain.scheme.hash(message, chain.tag), unhex(chain.key));
  } catch {
    return false;
  }
}

// The vectors of SPEC.md and of the standards that it names, by the code inside the page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { functionsOfThePage } from "./records.mjs";

const { aloud, beacon, bytes, forms, receipts, seeds } = functionsOfThePage();
const { hex, root, sha, unhex, utf8, climb } = bytes;
const { CHAINS, isGenuine, roundAt } = beacon;

const QUICKNET = {
  123: [
    "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92",
    "fb8f7bc29bf24db51871ec8c79f3a1e4bd0557bc0dfcee9ed1d924e69d1c60dc",
  ],
  1000: [
    "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
    "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
  ],
  657413: [
    "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b",
    "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587",
  ],
};
const MAINNET = {
  before:
    "a609e19a03c2fcc559e8dae14900aaefe517cb55c840f6e69bc8e4f66c8d18e8a609685d9917efbfb0c37f058c2de88f" +
    "13d297c7e19e0ab24813079efe57a182554ff054c7638153f9b26a60e7111f71a0ff63d9571704905d3ca6df0b031747",
  signature:
    "82f5d3d2de4db19d40a6980e8aa37842a0e55d1df06bd68bddc8d60002e8e959eb9cfa368b3c1b77d18f02a54fe047b8" +
    "0f0989315f83b12a74fd8679c4f12aae86eaf6ab5690b34f1fddd50ee3cc6f6cdf59e95526d5a5d82aaa84fa6f181e42",
  randomness: "8b676484b5fb1f37f9ec5c413d7d29883504e5b669f604a1ce68b3388e9ae3d9",
};

test("signatures of quicknet", () => {
  const { quicknet } = CHAINS;
  for (const [round, [signature, randomness]] of Object.entries(QUICKNET)) {
    assert.equal(hex(sha(unhex(signature))), randomness);
    assert.ok(isGenuine(quicknet, Number(round), unhex(signature), null), round);
    assert.ok(!isGenuine(quicknet, Number(round) + 1, unhex(signature), null), "another round");
  }
  const signature = unhex(QUICKNET[1000][0]);
  for (const place of [0, 1, 24, 47]) {
    const altered = signature.slice();
    altered[place] ^= 1;
    assert.ok(!isGenuine(quicknet, 1000, altered, null), `byte ${place}`);
  }
  const negative = signature.slice();
  negative[0] ^= 0x20;
  assert.ok(!isGenuine(quicknet, 1000, negative, null), "the other point with the same x");
  const infinity = unhex(`c0${"00".repeat(47)}`);
  assert.ok(!isGenuine(quicknet, 1000, infinity, null), "the point at infinity");
  const tooLarge = unhex(`9f${"ff".repeat(47)}`);
  assert.ok(!isGenuine(quicknet, 1000, tooLarge, null), "an x that is no element of the field");
});

test("signatures of the main network", () => {
  const { mainnet } = CHAINS;
  const [before, signature] = [unhex(MAINNET.before), unhex(MAINNET.signature)];
  assert.equal(hex(sha(signature)), MAINNET.randomness);
  assert.ok(isGenuine(mainnet, 72785, signature, before));
  assert.ok(!isGenuine(mainnet, 72784, signature, before), "another round");
  const altered = before.slice();
  altered[95] ^= 1;
  assert.ok(!isGenuine(mainnet, 72785, signature, altered), "the signature before was altered");
});

test("rounds", () => {
  assert.equal(roundAt(CHAINS.quicknet, 1692806364), 1000);
  assert.equal(roundAt(CHAINS.quicknet, 1692806365), 1001);
  assert.equal(roundAt(CHAINS.quicknet, 1694775603), 657413);
  assert.equal(roundAt(CHAINS.mainnet, 1597614570), 72785);
});

test("seeds, numbers and tickets", () => {
  assert.equal(hex(sha(utf8("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const C = sha(utf8('{"asl":"1","example":true}\n'));
  assert.equal(hex(C), "bcfb3bed01f57275fec62197e0965045e87b7fa708df48980739a9a26968b90e");
  const digits = "63454660390103169462";
  const pulse = { chain: unhex(CHAINS.quicknet.hash), round: 1000, randomness: unhex(QUICKNET[1000][1]) };
  const both = seeds.seed(C, digits, pulse);
  assert.equal(hex(both), "564449f5c47f1a523129339cafa1ad79423a92a9ce8fee4f3cf683a7cc9cce86");
  const [dice, alone] = [seeds.seed(C, digits, null), seeds.seed(C, null, pulse)];
  assert.equal(hex(dice), "b5009194f8e7210ab0defed52f9449059ff3e992b1588a7bb81e6035f123fd6f");
  assert.equal(hex(alone), "26382bcd88d8d173df7009fb3348082915c8c308466dc9dc15aac1b12aaa5787");
  const numbers = [1, 5, 1000, 65537, 2 ** 32].map((n) => seeds.uniform(both, "panel", n));
  assert.deepEqual(numbers, [0, 2, 813, 49120, 3413875403]);
  const first = unhex("b0a30ce8d089919505f249be66b8c35b33ad566385091e281879f31efc11fa56");
  const tickets = Array.from({ length: 8 }, (_, index) => [hex(seeds.ticket(first, index)), index]).sort();
  assert.deepEqual(tickets.map(([, index]) => index), [3, 1, 2, 7, 4, 0, 5, 6]);
});

test("hashes read aloud", () => {
  const digits = "e58294f2e9a227486e8b061b31cc528fd7fa3f19000000000000000000000000";
  const said =
    "topmost istanbul pluto vagabond treadmill pacific brackish dictator goldfish medusa afflict bravado chatter revolver " +
    "dupont midsummer stopwatch whimsical cowbell bottomless";
  assert.ok(aloud.words(digits).startsWith(`${said} `));
  assert.equal(aloud.heard(aloud.words(digits).toUpperCase().replaceAll(" ", ", ")), digits);
  assert.equal(aloud.heard(` ${digits.toUpperCase()}\n`), digits);
  const words = aloud.words(digits).split(" ");
  const swapped = [words[1], words[0], ...words.slice(2)];
  for (const wrong of [words.slice(1), words.slice(0, 31), swapped, ["ahead"]]) assert.equal(aloud.heard(wrong.join(" ")), null);
});

test("Ed25519: RFC 8032, section 7.1, tests 1 to 3", () => {
  for (const [key, message, signature] of [
    [
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
      "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
  ]) {
    const [A, M, S] = [key, message, signature].map(unhex);
    assert.ok(receipts.isSigned(A, M, S));
    assert.ok(!receipts.isSigned(A, utf8("another"), S));
    for (let place = 0; place < 64; place += 7) {
      const altered = S.slice();
      altered[place] ^= 1;
      assert.ok(!receipts.isSigned(A, M, altered), `byte ${place}`);
    }
  }
  // A second form of a signature: S + L instead of S.
  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const S = unhex("5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
  const more = BigInt(`0x${hex(S.slice().reverse())}`) + L;
  const second = unhex(more.toString(16).padStart(64, "0")).reverse();
  const R = unhex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155");
  const key = unhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  assert.ok(!receipts.isSigned(key, new Uint8Array(), Uint8Array.of(...R, ...second)));
  // A key of small order signs everything.
  const identity = Uint8Array.of(1, ...new Uint8Array(31));
  assert.ok(!receipts.isSigned(identity, utf8("anything"), Uint8Array.of(...identity, ...new Uint8Array(32))));
});

test("the tree of RFC 6962", () => {
  const leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
  const expected = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328";
  assert.equal(hex(root(leaves.map(unhex))), expected);
  assert.equal(hex(root([])), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const path = [sha(Uint8Array.of(0, 0)), null, null];
  const pair = (a, b) => sha(Uint8Array.of(1, ...a, ...b));
  const leaf = (i) => sha(Uint8Array.of(0, ...unhex(leaves[i])));
  path[1] = pair(leaf(2), leaf(3));
  path[2] = pair(pair(leaf(4), leaf(5)), pair(leaf(6), leaf(7)));
  path[0] = leaf(1);
  assert.equal(hex(climb(unhex(""), 0, 8, path)), expected);
  assert.equal(climb(unhex(""), 0, 8, path.slice(1)), null, "a path that is too short");
  assert.equal(climb(unhex(""), 0, 8, [...path, path[0]]), null, "a path that is too long");
});

test("the examples of RFC 8785", () => {
  const keys = { "\u20ac": 1, "\r": 2, "\ufb33": 3, 1: 4, "\u{1f600}": 5, "\u0080": 6, "\u00f6": 7 };
  assert.equal(forms.canonical(keys), '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"\u{1f600}":5,"\ufb33":3}');
  const value = JSON.parse('{"string": "\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/", "literals": [null, true, false]}');
  assert.equal(forms.canonical(value), '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}');
});

test("JSON has one form", () => {
  const shape = forms.object({ text: forms.string, whole: forms.signed });
  const read = (text) => forms.readJson(utf8(text), shape);
  const good = '{"text":"x","whole":-5}\n';
  assert.deepEqual(read(good), { text: "x", whole: -5 });
  for (const [from, to] of [
    ["\n", ""], ["\n", "\n\n"], ["-5", "-5.0"], ["-5", "-5e0"], ["-5", "-0"], ["-5", "9007199254740993"], ["-5", "1e400"],
    ['"x"', '"x","text":"x"'], ['"x"', '"\\u0041"'], ['"x"', '"\\ud800"'], ['"x"', '"x","z":0'], ['"text":"x",', ""], [":", ": "],
  ]) {
    assert.throws(() => read(good.replace(from, to)), undefined, to);
  }
});

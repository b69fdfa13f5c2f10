"use strict";
const settings = JSON.parse(document.getElementById("settings").textContent);
const said = document.getElementById("said");
const bytes = (hex) => Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
const hex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
const text = (string) => new TextEncoder().encode(string);
function number(value, width) {
  const out = new Uint8Array(width);
  for (let place = width - 1; place >= 0; place -= 1) { out[place] = value % 256; value = Math.floor(value / 256); }
  return out;
}
async function sha256(data) { return new Uint8Array(await crypto.subtle.digest("SHA-256", data)); }
async function hash(tag, values) {
  const parts = [text(tag), ...values].flatMap((value) => [number(value.length, 4), value]);
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { all.set(part, at); at += part.length; }
  return sha256(all);
}
async function pick(seed, m) {
  if (m === 1) return 0;
  const bits = (m - 1).toString(2).length;
  for (let j = 0; ; j += 1) {
    const word = await hash("asl/1/stream", [seed, text("panel"), number(j, 8)]);
    const value = Math.floor((((word[0] * 256 + word[1]) * 256 + word[2]) * 256 + word[3]) / 2 ** (32 - bits));
    if (value < m) return value;
  }
}
async function drawn(draw) {
  const beacon = draw.beacon;
  if ((draw.witnessed === null) !== (settings.digits === 0)) throw new Error("the digits are not as announced");
  if (draw.witnessed !== null && !new RegExp(`^[0-9]{${settings.digits}}$`).test(draw.witnessed)) throw new Error("the digits are not as announced");
  if ((beacon === null) !== (settings.round === null)) throw new Error("the beacon is not as announced");
  if (beacon !== null && (beacon.round !== settings.round || beacon.chain !== settings.chain)) throw new Error("this is another round of the beacon");
  const none = new Uint8Array(0);
  const pulse = beacon === null ? [none, none, none]
    : [bytes(settings.chainHash), number(beacon.round, 8), await sha256(bytes(beacon.signature))];
  const seed = await hash(settings.tag, [...settings.fixed.map(bytes), text(draw.witnessed ?? ""), ...pulse]);
  if (hex(seed) !== draw.seed) throw new Error("the seed does not follow from the commitment and the randomness");
  if (await pick(seed, settings.m) !== draw.t) throw new Error("the number does not follow from the seed");
  return draw;
}
function show(draw) {
  document.getElementById("number").textContent = draw.t.toLocaleString("en");
  document.getElementById("digits").textContent = draw.witnessed === null ? "" : draw.witnessed.replace(/(.{5})(?=.)/g, "$1 ");
  document.getElementById("seed").textContent = draw.seed;
  const list = document.getElementById("panel");
  list.replaceChildren(...draw.panel.map((index) => {
    const item = document.createElement("li");
    item.textContent = index.toLocaleString("en");
    return item;
  }));
  document.getElementById("result").hidden = false;
  said.textContent = settings.round === null
    ? "Seed and number were computed here, from the commitment and the digits."
    : "Seed and number were computed here. That the beacon is genuine is for verify.html or boule verify to check.";
}
document.getElementById("file").addEventListener("change", async (event) => {
  const file = event.target.files[0];
  if (!file) return;
  try {
    if (file.size > 16777216) throw new Error("the file is too large");
    show(await drawn(JSON.parse(await file.text())));
  } catch (error) {
    document.getElementById("result").hidden = true;
    said.textContent = `This is not the draw: ${error.message}.`;
  }
});

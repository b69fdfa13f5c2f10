"use strict";
const settings = JSON.parse(document.getElementById("settings").textContent);
const digits = [];
let reading = -1;
const board = document.getElementById("board");
const said = document.getElementById("said");
const read = document.getElementById("read");
function show() {
  board.replaceChildren();
  for (let place = 0; place < settings.digits; place += 1) {
    const cell = document.createElement("span");
    cell.textContent = place < digits.length ? digits[place] : "·";
    cell.className = place === reading ? "now" : place < digits.length ? "in" : "out";
    board.append(cell);
    if (place % 5 === 4) board.append(document.createElement("wbr"), " ");
  }
  const left = settings.digits - digits.length;
  document.getElementById("text").value = left === 0 ? digits.join("") : "";
  read.disabled = left > 0;
  if (reading >= 0) said.textContent = `Place ${reading + 1} of ${settings.digits}: ${digits[reading]}`;
  else if (left > 0) said.textContent = `Throw ${digits.length + 1} of ${settings.digits}`;
  else said.textContent = "All digits are in. Read them back from the minutes, one by one.";
}
function enter(digit) {
  if (digits.length < settings.digits && reading < 0) digits.push(digit);
  show();
}
function undo() {
  if (reading < 0) digits.pop();
  reading = -1;
  show();
}
function next() {
  reading = reading + 1 < settings.digits ? reading + 1 : -1;
  show();
}
for (let digit = 0; digit < 10; digit += 1) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = String(digit);
  button.addEventListener("click", () => enter(String(digit)));
  document.getElementById("keys").append(button);
}
document.getElementById("undo").addEventListener("click", undo);
read.addEventListener("click", next);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (/^[0-9]$/.test(event.key)) enter(event.key);
  if (event.key === "Backspace") undo();
});
show();

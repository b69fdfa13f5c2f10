// The page: takes files, lets the worker check them, and shows what it found.
import { heard, words } from "./aloud.js";
import { el } from "./dom.js";
import { chancesPicture, panelPicture, quotasPicture } from "./picture.js";
import { exitCode } from "./verify.js";
import { LANGUAGES, say, write } from "./words.js";

const NOTHING = { report: null, receipts: null, problem: null, done: 0, stopped: false, waits: false };
const state = { language: "en", dropped: [], files: null, worker: null, typing: false, asked: "", ...NOTHING };
const byId = (id) => document.getElementById(id);
const t = (key, args) => say(state.language, key, args);

// Taking files -------------------------------------------------------------------------------------------------------

const SHOWN = 12;

function nameList(names) {
  const list = names.slice(0, SHOWN).join(", ");
  return names.length > SHOWN ? t("files.more", { files: list, more: names.length - SHOWN }) : list;
}

function showFiles() {
  const { files } = state;
  const folders = ["public", "observers", "receipts", "private", "others"].filter((folder) => files?.[folder].length > 0);
  const items = folders.map((folder) => el("li", {}, t(`files.${folder}`, { files: nameList(files[folder]) })));
  byId("taken").replaceChildren(...(items.length > 0 ? items : [el("li", {}, t("files.none"))]));
  byId("clear").hidden = state.dropped.length === 0;
}

function take(dropped) {
  if (dropped.length === 0) return;
  const known = new Set(dropped.map(({ path }) => path));
  state.dropped = [...state.dropped.filter(({ path }) => !known.has(path)), ...dropped];
  check();
}

const fromInput = (input) =>
  [...input.files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

/** All files in what was dropped; a browser may refuse a page on disk to look into a folder. */
async function fromDrop(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry);
  const plain = [...transfer.files].map((file) => ({ path: file.name, file }));
  if (!entries.some((entry) => entry.isDirectory)) return plain;
  try {
    return (await Promise.all(entries.map(walk))).flat();
  } catch {
    show({ key: "problem.folder", args: {} });
    return [];
  }
}

async function walk(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ""), file }];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return (await Promise.all(found.map(walk))).flat();
    found.push(...some);
  }
}

// Checking -----------------------------------------------------------------------------------------------------------

const typed = () => byId("commitment").value.trim();
const isWrong = () => typed() !== "" && heard(typed()) === null;

/** Nobody is told that a commitment is wrong who is still typing it. */
function showCommitment() {
  const isTold = isWrong() && !state.typing;
  byId("commitment").setAttribute("aria-invalid", String(isTold));
  byId("commitment-wrong").textContent = isTold ? t("commitment.wrong") : "";
}

/** What was found was for the commitment before: it goes at once, and a whole one is checked. */
function type() {
  if (!isWrong()) return check();
  stop();
  Object.assign(state, NOTHING, { typing: true, asked: null, waits: state.dropped.length > 0 });
  render();
}

function stop() {
  state.worker?.terminate();
  state.worker = null;
}

function check() {
  stop();
  const waits = isWrong() && state.dropped.length > 0;
  Object.assign(state, NOTHING, { typing: false, asked: typed(), waits });
  if (state.dropped.length > 0) {
    const code = new Blob([byId("code").textContent], { type: "text/javascript" });
    const address = URL.createObjectURL(code);
    state.worker = new Worker(address);
    state.worker.onmessage = ({ data }) => hear(data);
    state.worker.onerror = (event) => show({ key: "result.broken", args: { message: event.message ?? "" } });
    state.worker.postMessage({ dropped: state.dropped, commitment: heard(typed()), beforeDraw: byId("before").checked, waits });
    URL.revokeObjectURL(address);
  }
  render();
}

function hear(message) {
  if (message.files) {
    state.files = message.files;
    showFiles();
    if (state.waits || isUnknown()) stop();
  }
  if (message.receipts) {
    state.receipts = message.receipts;
    if (state.files.public.length === 0) stop();
  }
  if (message.done) state.done = message.done;
  if (message.report) {
    state.report = message.report;
    stop();
  }
  if (message.problem) show(message.problem);
  else render();
}

/** Nothing that was put on the page can be checked. */
const isUnknown = () => state.files?.public.length === 0 && state.files.receipts.length === 0;

function show(problem) {
  stop();
  state.problem = problem;
  render();
}

function clear() {
  stop();
  Object.assign(state, NOTHING, { dropped: [], files: null });
  byId("pick").value = byId("pick-folder").value = "";
  render();
  byId("pick").focus();
}

// Showing ------------------------------------------------------------------------------------------------------------

const MARKS = { held: "✓", failed: "✗", "not-made": "–" };

function reasonText({ key, args }) {
  const named = args.check ? { ...args, check: `${t(`check.${args.check}`)} (${args.check})` } : args;
  return t(`why.${key}`, named);
}

function checkItem({ id, outcome, reason, of = null }) {
  const said = outcome === "not-made" ? t("outcome.because", { reason: reasonText(reason) }) : t(`outcome.${outcome}`);
  return el(
    "li",
    { class: outcome, id: of === null ? `check-${id}` : null, "data-check": id },
    el("span", { class: "mark", "aria-hidden": "true" }, MARKS[outcome]),
    el(
      "div",
      {},
      el("span", { class: "title" }, `${t(`check.${id}`)} `),
      el("code", {}, id),
      el("span", { class: outcome === "held" ? "unseen" : "said" }, ` ${said}${outcome === "failed" ? `: ${reasonText(reason)}` : ""}`),
    ),
  );
}

function verdict({ checks, exit, level, undrawn, seconds }) {
  const [outcome, all] = [["held", "failed", "not-made"][exit], checks.length];
  const failed = checks.filter((check) => check.outcome === "failed").map((check) => check.id);
  const held = checks.filter((check) => check.outcome === "held").length;
  const args = { all, held, count: failed.length, names: failed.join(", ") };
  const named = { held: `held.${level}`, failed: failed.length === 1 ? "failed.one" : "failed.many", "not-made": "not-made.all" };
  const took = t("took", { checks: all, seconds: write(state.language, Math.round(seconds * 100) / 100) });
  return el(
    "div",
    { class: `verdict ${outcome}`, id: "verdict", "data-exit": String(exit), "data-seconds": String(seconds) },
    el("p", {}, el("strong", {}, `${MARKS[outcome]} ${t(`verdict.${outcome}`)}`), ` ${t(`verdict.${named[outcome]}`, args)}`),
    exit === 2 && undrawn ? el("p", {}, t("verdict.undrawn")) : null,
    exit === 1 ? el("p", {}, t("verdict.share")) : null,
    el("p", { class: "took" }, took),
  );
}

function checkLists({ checks }) {
  return ["public", "observer"]
    .map((level) => [level, checks.filter((check) => check.level === level)])
    .filter(([, list]) => list.length > 0)
    .flatMap(([level, list]) => [el("h3", {}, t(`level.${level}`)), el("ol", { class: "checks" }, ...list.map(checkItem))]);
}

/** The verdict where there are receipts and no record. */
function papersVerdict({ papers, contradiction }) {
  const exit = contradiction ? 1 : exitCode(papers.flatMap(({ checks }) => checks));
  const [key, outcome] = [["receipts.held", "held"], ["receipts.failed", "failed"], ["receipts.untold", "not-made"]][exit];
  return el(
    "div",
    { class: `verdict ${outcome}`, id: "verdict", "data-exit": String(exit), "data-seconds": "0" },
    el("p", {}, el("strong", {}, `${MARKS[outcome]} ${t(key)}`)),
    el("p", {}, t("receipts.alone")),
  );
}

function paperSays({ isEnrolment, value }) {
  if (!value) return null;
  const values = Object.entries(value.attributes).map((pair) => pair.join(": ")).join(", ");
  const args = { ...value, ...value.commit, identity: value.identity.replaceAll("\n", ", "), values };
  return el("p", {}, t(isEnrolment ? "receipts.enrolment" : "receipts.says", args));
}

function receiptsFound({ papers, contradiction }) {
  const paper = (one) => [
    el("h4", {}, one.name),
    paperSays(one),
    el("ol", { class: "checks" }, ...one.checks.map((check) => checkItem({ ...check, id: check.id, of: one.name }))),
  ];
  const [one, other] = contradiction ?? [];
  return [
    el("h3", {}, t("receipts.title")),
    contradiction ? el("p", { class: "verdict failed" }, t("receipts.contradiction", { one, other })) : null,
    ...papers.flatMap(paper),
  ].filter((element) => element);
}

const known = (commitment) => [
  el("li", {}, `${t("facts.commitment")}: `, el("code", { class: "hash" }, commitment)),
  el("li", {}, `${t("facts.words")}: `, el("span", { lang: "en" }, words(commitment))),
];

function factsAndPictures({ commitment, facts, open, picture }) {
  const item = ({ key, args }) => el("li", {}, t(key, args));
  const pictures = [
    picture.panel && panelPicture(state.language, picture.panel),
    picture.quotas && quotasPicture(state.language, picture.quotas),
    picture.chances && chancesPicture(state.language, picture.chances),
  ].filter((one) => one);
  return [
    el("h3", {}, t("facts.title")),
    el("ul", {}, ...(commitment ? known(commitment) : []), ...facts.map(item)),
    ...(pictures.length > 0 ? [el("h3", {}, t("picture.title")), ...pictures] : []),
    el("h3", {}, t("open.title")),
    el("ul", {}, ...open.map(item)),
  ];
}

function status() {
  if (state.problem) return el("p", { class: "verdict failed" }, t(state.problem.key, state.problem.args));
  if (state.report) return verdict(state.report);
  if (state.stopped) return el("p", {}, t("result.stopped"));
  if (!state.worker && isUnknown()) return el("p", { class: "verdict not-made" }, t("result.unknown"));
  if (state.waits) return el("p", { class: "verdict not-made" }, t("result.waits"));
  if (state.receipts && state.files.public.length === 0) return papersVerdict(state.receipts);
  if (state.worker) return el("p", { "aria-busy": "true" }, t("result.working", { done: state.done }));
  return el("p", {}, t("result.waiting"));
}

function render() {
  document.documentElement.lang = state.language;
  document.title = t("page.title");
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = t(element.dataset.say);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === state.language));
  }
  showFiles();
  showCommitment();
  byId("stop").hidden = state.worker === null;
  byId("status").replaceChildren(status());
  const { receipts, report } = state;
  byId("found").replaceChildren(
    ...(receipts ? receiptsFound(receipts) : []),
    ...(report ? [...checkLists(report), ...factsAndPictures(report)] : []),
  );
}

export function start() {
  const wanted = location.hash.slice(1) || navigator.language.slice(0, 2);
  state.language = Object.hasOwn(LANGUAGES, wanted) ? wanted : "en";
  const chooser = byId("languages");
  for (const [language, name] of Object.entries(LANGUAGES)) {
    const choose = () => {
      state.language = language;
      render();
    };
    chooser.append(el("button", { type: "button", lang: language, "data-language": language, onclick: choose }, name));
  }
  for (const id of ["pick", "pick-folder"]) byId(id).addEventListener("change", (event) => take(fromInput(event.target)));
  byId("commitment").addEventListener("input", type);
  byId("commitment").addEventListener("change", () => typed() !== state.asked && check());
  byId("before").addEventListener("change", check);
  byId("clear").addEventListener("click", clear);
  byId("stop").addEventListener("click", () => {
    stop();
    state.stopped = true;
    render();
  });
  const over = (isOver) => byId("drop").classList.toggle("over", isOver);
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  document.addEventListener("dragleave", (event) => over(event.relatedTarget !== null));
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    over(false);
    take(await fromDrop(event.dataTransfer));
  });
  render();
}

// Everything that can be done with a recommendation, walked through in a real browser without JavaScript: every verb of the table is
// sent by its own form, and what came of it is read. With BOULE_PICTURES=1 the guide's pictures are taken anew.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fill, press, text } from "./service.mjs";
import { HERE, inDays, picture, says, send, tick, walk } from "./walks.mjs";

const today = new Date();
const REPORT = { title: "Report of the assembly", url: "https://assembly.example.org/report" };
const EVIDENCE = { title: "Acceptance protocol", url: "https://town.example.org/protocol", dated: today };
const CARRIED = { on: today, for: "80", against: "20", abstain: "5", absent: "15" };
const TITLES = ["Shade for bus stops", "A tram to the beach", "Free ice for everybody", "Trees in every yard", "Water for dogs", "A roof over the square"];
const REFERENCES = TITLES.map((_, n) => `R-${81 + n}`);

let town;
/** The staff's page of each reference. */
const stories = {};
before(async () => (town = await walk()));
after(() => town.end());

const act = (role, reference, verb, fields) => town.act(role, stories[reference], verb, fields);
const everybody = async (reference) => text(await town.at("auditor", `${HERE}/recommendations/${reference}`));

/** A response that is handed in, approved, signed and published. */
async function publish(reference, position, reasons) {
  await act("officer", reference, "respond", { position, "reasons-en": reasons });
  await act("approver", reference, "approve");
  await act("signatory", reference, "publish");
}

/** Ticks recommendations in a list and does one thing to all of them. */
async function together(role, verb, references, fields = {}) {
  const page = await town.at(role, `/staff/recommendations?words=bulk`);
  await tick(page, "pick", references.map((reference) => stories[reference].split("/").pop()));
  await press(page, "form[action='/staff/bulk'] button");
  await fill(page, { verb });
  await send(page, "/staff/bulk");
  says(await text(page), references);
  if (!(await page.$("form[action='/staff/bulk/do']"))) return page;
  await fill(page, fields);
  await send(page, "/staff/bulk/do");
  return page;
}

test("texts are brought in, corrected, voted on, withdrawn and handed over together", async () => {
  const page = await town.at("secretariat", "/staff/import");
  const rows = TITLES.map((title, n) => `${REFERENCES[n]},Shade and trees,${title},Build ${title.toLowerCase()} by summer. bulk`);
  await fill(page, { assembly: "harbour-county", table: ["reference,theme,title_en,text_en", ...rows].join("\n") });
  await press(page, "main button.govuk-button");
  await press(page, "form[action='/staff/import/do'] button");
  town.sent.add("draft");
  await page.goto(`${town.url}/staff/recommendations?words=bulk`);
  for (const [reference, path] of await page.$$eval("tbody th a", (all) => all.map((one) => [one.innerText, new URL(one.href).pathname]))) {
    stories[reference] = path;
  }
  assert.deepEqual(Object.keys(stories).sort(), REFERENCES);

  await act("secretariat", "R-81", "correct_text", { text: "Build shade for all 40 bus stops by summer. bulk", why: "The number was missing." });
  for (const reference of REFERENCES) await act("secretariat", reference, "adopt", CARRIED);
  await act("secretariat", "R-86", "withdraw", { ...CARRIED, reason: "R-81 says the same." });
  says(await everybody("R-86"), ["withdrawn", "R-81 says the same."]);

  const refused = await together("secretariat", "hand_over", ["R-81", "R-86"], REPORT);
  assert.match(await text(refused), /There is a problem/, "R-86 is withdrawn, so nothing is done to R-81 either");
  const given = REFERENCES.slice(0, 5);
  await together("secretariat", "classify", given, { theme: "Shade at stops" });
  await together("secretariat", "hand_over", given, REPORT);
  await together("coordinator", "acknowledge", given);
  await together("coordinator", "assign", given, { unit: "parks", accountable: "parks-head", deputy: "parks-deputy" });
  for (const verb of ["classify", "hand_over", "acknowledge", "assign"]) town.sent.add(verb);
  for (const reference of given) says(await everybody(reference), ["Shade at stops", "Head of Parks and Trees", "Acknowledged"]);
});

test("work is returned, shared, counted in hours and moved to another post", async () => {
  await act("officer", "R-81", "return", { reason: "Stops belong to the streets.", proposed_unit: "transport" });
  says(await everybody("R-81"), ["Stops belong to the streets."]);
  await act("coordinator", "R-81", "assign", { unit: "parks", accountable: "parks-head", deputy: "parks-deputy" });
  const page = await town.at("coordinator", stories["R-81"]);
  await press(page, `a[href$="/do/involve"]`);
  await tick(page, "responsible", ["parks-officer"]);
  await tick(page, "consulted", ["transport-head"]);
  await tick(page, "informed", ["health-head"]);
  await press(page, "main form button.govuk-button");
  assert.ok(page.url().includes("done=involve"), await text(page));
  town.sent.add("involve");
  await act("officer", "R-81", "estimate", { "hours-parks-officer": "7", "hours-transport-head": "1" });
  const told = (await text(await town.at("coordinator", stories["R-81"]))).replaceAll(/\s+/g, " ");
  for (const row of [/Officer for Parks and Trees works on it 7/, /Head of Streets and Transport is asked 1/, /Head of Health and Care is told/]) {
    assert.match(told, row);
  }
  await act("coordinator", "R-81", "reassign", { from: "transport-head", to: "transport-officer", why: "The head asked for it." });
  says(await text(await town.at("coordinator", stories["R-81"])), ["Officer for Streets and Transport", "The head asked for it."]);
});

test("a response is sent back, published and revised", async () => {
  await act("officer", "R-81", "respond", { position: "in_part", "reasons-en": "Twenty of the forty stops get shade." });
  await act("approver", "R-81", "send_back", { reason: "Which twenty?" });
  says(await everybody("R-81"), [], ["Which twenty?", "Twenty of the forty"]);
  await publish("R-81", "in_part", "The twenty stops of the north get shade.");
  says(await everybody("R-81"), ["accepted in part", "The twenty stops of the north get shade."]);
  await act("officer", "R-81", "revise", {
    position: "accepted",
    "reasons-en": "All forty stops get shade.",
    why: "The council found the money.",
    members_told: "A letter to every member.",
  });
  await act("approver", "R-81", "approve");
  await act("signatory", "R-81", "publish");
  says(await everybody("R-81"), ["All forty stops get shade.", "The council found the money.", "The twenty stops of the north"]);
});

test("what was promised is delivered, stands still, is claimed, checked, disputed, undone and given up", async () => {
  await act("officer", "R-81", "deliver", { deliverable: "Forty roofs", post: "parks-head", due: inDays(200) });
  await act("officer", "R-81", "add_commitment", { deliverable: "Forty benches", post: "shade-neighbours-lead", due: inDays(250) });
  await act("officer", "R-81", "add_milestone", { commitment: "1", title: "The first ten", due: inDays(60) });
  await act("officer", "R-81", "meet_milestone", { milestone: "1.1" });
  await act("officer", "R-81", "report", { delivery: "partly_done", text: "Ten roofs are up." });
  await act("officer", "R-81", "add_evidence", EVIDENCE);
  says(await everybody("R-81"), ["Forty roofs", "The first ten", "Ten roofs are up.", EVIDENCE.title]);
  await act("officer", "R-81", "propose_stall", { reason: "No steel.", unblock: "A new supplier." });
  await act("approver", "R-81", "decline", { reason: "There is steel again." });
  await act("officer", "R-81", "propose_stall", { reason: "No steel at all.", unblock: "Another supplier." });
  await act("approver", "R-81", "confirm_stall");
  says(await everybody("R-81"), ["stalled", "No steel at all.", "Another supplier."]);
  await act("officer", "R-81", "resume", { reason: "Steel came." });

  const claim = async (note) => {
    await act("officer", "R-81", "propose_done", { note });
    await act("approver", "R-81", "confirm_done");
  };
  await claim("All forty are up.");
  await act("verifier", "R-81", "not_done", { note: "I counted 31." });
  says(await everybody("R-81"), ["in delivery", "I counted 31."]);
  await claim("Now all forty are up.");
  await act("member", "R-81", "dispute", { reason: "The one at the clinic leaks." });
  await act("verifier", "R-81", "grade", { grade: "substantial", note: "One leaks." });
  await act("verifier", "R-81", "verify", { grade: "complete", note: "It was mended." });
  says(await everybody("R-81"), ["closed", "The one at the clinic leaks.", "One leaks.", "It was mended."], ["Max Member"]);
  await act("verifier", "R-81", "reopen_delivery", { note: "Five fell down.", ...EVIDENCE, title: "Photographs" });
  await claim("They stand again.");
  await act("verifier", "R-81", "verify", { grade: "complete", note: "They do." });
  await act("verifier", "R-81", "reverse", { reason: "The roofs were sold." });
  says(await everybody("R-81"), ["reversed", "The roofs were sold."]);
  await act("coordinator", "R-81", "reopen", { reason: "The county wants them back." });

  await publish("R-84", "accepted", "Every yard gets a tree.");
  await act("officer", "R-84", "deliver", { deliverable: "A tree in each of 30 yards", post: "parks-head", due: inDays(90) });
  await act("approver", "R-84", "abandon", { reason: "The yards are private." });
  says(await everybody("R-84"), ["abandoned", "The yards are private."]);
});

test("what another body has to decide is forwarded, comes back or is answered", async () => {
  await publish("R-82", "not_competent", "Trams belong to the region.");
  await act("approver", "R-82", "forward", { body: "The region", letter: "Please decide about this tram." });
  says(await everybody("R-82"), ["forwarded", "The region", "Please decide about this tram."]);
  await act("coordinator", "R-82", "reopen", { reason: "The region says it is ours." });
  await act("officer", "R-82", "respond", {
    position: "not_competent",
    "reasons-en": "The law of trams says that it is the region.",
    why: "The region is wrong.",
    members_told: "On this page.",
  });
  await act("approver", "R-82", "approve");
  await act("signatory", "R-82", "publish");
  await act("approver", "R-82", "forward", { body: "The region", letter: "Section 4 of the law of trams." });
  await act("verifier", "R-82", "record_answer", { answer: "The region builds it in five years." });
  says(await everybody("R-82"), ["closed", "The region builds it in five years."]);
});

test("a refusal opens the members' window: a member replies, another on paper, and it is closed when the window is over", async () => {
  await publish("R-83", "not_accepted", "Ice melts, and nobody pays for it.");
  await act("approver", "R-83", "refuse");
  const member = await town.at("member", "/staff");
  says(await text(member), [TITLES[2]]);
  await member.goto(town.url + stories["R-83"]);
  await press(member, `a[href$="/do/reply"]`);
  await press(member, "main form button.govuk-button");
  assert.match(await text(member), /There is a problem/, "a reply has words");
  await member.goto(`${town.url}${stories["R-83"]}/do/reply`);
  await fill(member, { text: "Water would do. You did not ask us." });
  await picture(member, "member-reply", 560);
  await press(member, "main form button.govuk-button");
  assert.ok(member.url().includes("done=reply"), await text(member));
  town.sent.add("reply");
  await act("secretariat", "R-83", "enter_reply", { text: "My son paid for his own.", through: "phone" });
  says(await everybody("R-83"), ["State\tnot accepted", "Water would do. You did not ask us.", "My son paid for his own.", "telephone"], ["Max Member"]);

  const early = await town.at("coordinator", `${stories["R-83"]}/do/close`);
  assert.match(await text(early), /window/, "it cannot be closed before the 30 days are over");
  const page = await town.at("coordinator", "/staff/recommendations?state=refused");
  const refused = await page.$$eval("tbody th a", (all) => all.map((one) => new URL(one.href).pathname));
  for (const story of refused) {
    await page.goto(town.url + story);
    if (await page.$(`a[href$="/do/close"]`)) {
      const closed = await town.act("coordinator", story, "close", { note: "Thirty days are over." });
      says(await text(closed), ["Thirty days are over.", "closed"]);
      return;
    }
  }
  assert.fail("the demonstration holds a refusal whose window is over");
});

test("a deadline is extended once, with a public reason", async () => {
  const page = await town.at("coordinator", stories["R-85"]);
  await press(page, `a[href$="/do/extend"]`);
  const choices = () => page.$$eval("select[name=deadline] option:not([value=''])", (all) => all.map((one) => one.value));
  const [first, ...others] = await choices();
  await fill(page, { deadline: first, until: inDays(300) });
  await press(page, "main form button.govuk-button");
  assert.match(await text(page), /There is a problem/, "it needs a reason");
  await fill(page, { reason: "The dogs' register is being counted." });
  await press(page, "main form button.govuk-button");
  assert.ok(page.url().includes("done=extend"), await text(page));
  town.sent.add("extend");
  says(await everybody("R-85"), ["The dogs' register is being counted."]);
  await page.goto(`${town.url}${stories["R-85"]}/do/extend`);
  assert.deepEqual(await choices(), others, "no deadline is extended twice");
});

test("an organisation outside government reports on what it promised", async () => {
  const speaker = await town.invite("sample-speaker-neighbours");
  await speaker.goto(`${town.url}/staff`);
  says(await text(speaker), ["Forty volunteers"]);
  await press(speaker, 'main a[href*="/do/report_on"]');
  const [commitment] = await speaker.$$eval("select[name=commitment] option:not([value=''])", (all) =>
    all.filter((one) => one.innerText.includes("volunteers")).map((one) => one.value),
  );
  await fill(speaker, { commitment, delivery: "under_way", text: "Thirty of us water every Tuesday." });
  await press(speaker, "main form button.govuk-button");
  assert.match(speaker.url(), /done=report_on/, await text(speaker));
  town.sent.add("report_on");
  const told = await text(speaker);
  assert.match(told, /an organisation outside government/);
  says(told, ["Thirty of us water every Tuesday."], ["Nora"]);
  says(await everybody(new URL(speaker.url()).pathname.split("/").pop()), ["Thirty of us water every Tuesday."]);
});

test("after an election commitments are reaffirmed, amended and dropped with reasons", async () => {
  const page = await town.at("secretariat", "/staff/elections");
  await fill(page, { assembly: "harbour-county", "name-en": "The spring election", on: inDays(-3) });
  await send(page, "/staff/elections");
  const signatory = await town.at("signatory", "/staff/elections");
  const [election] = await signatory.$$eval("main a", (all) => all.filter((one) => one.innerText.includes("The spring election")).map((one) => one.href));
  const decide = async (fields) => {
    await signatory.goto(election);
    const silent = await signatory.$$eval("tbody tr", (rows) => rows.find((row) => row.innerText.includes("nothing said yet")).querySelector("a").href);
    await signatory.goto(silent);
    await fill(signatory, fields);
    await press(signatory, "main form button.govuk-button");
    assert.match(signatory.url(), /done=/, await text(signatory));
  };
  const said = [
    ["reaffirm", { outcome: "reaffirmed", reason: "We stand by it." }],
    ["amend", { outcome: "amended", reason: "The wells come first.", deliverable: "Two wells, then the pipe", due: inDays(400) }],
    ["drop", { outcome: "dropped", reason: "No money for it." }],
  ];
  for (const [verb, fields] of said) {
    await decide(fields);
    town.sent.add(verb);
  }
  await signatory.goto(election.replace("/staff/elections/", `${HERE}/elections/`));
  says(await text(signatory), ["We stand by it.", "The wells come first.", "Two wells, then the pipe", "No money for it."]);
});

/** What no form sends: by the clock alone, at a dissolution. */
const BY_ITSELF = ["lapse"];

test("every verb of the table was walked", () => {
  const table = readFileSync(new URL("../../crates/tracking/src/action.rs", import.meta.url), "utf8");
  const verbs = [...table.matchAll(/^\s+\w+ = "(\w+)", "/gm)].map(([, verb]) => verb);
  assert.ok(verbs.length > 40, "the table of verbs is read");
  assert.deepEqual([...town.sent, ...BY_ITSELF].sort(), verbs.sort());
});

// Walks through the service: one demonstration, somebody signed in for each role without JavaScript, and verbs done as people do them.
import assert from "node:assert/strict";
import { join } from "node:path";
import { start } from "./browsers.mjs";
import { GUIDE, demonstration, enter, fill, press, text } from "./service.mjs";

export const inDays = (days) => new Date(Date.now() + days * 86_400_000);
const PASSWORD = "a long walk to the harbour";
export const HERE = "/a/harbour-county";

/** A demonstration with its roles; each signs in when first asked for. `sent` holds the verbs that were done. */
export async function walk() {
  const service = await demonstration();
  const browser = await start("chromium");
  const pages = new Map();
  const sent = new Set();
  const as = async (role) => {
    if (!pages.has(role)) pages.set(role, await enter(browser, service.links[role], false));
    return pages.get(role);
  };
  const at = async (role, path) => {
    const page = await as(role);
    await page.goto(service.url + path);
    return page;
  };
  /** Opens an action by its button on the story, fills it in and sends it; the story then says that it is done. */
  const act = async (role, story, verb, fields = {}) => {
    const page = await at(role, story);
    await press(page, `a[href$="/do/${verb}"]`);
    await fill(page, fields);
    await press(page, verb === "respond" || verb === "revise" ? "button[value=send]" : "main form button.govuk-button");
    assert.ok(page.url().includes(`done=${verb}`), `${verb}: ${await text(page)}`);
    sent.add(verb);
    return page;
  };
  /** Somebody of the cast who has no link, by one that the administrator makes, with a password. */
  const invite = async (person) => {
    const administrator = await at("administrator", `/staff/people/${person}`);
    await send(administrator, `/staff/people/${person}/link`);
    const [link] = (await text(administrator)).match(/http\S+\/link\/\S+/);
    const page = await (await browser.createBrowserContext()).newPage();
    await page.setJavaScriptEnabled(false);
    page.errors = [];
    page.on("console", (message) => message.type() === "error" && page.errors.push(message.text()));
    await page.goto(link);
    await fill(page, { password: PASSWORD, repeated: PASSWORD });
    await press(page, "main button.govuk-button");
    pages.set(person, page);
    return page;
  };
  const end = async () => {
    const errors = [...pages.values()].flatMap((page) => page.errors);
    await browser.close();
    assert.equal(await service.stop(), 0, "it stops when it is told to");
    assert.deepEqual(errors, []);
  };
  return { ...service, browser, as, at, act, invite, sent, end };
}

/** Presses the button of the form that is sent to an address. */
export const send = (page, action) => press(page, `form[action="${action}"] button.govuk-button`);

/** Ticks the boxes of a name that have these values. */
export async function tick(page, name, values) {
  for (const value of values) await page.click(`[name="${name}"][value="${value}"]`);
}

/** Everything that was said is there, and nothing else than was said to be. */
export function says(told, words, not = []) {
  for (const one of words) assert.ok(told.includes(one), `${one} in ${told}`);
  for (const one of not) assert.ok(!told.includes(one), `no ${one} in ${told}`);
}

/** Takes a picture for the guide, where pictures are asked for: so many pixels, from a little above a place on. */
export async function picture(page, name, height, place = "main", above = 0) {
  if (!process.env.BOULE_PICTURES) return;
  await page.setViewport({ width: 1000, height });
  const top = await page.$eval(place, (one) => one.getBoundingClientRect().top + globalThis.scrollY);
  const clip = { x: 0, y: Math.max(0, Math.floor(top) - above), width: 1000, height };
  await page.screenshot({ path: join(GUIDE, `${name}.png`), clip, captureBeyondViewport: true });
}

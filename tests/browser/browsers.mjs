// Real browsers for tests of pages: Debian's Chromium and Firefox, without a window.
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

/** What each browser is started with. Chromium is kept from asking the internet for things of its own. */
const BROWSERS = {
  chromium: {
    browser: "chrome",
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  },
  firefox: { browser: "firefox", executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr" },
};

export const NAMES = Object.keys(BROWSERS);

/** Starts a browser; close it after use. */
export async function start(name) {
  const { executablePath, ...options } = BROWSERS[name];
  if (!existsSync(executablePath)) throw new Error(`${executablePath} is missing: .ci/run installs it`);
  return puppeteer.launch({ headless: true, executablePath, protocolTimeout: 120_000, ...options });
}

/**
 * Opens a file as a page. Gives the page, the addresses that it asked for, and the errors that it logged, both growing. A
 * browser's own pictures and fonts (`data:`) are no requests.
 */
export async function open(browser, path, fragment = "") {
  const page = await browser.newPage();
  const [requests, errors] = [[], []];
  page.on("request", (request) => {
    if (!request.url().startsWith("data:")) requests.push(request.url());
  });
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(pathToFileURL(path).href + fragment);
  return { page, requests, errors };
}

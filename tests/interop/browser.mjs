// A real browser that fills in whatever form it meets until there is none, and takes a picture of each page.
// node browser.mjs DIR SCHEME ADDRESS: pictures and a log go to DIR; SCHEME is light or dark, or light+kept for a browser
// that stays logged in from one run to the next.
import fs from 'node:fs';
import { chromium } from 'playwright-core';

const [directory, wanted, address] = process.argv.slice(2);
const [scheme, kept] = wanted.split('+');
const cookies = `${directory}/cookies.json`;
const log = (line) => fs.appendFileSync(`${directory}/browser.log`, `${line}\n`);

// What to do with a form, by what is on the page: the first that is there.
const STEPS = [
  ['input[name=login]', async (page) => {
    await page.fill('input[name=login]', 'alice');
    await page.fill('input[name=password]', 'x');
    await page.click('button[type=submit]');
  }],
  ['input[name=prompt][value=consent]', (page) => page.click('button[type=submit]')],
  ['input[name=confirm]', (page) => page.click('button[form="op.deviceConfirmForm"]:not([name=abort])')],
  ['button[value=approve]', (page) => page.click('button[value=approve]')],
];

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  chromiumSandbox: false,
  timeout: 30000,
  args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
    '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost'],
});
try {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, colorScheme: scheme, viewport: { width: 900, height: 700 },
    storageState: kept && fs.existsSync(cookies) ? cookies : undefined });
  context.setDefaultTimeout(20000);
  const page = await context.newPage();
  await context.route((url) => !['127.0.0.1', 'localhost'].includes(url.hostname), (route) => route.abort());
  page.on('console', (message) => message.text().includes('Content Security Policy') && log(`csp ${message.text()}`));
  await page.goto(address, { waitUntil: 'load' });
  for (let count = 1; count < 10; count += 1) {
    await page.waitForLoadState('load');
    await page.waitForTimeout(100);
    await page.screenshot({ path: `${directory}/${scheme}-${count}.png` });
    log(`page ${await page.title()}`);
    let step;
    for (const [selector, act] of STEPS) {
      if (!step && await page.locator(selector).count()) step = act;
    }
    if (!step) break;
    await Promise.all([page.waitForEvent('framenavigated'), step(page)]);
  }
  if (kept) await context.storageState({ path: cookies });
  log(`done ${await page.locator('body').innerText()}`.replaceAll('\n', ' '));
} catch (error) {
  log(`failed ${error}`);
  throw error;
} finally {
  await browser.close();
}

// A real Chromium with one person's certificate, and what it did that it should not have done.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { chromium } from 'playwright-core';
import { HELP_HOST, LOGIN_HOST, OTHER_SITES } from './hub.js';

const PATIENCE = 20_000; // ms

// Chromium takes its certificates from $HOME, and chooses one without asking by its preferences.
function makeHome(hub, certificate) {
  const home = mkdtempSync(`${tmpdir()}/kaido-browser-`);
  const store = `sql:${home}/.pki/nssdb`;
  const run = (program, ...words) => execFileSync(program, words, { stdio: 'pipe' });
  mkdirSync(`${home}/.pki/nssdb`, { recursive: true });
  mkdirSync(`${home}/profile/Default`, { recursive: true });
  run('certutil', '-N', '-d', store, '--empty-password');
  run('certutil', '-A', '-d', store, '-n', 'web-ca', '-t', 'C,,', '-i', `${hub.folder}/web-ca.crt`);
  if (certificate) run('pk12util', '-d', store, '-i', `${hub.folder}/${certificate}.p12`, '-W', '', '-K', '');
  const chosen = { last_modified: '13300000000000000', setting: { filters: [{ SUBJECT: { CN: certificate } }] } };
  writeFileSync(`${home}/profile/Default/Preferences`, JSON.stringify({ profile: { content_settings: {
    exceptions: { auto_select_certificate: { [`https://${LOGIN_HOST}:${hub.port},*`]: chosen } } } } }));
  return home;
}

export class Browser {
  // `certificate`: a name of certificates.js; undefined: none. `options`: Playwright's, of the context.
  static async start(hub, certificate, options = {}) {
    const browser = new Browser();
    browser.home = makeHome(hub, certificate);
    browser.context = await chromium.launchPersistentContext(`${browser.home}/profile`, {
      executablePath: '/usr/bin/chromium',
      headless: true,
      locale: 'en-GB',
      viewport: { width: 1280, height: 800 },
      env: { ...process.env, HOME: browser.home },
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-component-update', '--disable-background-networking',
        `--host-resolver-rules=${[LOGIN_HOST, HELP_HOST, ...OTHER_SITES].map((host) => `MAP ${host} 127.0.0.1`)}, MAP * ~NOTFOUND`],
      ...options,
    });
    browser.context.setDefaultTimeout(PATIENCE);
    browser.requests = [];
    browser.complaints = []; // what the console says: a breach of the CSP, too
    browser.context.on('request', (request) => browser.requests.push(request.url()));
    browser.context.on('console', (message) => browser.complaints.push(message.text()));
    browser.page = browser.context.pages()[0];
    return browser;
  }

  async logIn(hub, user) {
    await this.page.goto(hub.url('/'));
    await this.fillIn(user, await hub.nextCode(user));
  }
  async fillIn(user, code) {
    await this.page.fill('[name=user]', user);
    await this.page.fill('[name=code]', code);
    await this.press('main button[type=submit]');
  }
  // Presses what leads to another page, and waits for that.
  async press(what) {
    await Promise.all([this.page.waitForNavigation(), this.page.click(what)]);
  }
  heading() {
    return this.page.textContent('h1');
  }
  // All that a person sees, a screen reader's titles and names too.
  visibleTexts() {
    return this.page.evaluate(() => {
      const texts = [document.title];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) texts.push(walker.currentNode.data);
      for (const name of ['aria-label', 'alt', 'title', 'placeholder'])
        for (const element of document.querySelectorAll(`[${name}]`)) texts.push(element.getAttribute(name));
      return texts.map((text) => text.trim()).filter((text) => text !== '');
    });
  }

  async stop() {
    await this.context.close();
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

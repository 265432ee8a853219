// Each page, in both languages: what axe finds (WCAG 2.2 AA), whether it fits a narrow window, whether all of it is
// translated. And a screenshot of it for each of phone and desktop, in build/web/screenshots (KAIDO_SCREENSHOTS).
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import axe from 'axe-core';
import { Browser } from './lib/browser.js';
import { HELP_HOST, Hub } from './lib/hub.js';
import { smaller } from './lib/picture.js';

const SCREENSHOTS = process.env.KAIDO_SCREENSHOTS ?? new URL('../../build/web/screenshots', import.meta.url).pathname;
const LANGUAGES = { en: 'en-GB', ja: 'ja-JP' };
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };
const NARROW = { width: 320, height: 640 }; // WCAG 2.2 §1.4.10
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
// What stays as it is in Japanese: names, and what apps call themselves and their keys.
const NAMES = /\b(Kaido|kaido|login|conf|alice|mallory|laptop|phone|WireGuard|IKEv2|VPN|QR|ID|UTC|English|PrivateKey)\b/g;

let hub;
const browsers = [];
async function browserOf(certificate, language) {
  const browser = await Browser.start(hub, certificate, { locale: LANGUAGES[language] });
  browsers.push(browser);
  return browser;
}

before(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  hub = await Hub.start({ networks: ['10.50.0.0/16', '203.0.113.0/24', 'fd50::/32'] });
  await hub.addEverybody();
});
after(async () => {
  for (const browser of browsers) await browser.stop();
  await hub?.stop();
});

// How each page is reached: by whose certificate, and what is done.
const press = (browser, path) => browser.press(`form[action="${path}"] button`);
const PAGES = {
  'help': [undefined, (browser) => browser.page.goto(hub.url('/', HELP_HOST))],
  'no-certificate': [undefined, (browser) => browser.page.goto(hub.url('/'))],
  'bad-certificate': ['stranger', (browser) => browser.logIn(hub, 'alice')],
  'login': ['alice', (browser) => browser.page.goto(hub.url('/'))],
  'login-refused': ['alice', async (browser) => {
    await browser.page.goto(hub.url('/'));
    await browser.fillIn('mallory', '000000');
  }],
  'session': ['alice', (browser) => browser.logIn(hub, 'alice')],
  'session-extended': ['alice', (browser) => press(browser, '/session/extend')],
  'devices': ['alice', (browser) => browser.page.goto(hub.url('/devices'))],
  'configuration': ['alice', (browser) => browser.page.goto(hub.url('/configuration'))],
  'no-answer': ['alice', async (browser) => {
    await hub.stopHub();
    await browser.page.goto(hub.url('/session'));
    await hub.startHub();
  }],
  'logged-out': ['alice', async (browser) => {
    await browser.page.goto(hub.url('/session'));
    await press(browser, '/session/log-out');
  }],
  'login-wait': ['alice', async (browser) => {
    await browser.page.goto(hub.url('/'));
    while (!/too many|多すぎます/.test(await browser.page.textContent('main'))) await browser.fillIn('alice', '000000');
    await hub.pass(900);
  }],
  'session-ended': ['alice', async (browser) => {
    await browser.logIn(hub, 'alice');
    await hub.tell('end', (await hub.tell('sessions')).sessions[0]);
    await browser.page.goto(hub.url('/session'));
  }],
};

async function violations(page) {
  const { violations: found } = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), TAGS);
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

async function expectAccessible(page, where) {
  await page.evaluate(axe.source);
  for (const [size, viewport] of Object.entries({ narrow: NARROW, desktop: SIZES.desktop })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), [], `${where}, ${size}, ${colorScheme}`);
    }
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= viewport.width, `${where} is ${width} pixels wide in ${viewport.width}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

async function takePictures(page, name) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    const picture = await page.screenshot({ fullPage: size === 'phone' });
    writeFileSync(`${SCREENSHOTS}/${name}-${size}.png`, smaller(picture));
  }
}

const texts = { en: {}, ja: {} };
for (const language of Object.keys(LANGUAGES)) {
  const open = new Map();
  for (const [name, [certificate, reach]] of Object.entries(PAGES))
    test(`${name} (${language}) is for everybody`, async () => {
      if (!open.has(certificate)) open.set(certificate, await browserOf(certificate, language));
      const browser = open.get(certificate);
      await reach(browser);
      assert.equal(await browser.page.getAttribute('html', 'lang'), language);
      texts[language][name] = await browser.visibleTexts();
      await takePictures(browser.page, `${name}-${language}`);
      await expectAccessible(browser.page, name);
    });
}

test('all of each page is translated', () => {
  for (const name of Object.keys(PAGES)) {
    const english = new Set(texts.en[name]);
    // The configuration's own words are those of wg-quick(8).
    const japanese = texts.ja[name].filter((text) => !text.startsWith('[Interface]'));
    assert.equal(texts.ja[name].length, texts.en[name].length, `${name} says as much`);
    for (const text of japanese) {
      assert.doesNotMatch(text.replace(NAMES, ''), /[A-Za-z]{2,}/, `${name}: ${text}`);
      if (/\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u.test(text) && text !== '日本語')
        assert.ok(!english.has(text), `${name}: ${text}`);
    }
    for (const text of english)
      if (text !== '日本語') assert.doesNotMatch(text, /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u, name);
  }
});

test('axe finds what is wrong', async () => {
  const browser = browsers[0];
  await browser.page.goto(hub.url('/', HELP_HOST));
  await browser.page.evaluate(() => {
    document.querySelector('main').insertAdjacentHTML('beforeend', '<img src="/style.css"><input>');
    document.querySelector('main p').style.color = document.body.style.background = '#777777';
  });
  await browser.page.evaluate(axe.source);
  const found = (await violations(browser.page)).map((each) => each.split(':')[0]);
  for (const rule of ['image-alt', 'label', 'color-contrast']) assert.ok(found.includes(rule), rule);
});

// What a person reads whose certificate does not count.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './lib/browser.js';
import { HELP_HOST, Hub } from './lib/hub.js';

let hub;
before(async () => {
  hub = await Hub.start();
  await hub.addEverybody();
});
after(() => hub?.stop());

async function withBrowser(certificate, use) {
  const browser = await Browser.start(hub, certificate);
  try {
    return await use(browser);
  } finally {
    await browser.stop();
  }
}

const textOf = (browser) => browser.page.textContent('main');

test('without a certificate, and with an expired one, which browsers leave out, the page names both causes', async () => {
  const pages = [];
  for (const certificate of [undefined, 'expired'])
    await withBrowser(certificate, async (browser) => {
      await browser.page.goto(hub.url('/'));
      assert.equal(await browser.heading(), 'No certificate came from your browser');
      const text = await textOf(browser);
      assert.match(text, /No certificate of your company is installed in this browser/);
      assert.match(text, /It is installed but has expired/);
      assert.match(text, /ask your administrator for a new one/);
      assert.equal(await browser.page.locator('form').count(), 0);
      pages.push(text);
    });
  assert.equal(pages[0], pages[1]);
});

test('a certificate of another CA is named as such, whatever the code', async () => {
  await withBrowser('stranger', async (browser) => {
    await browser.logIn(hub, 'alice');
    assert.equal(await browser.heading(), 'Your certificate cannot be used');
    assert.match(await textOf(browser), /is not of your company/);
    assert.match(await browser.page.title(), /^Error: /);
    const pages = [];
    for (const user of ['alice', 'mallory']) {
      await browser.page.goto(hub.url('/'));
      await browser.fillIn(user, '000000');
      pages.push(await browser.page.content());
    }
    assert.equal(pages[0], pages[1], 'it says nothing of the ID');
  });
  assert.deepEqual(await hub.tell('sessions'), { sessions: [] });
});

test("alice's ID and code with bob's certificate open nothing", async () => {
  await withBrowser('bob', async (browser) => {
    await browser.logIn(hub, 'alice');
    assert.equal(await browser.heading(), 'Log in');
    assert.match(await browser.page.textContent('[role=alert]'), /^You were not logged in/);
  });
  assert.deepEqual((await hub.tell('refusals', 'alice')).refusals.at(-1), 'device-of-another');
  assert.deepEqual(await hub.tell('sessions'), { sessions: [] });
});

test("a session's cookie is worth nothing with another certificate", async () => {
  const cookies = await withBrowser('alice', async (browser) => {
    await browser.logIn(hub, 'alice');
    assert.equal(await browser.heading(), 'You are logged in');
    return browser.context.cookies();
  });
  for (const certificate of ['bob', 'alice-phone'])
    await withBrowser(certificate, async (browser) => {
      await browser.context.addCookies(cookies);
      for (const path of ['/session', '/devices', '/configuration']) {
        await browser.page.goto(hub.url(path));
        assert.equal(await browser.heading(), 'Your session has ended', `${certificate} ${path}`);
        assert.doesNotMatch(await textOf(browser), /alice/);
        await browser.context.addCookies(cookies);
      }
    });
  assert.equal((await hub.tell('sessions')).sessions.length, 1, "alice's session lives");
});

test('the other name asks for no certificate, and leads to the one that does', async () => {
  await withBrowser('alice', async (browser) => {
    await browser.page.goto(hub.url('/', HELP_HOST));
    assert.equal(await browser.heading(), 'The door of this VPN hub');
    for (const path of ['/session', '/devices', '/configuration', '/login']) {
      const answer = await browser.page.goto(hub.url(path, HELP_HOST));
      assert.equal(answer.status(), 404, path);
    }
    await browser.page.goto(hub.url('/', HELP_HOST));
    await browser.press('main a');
    assert.equal(browser.page.url(), hub.url('/'));
    assert.equal(await browser.heading(), 'Log in');
  });
});

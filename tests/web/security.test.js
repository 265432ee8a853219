// What other sites can make a browser do here, and what this one makes it do elsewhere: nothing.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { after, before, beforeEach, test } from 'node:test';
import { Browser } from './lib/browser.js';
import { HELP_HOST, Hub, LOGIN_HOST, OTHER_SITES } from './lib/hub.js';
import { ask } from './lib/request.js';

let hub;
let alice;
let elsewhere;
let forged = ''; // the page of other sites

before(async () => {
  hub = await Hub.start();
  await hub.addEverybody();
  elsewhere = createServer({ cert: readFileSync(`${hub.folder}/elsewhere.crt`), key: readFileSync(`${hub.folder}/elsewhere.key`) },
    (_, response) => response.setHeader('content-type', 'text/html').end(forged));
  await new Promise((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  alice = await Browser.start(hub, 'alice');
});
after(async () => {
  await alice?.stop();
  elsewhere?.close();
  await hub?.stop();
});
beforeEach(async () => {
  await alice.context.clearCookies();
  await alice.logIn(hub, 'alice');
  assert.equal(await alice.heading(), 'You are logged in');
});

const sessions = async () => (await hub.tell('sessions')).sessions;
const sessionCookie = async () => (await alice.context.cookies())
  .filter(({ name }) => name === '__Host-kaido').map(({ name, value }) => `${name}=${value}`).join();

for (const site of OTHER_SITES)
  test(`a form that ${site} sends in a person's name does nothing`, async () => {
    const token = await alice.page.getAttribute('[name=token]', 'value');
    const before = await sessions();
    for (const fields of ['', `<input name="token" value="${token}">`]) {
      for (const path of ['/session/log-out', '/session/extend', '/login']) {
        const code = path === '/login' ? await hub.nextCode('alice') : '';
        forged = `<!DOCTYPE html><form method="post" action="${hub.url(path)}">${fields}
          <input name="user" value="alice"><input name="code" value="${code}"><button>win</button></form>`;
        await alice.page.goto(`https://${site}:${elsewhere.address().port}/`);
        const answered = alice.page.waitForResponse((response) => response.request().method() === 'POST');
        await alice.press('button');
        const { origin } = await (await answered).request().allHeaders();
        assert.equal(origin, `https://${site}:${elsewhere.address().port}`, 'the forgery is one');
        assert.deepEqual(await sessions(), before, `${path} ${fields}`);
      }
    }
    await alice.page.goto(hub.url('/session'));
    assert.equal(await alice.heading(), 'You are logged in');
  });

test('a form without its token, or with that of another session, does nothing', async () => {
  const before = await sessions();
  const old = await alice.page.getAttribute('[name=token]', 'value');
  const post = async (path, body) => ask(hub, path, { method: 'POST', body, headers: {
    'content-type': 'application/x-www-form-urlencoded', cookie: await sessionCookie() } });
  for (const body of ['', 'token=', `token=${'0'.repeat(64)}`, `token=${old}&token=${old}`]) {
    await post('/session/log-out', body);
    assert.deepEqual(await sessions(), before, body);
  }
  await alice.page.goto(hub.url('/session'));
  await alice.context.clearCookies();
  await alice.logIn(hub, 'alice');
  const next = await sessions();
  assert.notDeepEqual(next, before);
  await post('/session/log-out', `token=${old}`);
  assert.deepEqual(await sessions(), next);
  const right = await alice.page.getAttribute('[name=token]', 'value');
  await post('/session/log-out', `token=${right}`);
  assert.deepEqual(await sessions(), [], 'the right one does');
});

test('cookies are of this host alone, hidden from scripts, and not sent by other sites', async () => {
  await alice.press('a.language');
  const cookies = new Map((await alice.context.cookies()).map((cookie) => [cookie.name, cookie]));
  assert.deepEqual([...cookies.keys()].sort(), ['__Host-kaido', '__Host-kaido-language']);
  for (const { name, domain, path, secure, httpOnly } of cookies.values())
    assert.deepEqual({ domain, path, secure, httpOnly }, { domain: LOGIN_HOST, path: '/', secure: true, httpOnly: true }, name);
  assert.equal(cookies.get('__Host-kaido').sameSite, 'Strict');
  assert.equal(cookies.get('__Host-kaido').expires, -1, 'it goes with the browser');
  assert.equal(await alice.page.evaluate(() => document.cookie), '');
});

const policyOf = (headers) => Object.fromEntries((headers['content-security-policy'] ?? '').split(';')
  .map((each) => each.trim().split(' ')).map(([name, ...values]) => [name, values.join(' ')]));

test('each answer forbids scripts, frames, other sites and caches', async () => {
  const pages = ['/', '/session', '/devices', '/configuration', '/logged-out'];
  for (const path of [...pages, '/configuration/kaido.conf', '/configuration/qr.svg', '/style.css', '/nothing']) {
    const { headers } = await ask(hub, path, { headers: { cookie: await sessionCookie() } });
    const policy = policyOf(headers);
    assert.equal(policy['default-src'], "'none'", path);
    assert.equal(policy['script-src'], undefined, path);
    assert.match(headers['strict-transport-security'], /^max-age=\d{7,}/, path);
    assert.equal(headers['x-content-type-options'], 'nosniff', path);
    assert.equal(headers['cache-control'], 'no-store', path);
    if (!pages.includes(path)) continue;
    assert.equal(policy['frame-ancestors'], "'none'", path);
    assert.equal(policy['form-action'], "'self'", path);
    assert.equal(policy['base-uri'], "'none'", path);
    assert.equal(headers['referrer-policy'], 'same-origin', path); // without one a form has the origin "null"
  }
});

test('no page asks for anything elsewhere, and none breaks its own policy', async () => {
  alice.requests.length = 0;
  alice.complaints.length = 0;
  for (const path of ['/', '/session', '/devices', '/configuration', '/logged-out'])
    for (const language of ['en', 'ja']) await alice.page.goto(hub.url(`${path}?lang=${language}`));
  await alice.page.goto(hub.url('/', HELP_HOST));
  const origins = new Set(alice.requests.filter((url) => !url.startsWith('data:')).map((url) => new URL(url).origin));
  assert.deepEqual([...origins].sort(), [new URL(hub.url('/')).origin, new URL(hub.url('/', HELP_HOST)).origin]);
  assert.deepEqual(alice.complaints, []);
  // That a breach would be seen: one that this test makes.
  await alice.page.goto(hub.url('/session'));
  await alice.page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.broken = true';
    document.head.append(script);
  });
  await alice.page.waitForFunction(() => true);
  assert.ok(alice.complaints.some((text) => text.includes('Content Security Policy')), 'breaches are seen');
  assert.equal(await alice.page.evaluate(() => window.broken), undefined);
});

// A session's life as its person sees it: nobody looks connected whose session is over.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { Browser } from './lib/browser.js';
import { ALICES_KEY, Hub } from './lib/hub.js';

const HOUR = 3600;
let hub;
let alice;

before(async () => {
  hub = await Hub.start({ sessionMinutes: 120 });
  await hub.addEverybody();
  alice = await Browser.start(hub, 'alice');
});
after(async () => {
  await alice?.stop();
  await hub?.stop();
});
beforeEach(async () => {
  await alice.context.clearCookies();
  await alice.logIn(hub, 'alice');
  assert.equal(await alice.heading(), 'You are logged in');
});

async function looksOver() {
  assert.equal(await alice.heading(), 'Your session has ended');
  assert.equal(await alice.page.title(), 'Your session has ended – Kaido');
  assert.match(await alice.page.textContent('main'), /You are not connected to your company's networks any more/);
  assert.doesNotMatch(await alice.page.textContent('body'), /logged in/i);
  assert.equal(await alice.page.locator('form, nav').count(), 0);
}
const session = async () => (await hub.tell('sessions')).sessions[0];
const endsAs = async () => (await alice.page.locator('main dd').allTextContents())[2];

test('an end by the admin shows on each page, and the device is withdrawn', async () => {
  for (const path of ['/session', '/devices', '/configuration']) {
    await alice.context.clearCookies();
    await alice.logIn(hub, 'alice');
    const from = hub.events.seen.length;
    await hub.tell('end', await session());
    assert.deepEqual((await hub.event('withdrawn', from)).keys, [ALICES_KEY]);
    await alice.page.goto(hub.url(path));
    await looksOver();
    await alice.press('main a');
    assert.equal(await alice.heading(), 'Log in');
  }
});

test('pressed after the end, no button says anything else', async () => {
  for (const button of ['extend', 'log-out']) {
    await alice.context.clearCookies();
    await alice.logIn(hub, 'alice');
    await hub.tell('end', await session());
    await alice.press(`form[action="/session/${button}"] button`);
    if (button === 'extend') await looksOver();
    else assert.match(await alice.heading(), /^You(r session has ended| have logged out)$/);
  }
  assert.equal(await session(), undefined);
});

test('a person who is disabled is logged in no more', async () => {
  await hub.tell('disable', 'alice');
  await alice.page.goto(hub.url('/session'));
  await looksOver();
  await hub.tell('enable', 'alice');
});

test('a page that is open when the session is over says so by itself', async () => {
  const { ends } = await hub.tell('extend', await session(), 1);
  await hub.pass(Math.floor(ends - hub.now()) - 5);
  await alice.page.goto(hub.url('/session'));
  assert.equal(await alice.heading(), 'You are logged in');
  assert.match(await endsAs(), /in less than a minute$/);
  await alice.page.waitForSelector('h1:text-is("Your session has ended")', { timeout: 20_000 });
  await looksOver();
});

test('an extension gives an hour where less than one is left, and nothing before', async () => {
  const first = await endsAs();
  await alice.press('form[action="/session/extend"] button');
  assert.match(await alice.page.textContent('[role=status]'), /^The hub was asked for more time/);
  assert.equal((await endsAs()).split(',')[0], first.split(',')[0], 'two hours are enough');
  await hub.pass(1.5 * HOUR);
  await alice.press('header a:text-is("Session")');
  assert.match(await endsAs(), /in (29|30) min$/);
  await alice.press('form[action="/session/extend"] button');
  assert.match(await endsAs(), /in 1 h (29|30) min$/);
});

test('who logs out is withdrawn at once, and the cookie goes', async () => {
  const from = hub.events.seen.length;
  await alice.press('form[action="/session/log-out"] button');
  assert.equal(await alice.heading(), 'You have logged out');
  assert.equal(await alice.page.title(), 'You have logged out – Kaido');
  assert.deepEqual((await hub.event('withdrawn', from)).keys, [ALICES_KEY]);
  assert.deepEqual(await hub.tell('sessions'), { sessions: [] });
  assert.deepEqual((await alice.context.cookies()).filter(({ name }) => name === '__Host-kaido'), []);
  await alice.page.goBack();
  await alice.page.reload();
  assert.notEqual(await alice.heading(), 'You are logged in');
});

test('my devices are mine alone, and this one is marked', async () => {
  await alice.page.goto(hub.url('/devices'));
  assert.deepEqual(await alice.page.locator('main li h2').allTextContents(), ['laptop this device', 'phone']);
  const [state, until, tunnel] = await alice.page.locator('main li:first-child dd').allTextContents();
  assert.equal(state, 'enabled');
  assert.match(until, /^\d{4}-\d\d-\d\d \d\d:\d\d \(UTC\+09:00\)$/);
  assert.equal(tunnel, 'WireGuard');
});

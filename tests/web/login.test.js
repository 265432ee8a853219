// Logging in, and not being logged in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './lib/browser.js';
import { Hub } from './lib/hub.js';

let hub;
let alice;

before(async () => {
  hub = await Hub.start();
  await hub.addEverybody();
  alice = await Browser.start(hub, 'alice');
});
after(async () => {
  await alice?.stop();
  await hub?.stop();
});

const logOut = (browser) => browser.press('form[action="/session/log-out"] button');

test('the right ID, code and certificate open a session; the page says whose it is and until when', async () => {
  const from = hub.events.seen.length;
  await alice.logIn(hub, 'alice');
  assert.equal(alice.page.url(), hub.url('/session'));
  assert.equal(await alice.heading(), 'You are logged in');
  const [user, device, ends] = await alice.page.locator('main dd').allTextContents();
  assert.equal(user, 'alice');
  assert.equal(device, 'laptop');
  const [, date, time] = ends.match(/^(\S+) (\S+) \(UTC\+09:00\), in (12 h|11 h 59 min)$/);
  const said = Date.parse(`${date}T${time}:00+09:00`) / 1000;
  assert.ok(Math.abs(said - (hub.now() + 12 * 3600)) < 90, ends);
  await hub.event('admitted', from);
  const { sessions } = await hub.tell('sessions');
  assert.equal(sessions.length, 1);
  assert.deepEqual(await hub.tell('admitted'), { sessions });
  await logOut(alice);
});

test('what is wrong makes no difference: the page is the same but for what was typed', async () => {
  const attempts = {
    'wrong-code': ['alice', async () => '000000'],
    'unknown-user': ['mallory', async () => '000000'],
    'the code of another': ['alice', () => hub.nextCode('bob')],
    'a certificate of another': ['bob', () => hub.nextCode('bob')],
    'words': ['alice', async () => '"><script>alert(1)</script>'],
  };
  const pages = new Map();
  for (const [what, [user, code]] of Object.entries(attempts)) {
    await alice.page.goto(hub.url('/'));
    const answered = alice.page.waitForResponse((response) => response.request().method() === 'POST');
    await alice.fillIn(user, await code());
    const answer = await answered;
    assert.equal(answer.status(), 403, what);
    assert.equal(await alice.page.title(), 'Error: Log in – Kaido');
    assert.equal(await alice.page.inputValue('[name=user]'), user, what);
    assert.equal(await alice.page.inputValue('[name=code]'), '', `${what}: no code comes back`);
    pages.set(what, (await answer.text()).replace(`value="${user}"`, 'value=""'));
  }
  assert.equal(new Set(pages.values()).size, 1);
  const { refusals } = await hub.tell('refusals', 'alice');
  assert.deepEqual(refusals, ['wrong-code', 'wrong-code', 'wrong-code'], 'the admin sees why');
  assert.deepEqual((await hub.tell('refusals', 'bob')).refusals, ['device-of-another']);
  assert.deepEqual(await hub.tell('sessions'), { sessions: [] });
});

test('a code counts once', async () => {
  await alice.page.goto(hub.url('/'));
  const code = await hub.nextCode('alice');
  await alice.fillIn('alice', code);
  assert.equal(await alice.heading(), 'You are logged in');
  await logOut(alice);
  await alice.page.goto(hub.url('/'));
  await alice.fillIn('alice', code);
  assert.equal(await alice.heading(), 'Log in');
  assert.match(await alice.page.textContent('[role=alert]'), /^You were not logged in/);
});

test('too many attempts are told how long to wait, and the owner gets in afterwards', async () => {
  let alert = '';
  for (let i = 0; i < 20 && !alert.startsWith('There were too many attempts'); ++i) {
    await alice.page.goto(hub.url('/'));
    await alice.fillIn('alice', '000000');
    alert = await alice.page.textContent('[role=alert]');
  }
  assert.match(alert, /^There were too many attempts\. Try again in (\d+ s|\d+ min)\.$/);
  await hub.pass(900);
  await alice.logIn(hub, 'alice');
  assert.equal(await alice.heading(), 'You are logged in');
  await logOut(alice);
});

test('the keyboard is enough', async () => {
  const { page } = alice;
  await page.goto(hub.url('/'));
  await page.keyboard.type('alice'); // the first field has the focus
  await page.keyboard.press('Tab');
  await page.keyboard.type(await hub.nextCode('alice'));
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  assert.equal(await alice.heading(), 'You are logged in');
  const pressed = async (name) => {
    for (let i = 0; i < 20; ++i) {
      await page.keyboard.press('Tab');
      const focused = page.locator(':focus');
      if ((await focused.count()) && (await focused.textContent()).trim() === name) {
        const outline = await focused.evaluate((element) => getComputedStyle(element).outlineStyle);
        assert.equal(outline, 'solid', `${name} shows that it has the focus`);
        await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
        return;
      }
    }
    assert.fail(`${name} is not reached with Tab`);
  };
  await pressed('My devices');
  assert.equal(await alice.heading(), 'My devices');
  await pressed('Session');
  await pressed('Extend');
  assert.equal(await alice.heading(), 'You are logged in');
  await pressed('Log out');
  assert.equal(await alice.heading(), 'You have logged out');
});

test('all of it works without JavaScript', async () => {
  const plain = await Browser.start(hub, 'bob', { javaScriptEnabled: false });
  try {
    await plain.logIn(hub, 'bob');
    assert.equal(await plain.heading(), 'You are logged in');
    await plain.press('form[action="/session/extend"] button');
    assert.equal(await plain.heading(), 'You are logged in');
    for (const [name, heading] of [['My devices', 'My devices'], ['WireGuard configuration', 'WireGuard configuration'],
      ['Session', 'You are logged in'], ['日本語', 'ログインしています']]) {
      await plain.press(`header a:text-is("${name}")`);
      assert.equal(await plain.heading(), heading);
    }
    await plain.press('form[action="/session/log-out"] button');
    assert.equal(await plain.heading(), 'ログアウトしました');
    assert.deepEqual(await hub.tell('sessions'), { sessions: [] });
  } finally {
    await plain.stop();
  }
});

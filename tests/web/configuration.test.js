// The WireGuard configuration: as a file, as a QR code, and never in the portal's own way.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { Browser } from './lib/browser.js';
import { ALICES_KEY, Hub, LOGIN_HOST, PUBLIC_ADDRESS } from './lib/hub.js';
import { parseAddress, parsePrefix, union, without } from './lib/prefixes.js';
import { readQrCode } from './lib/qr.js';

const open = [];
after(async () => {
  for (const each of open.reverse()) await each.stop();
});

// alice, logged in at a hub of these networks.
async function loggedIn(networks, certificate = 'alice') {
  const hub = await Hub.start({ networks });
  open.push(hub);
  await hub.addEverybody();
  const browser = await Browser.start(hub, certificate, { deviceScaleFactor: 3 });
  open.push(browser);
  await browser.logIn(hub, 'alice');
  await browser.page.goto(hub.url('/configuration'));
  assert.equal(await browser.heading(), 'WireGuard configuration');
  return { hub, browser };
}

async function fileOf({ browser }) {
  const [download] = await Promise.all([browser.page.waitForEvent('download'), browser.page.click('main a.button')]);
  assert.equal(download.suggestedFilename(), 'kaido.conf');
  return readFileSync(await download.path(), 'utf8');
}

const valuesOf = (text, key) =>
  [...text.matchAll(new RegExp(`^${key} = (.*)$`, 'gm'))].flatMap(([, list]) => list.split(', '));
const allowedOf = (text) => valuesOf(text, 'AllowedIPs').map(parsePrefix);
const withoutComments = (text) => text.replace(/^#.*\n/gm, '');

test('the file is what the device needs, but for its private key', async () => {
  const one = await loggedIn(['10.50.0.0/16', 'fd50::/32']);
  const file = await fileOf(one);
  assert.deepEqual(valuesOf(file, 'Address'), ['10.90.0.2/32', 'fd52::2/128']);
  assert.deepEqual(valuesOf(file, 'Endpoint'), [`${LOGIN_HOST}:51790`]);
  assert.deepEqual(valuesOf(file, 'AllowedIPs'), ['10.50.0.0/16', 'fd50::/32']);
  assert.match(valuesOf(file, 'PublicKey')[0], /^[A-Za-z0-9+/]{43}=$/);
  assert.notEqual(valuesOf(file, 'PublicKey')[0], ALICES_KEY, "it is the hub's");
  assert.deepEqual(valuesOf(file, 'PrivateKey'), [], 'only as a comment');
  assert.match(file, /^# PrivateKey = /m);
  assert.equal(await one.browser.page.textContent('pre'), file);
  const code = await readQrCode(one.browser.page.locator('img.qr'));
  assert.equal(code, withoutComments(file));
});

for (const networks of [['0.0.0.0/0', '::/0'], ['203.0.113.0/24', '203.0.113.64/26', '10.0.0.0/8']])
  test(`of ${networks.join(' and ')} all but the portal's address goes through the tunnel`, async () => {
    const one = await loggedIn(networks);
    const file = await fileOf(one);
    const allowed = allowedOf(file);
    assert.deepEqual(union(allowed), without(networks.map(parsePrefix), parseAddress(PUBLIC_ADDRESS)));
    const code = await readQrCode(one.browser.page.locator('img.qr'));
    assert.equal(code, withoutComments(file));
  });

test('a list that is too long for a QR code goes into it without its smallest prefixes', async () => {
  const small = Array.from({ length: 250 }, (_, i) => `10.${i}.7.0/24`);
  const large = ['172.16.0.0/12', '192.168.0.0/16'];
  const one = await loggedIn([...small, ...large]);
  const file = await fileOf(one);
  assert.deepEqual(union(allowedOf(file)), union([...small, ...large].map(parsePrefix)));
  const text = await one.browser.page.textContent('main');
  // As fine as they come, 177 squares wide: it is looked at large.
  await one.browser.page.setViewportSize({ width: 1480, height: 1480 });
  await one.browser.page.goto(one.hub.url('/configuration/qr.svg'));
  const code = await readQrCode(one.browser.page);
  assert.ok(Buffer.byteLength(code) <= 2953);
  const inCode = valuesOf(code, 'AllowedIPs');
  const inFile = valuesOf(file, 'AllowedIPs');
  assert.ok(inCode.length > 100 && large.every((each) => inCode.includes(each)), code);
  assert.ok(inCode.every((each) => inFile.includes(each)), 'nothing that is not of the file');
  for (const key of ['Address', 'PublicKey', 'Endpoint']) assert.deepEqual(valuesOf(code, key), valuesOf(file, key));
  assert.ok(text.includes(`the smallest ${inFile.length - inCode.length} of ${inFile.length} prefixes are left out`));
});

test('a device without a WireGuard key has no configuration, and is told why', async () => {
  const one = await loggedIn(['10.50.0.0/16'], 'alice-phone');
  assert.match(await one.browser.page.textContent('main'), /No WireGuard key is registered for this device/);
  assert.equal(await one.browser.page.locator('img, pre, a.button').count(), 0);
});

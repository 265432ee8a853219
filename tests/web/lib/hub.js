// A hub for one test file: test-hub (tests/hub) and the real kaido-portal on loopback, in a folder that goes with them.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { code } from './totp.js';
import { makeCertificates } from './certificates.js';

const BUILD = process.env.KAIDO_BUILD ?? new URL('../../../build/asan', import.meta.url).pathname;
const PATIENCE = 30_000; // ms; what comes at all comes long before
const STEP = 30; // seconds of a code

export const LOGIN_HOST = 'login.kaido.test';
export const HELP_HOST = 'vpn.kaido.test';
export const OTHER_SITES = ['evil.kaido.test', 'evil.example']; // one of the same site, one of another
export const PUBLIC_ADDRESS = '203.0.113.77'; // where the portal says it is reached
export const ALICES_KEY = 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=';

// A process whose lines are looked at until the one that is waited for.
class Lines {
  constructor(stream, name) {
    this.name = name;
    this.seen = [];
    this.waiting = [];
    createInterface(stream).on('line', (line) => this.add(line)).on('close', () => this.add(null));
  }
  add(line) {
    this.seen.push(line);
    this.waiting = this.waiting.filter((look) => !look(line));
  }
  // The first that `pick` gives something for, of those from number `from` on.
  next(pick, from = 0) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${this.name} says no such thing: ${this.seen.join('\n')}`)), PATIENCE);
      const look = (line) => {
        const found = line === null ? new Error(`${this.name} has ended: ${this.seen.join('\n')}`) : pick(line);
        if (found === undefined) return false;
        clearTimeout(late);
        if (found instanceof Error) reject(found);
        else resolve(found);
        return true;
      };
      if (!this.seen.slice(from).some(look)) this.waiting.push(look);
    });
  }
}

const ended = (child) =>
  child.exitCode !== null || child.signalCode !== null ? null : new Promise((resolve) => child.once('exit', resolve));

export class Hub {
  static async start({ networks = ['10.50.0.0/16', 'fd50::/32'], sessionMinutes = 720 } = {}) {
    const hub = new Hub();
    hub.folder = mkdtempSync(`${tmpdir()}/kaido-web-`);
    hub.uris = {};
    hub.ahead = 0;
    makeCertificates(hub.folder);
    hub.words = ['--session-minutes', String(sessionMinutes), ...networks.flatMap((each) => ['--network', each])];
    await hub.#startPortal();
    await hub.startHub();
    return hub;
  }

  async #startPortal() {
    this.portal = spawn(`${BUILD}/daemon/portal/kaido-portal`, ['--certificate', `${this.folder}/portal.crt`,
      '--key', `${this.folder}/portal.key`, '--login-host', LOGIN_HOST, '--public-address', PUBLIC_ADDRESS,
      '--listen', '127.0.0.1:0', '--kaidod-socket', `${this.folder}/kaidod.sock`],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, TZ: 'Asia/Tokyo' } });
    this.said = new Lines(this.portal.stderr, 'kaido-portal');
    this.port = await this.said.next((line) => line.match(/serving clients on TCP port (\d+)/)?.[1]);
  }

  // Again after stopHub(), too: with what the store has.
  async startHub() {
    const linked = this.said.next((line) => (line.includes('kaidod is there') ? true : undefined), this.said.seen.length);
    this.process = spawn(`${BUILD}/tests/hub/test-hub`, ['--folder', this.folder, '--portal-socket',
      `${this.folder}/kaidod.sock`, '--authorities', `${this.folder}/people-ca.crt`, '--ahead', String(this.ahead),
      ...this.words], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.events = new Lines(this.process.stdout, 'test-hub');
    await Promise.all([this.event('ready'), linked]);
  }
  async stopHub() {
    const gone = this.said.next((line) => (line.includes('kaidod') ? true : undefined), this.said.seen.length);
    this.process.stdin.end();
    await Promise.all([ended(this.process), gone]);
  }

  // The first event of this name, of those from number `from` on.
  event(name, from = 0) {
    return this.events.next((line) => {
      const said = JSON.parse(line);
      return said.event === name ? said : undefined;
    }, from);
  }
  // A command of commands.hpp; one at a time.
  async tell(...words) {
    const from = this.events.seen.length;
    this.process.stdin.write(`${words.join(' ')}\n`);
    const answer = await this.events.next((line) => {
      const said = JSON.parse(line);
      return said.event === undefined ? said : undefined;
    }, from);
    if (answer.failed) throw new Error(answer.failed);
    return answer;
  }

  now() {
    return Date.now() / 1000 + this.ahead;
  }
  async pass(seconds) {
    this.ahead += seconds;
    await this.tell('ahead', this.ahead);
  }
  // Of a step that was not used before.
  async nextCode(user) {
    await this.pass(STEP);
    return code(this.uris[user], this.now());
  }
  async addPerson(user) {
    this.uris[user] = (await this.tell('user', user)).uri;
    if (!(await this.tell('verify', user, await this.nextCode(user))).counts) throw new Error('a right code does not count');
  }
  addDevice(user, name, certificate, key = '') {
    return this.tell('device', user, name, `${this.folder}/${certificate}.crt`, key);
  }
  async addEverybody() {
    await this.addPerson('alice');
    await this.addPerson('bob');
    await this.addDevice('alice', 'laptop', 'alice', ALICES_KEY);
    await this.addDevice('alice', 'phone', 'alice-phone');
    await this.addDevice('bob', 'laptop', 'bob');
  }

  url(path, host = LOGIN_HOST) {
    return `https://${host}:${this.port}${path}`;
  }
  async stop() {
    this.process.stdin.end();
    this.portal.kill();
    await Promise.all([ended(this.process), ended(this.portal)]);
    rmSync(this.folder, { recursive: true });
  }
}

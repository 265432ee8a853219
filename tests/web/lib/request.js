// A request as no browser would make it, with a person's certificate.
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { LOGIN_HOST } from './hub.js';

export function ask(hub, path, { method = 'GET', headers = {}, body = '', certificate = 'alice' } = {}) {
  const file = (name) => readFileSync(`${hub.folder}/${name}`);
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: hub.port, servername: LOGIN_HOST, path, method, agent: false,
      ca: file('web-ca.crt'), cert: file(`${certificate}.crt`), key: file(`${certificate}.key`),
      headers: { host: `${LOGIN_HOST}:${hub.port}`, ...headers } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part) => { text += part; })
        .on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
    });
    asked.on('error', reject).end(body);
  });
}

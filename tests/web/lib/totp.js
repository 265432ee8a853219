// RFC 6238, as an authenticator app does it.
import { createHmac } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function fromBase32(text) {
  const bits = [...text.replace(/=+$/, '')].map((each) => LETTERS.indexOf(each).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

export function code(uri, seconds) {
  const values = new URL(uri).searchParams;
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(seconds / Number(values.get('period')))));
  const digest = createHmac(values.get('algorithm'), fromBase32(values.get('secret'))).update(step).digest();
  const number = digest.readUInt32BE(digest.at(-1) & 15) & 0x7fffffff;
  const digits = Number(values.get('digits'));
  return String(number % 10 ** digits).padStart(digits, '0');
}

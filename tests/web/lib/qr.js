// What a phone's camera would read of a page.
import jsQR from 'jsqr';
import { PNG } from 'pngjs';

// `picture`: an element or a page.
export async function readQrCode(picture) {
  const { data, width, height } = PNG.sync.read(await picture.screenshot());
  const found = jsQR(new Uint8ClampedArray(data), width, height);
  return found === null ? null : Buffer.from(found.binaryData).toString('utf8');
}

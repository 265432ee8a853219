// Sets of addresses as sorted ranges of whole numbers: another way to the same than the portal's.
export function parseAddress(text) {
  if (!text.includes(':'))
    return { family: 4, value: text.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n) };
  const [head, tail] = text.split('::');
  const groups = (part) => (part ? part.split(':') : []);
  const first = groups(head);
  const last = groups(tail);
  const gap = tail === undefined ? [] : Array(8 - first.length - last.length).fill('0');
  const value = [...first, ...gap, ...last].reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n);
  return { family: 6, value };
}

export function parsePrefix(text) {
  const [address, length] = text.split('/');
  const { family, value } = parseAddress(address);
  const size = 1n << BigInt((family === 4 ? 32 : 128) - Number(length));
  if (value % size !== 0n) throw new Error(`not a prefix: ${text}`);
  return { family, first: value, last: value + size - 1n };
}

// The same set as disjoint ranges that do not touch, in order.
export function union(ranges) {
  const merged = [];
  const inOrder = [...ranges].sort((a, b) => a.family - b.family || (a.first < b.first ? -1 : 1));
  for (const range of inOrder) {
    const before = merged.at(-1);
    if (before && before.family === range.family && range.first <= before.last + 1n)
      before.last = range.last > before.last ? range.last : before.last;
    else merged.push({ ...range });
  }
  return merged;
}

export const without = (ranges, { family, value }) =>
  union(ranges).flatMap((range) => {
    if (range.family !== family || value < range.first || value > range.last) return [range];
    return [{ ...range, last: value - 1n }, { ...range, first: value + 1n }].filter(({ first, last }) => first <= last);
  });

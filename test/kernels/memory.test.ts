import { expect, test } from 'vitest';
import { LINE_BYTES, Memory } from '#kernels/memory.ts';

test('a plan that is larger than an address reaches is refused by that, and says how large it is', () => {
  const memory = new Memory();
  memory.allocate(LINE_BYTES);
  expect(() => memory.allocate(2 ** 32)).toThrow(expect.objectContaining({ code: 'MEMORY_FULL', message: expect.stringContaining('a plan of 4097 MiB') as string }));
});

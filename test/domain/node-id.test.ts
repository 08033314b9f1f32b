import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { canonicalJson, nodeId } from '#domain/node-id.ts';
import type { NodeSpec } from '#domain/node-spec.ts';

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

describe('canonical JSON is RFC 8785', () => {
  test('literals, numbers and strings are written as in section 3.2.2', () => {
    const value = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test('names are sorted by UTF-16 code units as in section 3.2.3', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(Object.values(JSON.parse(canonicalJson(value)))).toHaveLength(7);
    expect([...canonicalJson(value).matchAll(/:"([^"]*)"/g)].map((match) => match[1])).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  // The rows of appendix B: the bits of a double, its JSON.
  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('the double %s is %s', (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  });

  test.each([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['undefined', undefined],
  ])('%s has no canonical form and is refused', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ name: 'Fault', code: 'SPEC_INVALID' }));
  });
});

describe('NodeID', () => {
  const stream: NodeSpec = {
    nodeType: 'stream',
    code: { stream: 'bars', version: '1.0.0' },
    config: { venue: 'demo', instrument: 'SPX', interval: '1d' as never, field: 'close' },
    schema: { outputs: ['value'] },
  };

  test('is the hash of nodeType:codeHash:configHash:schemaHash, each the hash of canonical text written by hand', () => {
    const code = sha256('{"stream":"bars","version":"1.0.0"}');
    const config = sha256('{"field":"close","instrument":"SPX","interval":"1d","venue":"demo"}');
    const schema = sha256('{"outputs":["value"]}');
    expect(nodeId(stream)).toBe(sha256(`stream:${code}:${config}:${schema}`));
  });

  test('equals what Python computes', () => {
    // python3: h = lambda s: hashlib.sha256(s.encode()).hexdigest()
    //          h('stream:' + ':'.join(map(h, [code, config, schema]))) over the three texts of the test above
    expect(nodeId(stream)).toBe('03aac456a3615093395d932b963e6febcdcd0c47517cd765bab24764f6596f3d');
  });
});

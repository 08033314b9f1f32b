import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type ConfigOverrides, type ConfigProblem, explainConfig, loadConfig } from '#cluster/config.ts';
import { configJsonSchema } from '#cluster/config-schema.ts';
import { type Fault, isFault } from '#domain/fault.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'qmtl-config-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function file(text: string): string {
  const path = join(directory, 'cluster.yml');
  writeFileSync(path, text);
  return path;
}

function refusal(text: string | undefined, overrides: ConfigOverrides = {}): Fault {
  try {
    loadConfig(text === undefined ? undefined : file(text), overrides);
  } catch (error) {
    if (isFault(error)) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

const problemsOf = (fault: Fault): ConfigProblem[] => fault.data['problems'] as ConfigProblem[];

describe('defaults', () => {
  test('no file, an empty file and a file of comments mean the same', () => {
    const { dataDir, ...none } = loadConfig(undefined);
    expect(dataDir).toBe(resolve('.qmtl'));
    for (const text of ['', '# nothing\n', 'nats:\n  # port: 4222\n']) {
      const { dataDir: beside, ...rest } = loadConfig(file(text));
      expect(rest).toEqual(none);
      expect(beside).toBe(join(directory, '.qmtl'));
    }
  });

  test('the cluster.yml that is shipped spells out exactly the defaults', () => {
    const { dataDir: _shipped, ...shipped } = loadConfig('cluster.yml');
    const { dataDir: _default, ...defaults } = loadConfig(undefined);
    expect(shipped).toEqual(defaults);
  });

  test('two members of two shards, 64 slots, a free port for nats-server', () => {
    expect(loadConfig(undefined)).toMatchObject({
      tenant: 'default',
      slots: 64,
      nats: { port: 0 },
      members: [{ id: 'm1', shards: 2 }, { id: 'm2', shards: 2 }],
      lease: { heartbeatEveryMs: 500, memberTtlMs: 4_000 },
      checkpoint: { everyMs: 500, everyRows: 65_536 },
    });
  });

  test('a member needs only its name', () => {
    expect(loadConfig(file('members:\n  - id: solo\n')).members).toEqual([{ id: 'solo', shards: 2, httpPort: 0 }]);
  });
});

// Each row: what is written, where the mistake stands (line:column), what the message says, what the cure says.
const mistakes: readonly (readonly [name: string, text: string, place: string, message: RegExp, cure: RegExp])[] = [
  ['wrong type', 'slots: many\n', '1:8', /slots must be a whole number from 1 to 256; found the text "many"/, /units of placement/],
  ['out of range', 'slots: 16\ngateway:\n  httpPort: 70000\n', '3:13', /gateway\.httpPort must be a whole number from 0 to 65535; found 70000/, /0 takes a free one/],
  ['a fraction', 'checkpoint:\n  everyMs: 0.5\n', '2:12', /everyMs must be a whole number from 10 to 60000; found 0\.5/, /checkpoint/],
  ['unknown key, near one', 'gatway:\n  httpPort: 1\n', '1:1', /gatway is not a known key/, /did you mean gateway\?/],
  ['unknown key inside a group', 'nats:\n  port: 1\n  prot: 2\n', '3:3', /nats\.prot is not a known key/, /did you mean nats\.port\?/],
  ['unknown key, near none', 'nats:\n  zzzzzzzzzz: 2\n', '2:3', /nats\.zzzzzzzzzz is not a known key/, /known in nats: url, servers, replicas, port, storeMaxBytes, binary/],
  ['unknown key of a member', 'members:\n  - id: a\n    shard: 2\n', '3:5', /members\[0\]\.shard is not a known key/, /members\[0\]\.shards/],
  ['duplicate key', 'slots: 2\ntenant: a\nslots: 4\n', '3:1', /already given above/, /keep one/],
  ['a tab', 'nats:\n\tport: 1\n', '2:1', /a tab is used/, /spaces/],
  ['bad YAML', 'nats: [1,\n', '2:1', /./, /./],
  ['two keys in a line', 'nats:\n  port: 1 url: x\n', '2:9', /two keys/, /own line/],
  ['two documents', 'slots: 2\n---\nslots: 3\n', '2:1', /second document/, /---/],
  ['an alias to nothing', 'tenant: *me\n', '1:9', /\*me refers to nothing/, /&me/],
  ['a missing name', 'members:\n  - shards: 2\n', '2:5', /members\[0\]\.id must be a name .*; it is missing/, /unique/],
  ['not a group', 'gateway: 8080\n', '1:10', /gateway must be a group of keys.*; found 8080/, /door/],
  ['not a list', 'members:\n  id: a\n', '2:3', /members must be a list/, /run actors/],
  ['no members', 'members: []\n', '1:10', /at least one member/, /run actors/],
  ['not even a group', '- 1\n', '1:1', /must be a group/, /configuration of a QMTL cluster/],
  ['a tenant that is no token', 'tenant: My.Firm\n', '1:9', /tenant must be a name of at most 32 lower-case letters/, /subject/],
  ['an unknown level', 'logLevel: loud\n', '1:11', /must be one of trace, debug, info/, /logged/],
  ['an address that is none', 'nats:\n  url: localhost\n', '2:8', /nats\.url must be an address like nats:/, /nats-server/],
  ['members of one name', 'members:\n  - id: a\n  - id: a\n', '3:9', /members\[1\]\.id "a" is already the name of members\[0\]/, /own name/],
  ['a lease shorter than two heartbeats', 'lease:\n  heartbeatEveryMs: 2000\n', '2:3', /lease\.memberTtlMs must be more than twice lease\.heartbeatEveryMs \(2000\)/, /4001|more often/],
  ['fewer slots than shards', 'slots: 3\n', '1:8', /slots must be at least the number of shards of all members, 4; it is 3/, /4 or more/],
  ['one port for two', 'gateway:\n  httpPort: 7421\n', '1:1', /dagManager\.httpPort port 7421 is already taken by gateway\.httpPort/, /another port/],
  ['settings of a server nobody starts', 'nats:\n  url: nats://h:1\n  binary: /bin/x\n', '3:11', /nats\.binary has no effect beside nats\.url/, /remove/],
];

describe('a mistake in the file is refused with its place, its path and the cure', () => {
  test.each(mistakes)('%s', (_name, text, place, message, cure) => {
    const fault = refusal(text);
    const [problem] = problemsOf(fault);
    expect(fault.code).toBe('CONFIG_INVALID');
    expect(problem!.where.slice(directory.length + 1)).toBe(`cluster.yml:${place}`);
    expect(`${problem!.path} ${problem!.what}`).toMatch(message);
    expect(problem!.cure).toMatch(cure);
  });

  test('a missing file names itself and the ways to give one', () => {
    expect(() => loadConfig(join(directory, 'none.yml'))).toThrow(/there is no file .*none\.yml/);
    expect(() => loadConfig(directory)).toThrow(/cannot be read/);
  });

  test('all mistakes are said at once, each with its own line', () => {
    const fault = refusal('slots: 0\ngatway: {}\ntenant: X\n');
    expect(problemsOf(fault).map(({ where }) => where.split(':').at(-2))).toEqual(expect.arrayContaining(['1', '2', '3']));
    expect(fault.message).toContain('3 values are wrong');
    expect(fault.message.split('\n')).toHaveLength(4);
    expect(fault.cure).toContain('qmtl config schema');
  });

  test('one mistake reads as one sentence with its place in front', () => {
    expect(refusal('slots: 0\n').message).toBe(`${join(directory, 'cluster.yml')}:1:8: slots must be a whole number from 1 to 256; found 0`);
  });
});

describe('flag wins over environment, environment over file, file over default', () => {
  const rows: readonly (readonly [string, string, ConfigOverrides, number, RegExp])[] = [
    ['nothing', '', {}, 64, /^default$/],
    ['file', 'slots: 10', {}, 10, /cluster\.yml:1:8$/],
    ['environment', 'slots: 10', { env: { QMTL__SLOTS: '20' } }, 20, /^environment QMTL__SLOTS$/],
    ['flag', 'slots: 10', { env: { QMTL__SLOTS: '20' }, flags: { slots: '30' } }, 30, /^flag slots$/],
    ['flag that was not given', 'slots: 10', { flags: { slots: undefined } }, 10, /cluster\.yml:1:8$/],
    ['flag as a number', '', { flags: { slots: 40 } }, 40, /^flag slots$/],
  ];
  test.each(rows)('%s', (_name, text, overrides, slots, origin) => {
    const { config, values } = explainConfig(file(text), overrides);
    expect(config.slots).toBe(slots);
    expect(values.find(({ path }) => path === 'slots')?.origin).toMatch(origin);
  });

  test('a variable reaches into groups and lists, in either spelling of a long word', () => {
    const config = loadConfig(file('members:\n  - id: a\n  - id: b\n'), {
      env: { QMTL__GATEWAY__HTTPPORT: '1', QMTL__DAG_MANAGER__HTTP_PORT: '2', QMTL__MEMBERS__1__SHARDS: '7', QMTL__TENANT: '2024' },
    });
    expect(config).toMatchObject({ gateway: { httpPort: 1 }, dagManager: { httpPort: 2 }, tenant: '2024', members: [{ id: 'a', shards: 2 }, { id: 'b', shards: 7 }] });
  });

  test('a list can be given whole', () => {
    expect(loadConfig(undefined, { env: { QMTL__MEMBERS: '[{ id: x, shards: 1 }]' } }).members).toEqual([{ id: 'x', shards: 1, httpPort: 0 }]);
  });

  test('other variables are ignored', () => {
    expect(loadConfig(undefined, { env: { QMTL_CONFIG: 'x', PATH: 'y' } }).slots).toBe(64);
  });

  test('an override relative path is relative to where it is typed', () => {
    expect(loadConfig(file(''), { flags: { dataDir: 'here' } }).dataDir).toBe(resolve('here'));
    expect(loadConfig(file('dataDir: here')).dataDir).toBe(join(directory, 'here'));
    expect(loadConfig(file('dataDir: /there')).dataDir).toBe('/there');
  });
});

describe('a mistake in an override names the variable or the flag', () => {
  test.each<[string, ConfigOverrides, RegExp, RegExp]>([
    ['wrong value', { env: { QMTL__SLOTS: 'many' } }, /^environment QMTL__SLOTS: slots must be a whole number/, /units of placement/],
    ['unknown key', { env: { QMTL__GATWAY__HOST: 'x' } }, /^environment QMTL__GATWAY__HOST: there is no key GATWAY/, /did you mean gateway/],
    ['unknown flag', { flags: { 'nats.prot': 1 } }, /^flag nats\.prot: there is no key prot/, /did you mean port/],
    ['a list that is no YAML', { env: { QMTL__MEMBERS: '[{' } }, /^environment QMTL__MEMBERS: its value is not YAML/, /on one line/],
    ['a key below a value', { flags: { 'slots.deep': 1 } }, /^flag slots\.deep: there is no key deep/, /./],
    ['a hole in a list', { env: { QMTL__MEMBERS__3__ID: 'x' } }, /members/, /./],
  ])('%s', (_name, overrides, message, cure) => {
    const fault = refusal(undefined, overrides);
    expect(fault.message).toMatch(message);
    expect(problemsOf(fault)[0]!.cure).toMatch(cure);
  });
});

test('the JSON Schema describes every key for editors', () => {
  const walk = (schema: ReturnType<typeof configJsonSchema>, path: string): string[] =>
    Object.entries(schema.properties ?? schema.items?.properties ?? {}).flatMap(([key, part]) => [
      ...(part.description ? [] : [`${path}.${key}`]),
      ...walk(part, `${path}.${key}`),
    ]);
  expect(Object.keys(configJsonSchema().properties ?? {})).toContain('members');
  expect(walk(configJsonSchema(), '')).toEqual([]);
});

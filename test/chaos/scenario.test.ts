// Scenario files: those that are shipped can be read, and a mistake in one is told with its place.
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readScenario, scenarioSchema } from '#chaos/scenario.ts';
import { jsonSchemaOf } from '#cluster/config-schema.ts';

const dir = mkdtempSync(join(tmpdir(), 'qmtl-scenario-'));
const shipped = readdirSync('scenarios').map((name) => readScenario(join('scenarios', name)));

test('every shipped scenario can be read, and its file has its name', () => {
  expect(shipped.map(({ name }) => `${name}.yml`)).toEqual(readdirSync('scenarios'));
});

test('every fault there is has a scenario', () => {
  const { faults } = jsonSchemaOf(scenarioSchema).properties as unknown as { faults: { items: { oneOf: { properties: { fault: { const: string } } }[] } } };
  const kinds = faults.items.oneOf.map(({ properties }) => properties.fault.const);
  expect(kinds.length).toBeGreaterThan(8);
  expect(kinds.filter((kind) => !shipped.some((scenario) => scenario.faults.some(({ fault }) => fault === kind)))).toEqual([]);
});

const HEAD = 'name: x\ndescription: y\n';
test.each([
  ['an unknown fault', `${HEAD}faults:\n  - fault: burn\n    atMs: 1\n`, /:4:12: faults\[0\]\.fault must be a fault: kill, lose, pause, .*; found the text "burn"/],
  ['a fault without a target', `${HEAD}faults:\n  - fault: kill\n    atMs: 1\n`, /:4:5: faults\[0\]\.target must be gateway, .*; it is missing/],
  ['a target that is none', `${HEAD}faults:\n  - fault: kill\n    target: moon\n    atMs: 1\n`, /:5:13: faults\[0\]\.target must be gateway, .* found the text "moon"/],
  ['a key nobody knows', `${HEAD}faults: []\nworkload:\n  row: 5\n`, /:5:3: workload\.row is not a known key/],
  ['two servers', `${HEAD}faults: []\ncluster:\n  servers: 2\n`, /:5:12: cluster\.servers must be 1 or 3; found 2/],
  ['no faults at all', HEAD, /faults must be a list of faults/],
  ['text that is no YAML', 'name: \'x\n', /:\d+:\d+: a quote, bracket or colon is missing/],
])('%s is refused with its place', (_, content, says) => {
  const file = join(dir, 'scenario.yml');
  writeFileSync(file, content);
  expect(() => readScenario(file)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(says) as string }) as Error);
});

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { broken, FLOORS, HOMES } from './rules.ts';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'));
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string>; devDependencies: Record<string, string> };

test('every file under src/ keeps the rules of the house', () => {
  expect(sources.length).toBeGreaterThan(20);
  expect(sources.flatMap((path) => broken(path, readFileSync(`src/${path}`, 'utf8')))).toEqual([]);
});

test('every package the product depends on has a home, and every home belongs to a dependency', () => {
  const declared = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies).flatMap((name) => (name.startsWith('@types/') ? [name.slice('@types/'.length)] : []))];
  expect(Object.keys(manifest.dependencies).filter((name) => !(name in HOMES))).toEqual([]);
  expect(Object.keys(HOMES).filter((name) => !declared.includes(name))).toEqual([]);
});

test('every folder under src/ is on a floor', () => {
  expect(readdirSync('src').filter((folder) => !(folder in FLOORS))).toEqual([]);
});

describe('the checker finds what breaks a rule', () => {
  test.each([
    ['domain/bar.ts', "import { host } from '#actors/host.ts';", 'domain/bar.ts: domain may not import actors'],
    ['domain/bar.ts', "import type { Host } from '#actors/host.ts';", 'domain/bar.ts: domain may not import actors'],
    ['domain/bar.ts', "export * from '#sdk/mod.ts';", 'domain/bar.ts: domain may not import sdk'],
    ['actors/slot.ts', "const late = await import('#cluster/config.ts');", 'actors/slot.ts: actors may not import cluster'],
    ['bus/nats.ts', "import { plan } from '#kernels/plan.ts';", 'bus/nats.ts: bus may not import kernels'],
    ['dag/diff.ts', "import { door } from '#gateway/door.ts';", 'dag/diff.ts: dag may not import gateway'],
    ['cluster/up.ts', "import { run } from '#cli/main.ts';", 'cluster/up.ts: cluster may not import cli'],
    ['bus/nats.ts', "import { x } from '../domain/bar.ts';", 'bus/nats.ts imports ../domain/bar.ts: name the floor instead (#folder/file.ts)'],
    ['bus/nats.ts', "import { x } from '#bus/bus.ts';", 'bus/nats.ts imports #bus/bus.ts: its own folder is ./'],
    ['bus/nats.ts', "import { x } from '#tools/x.ts';", 'bus/nats.ts imports #tools/x.ts: tools is on no floor'],
    ['bus/nats.ts', "import { open } from 'lmdb';", 'bus/nats.ts imports lmdb, whose home is checkpoint/lmdb.ts'],
    ['bus/nats.ts', "import got from 'got';", 'bus/nats.ts imports got, which has no home: add it to HOMES'],
    ['tools/x.ts', '', 'tools is on no floor'],
    ['bus/deep/x.ts', '', 'bus/deep/x.ts is not src/<folder>/<file>: the house is flat'],
    ['bus/utils.ts', '', 'bus/utils.ts: a helper lives with its noun, not in utils.ts'],
    ['bus/nats.ts', '\nconst t = Date.now();', 'bus/nats.ts:2 uses Date.now: time and chance come from #clock'],
    ['bus/nats.ts', 'const t = new Date();', 'bus/nats.ts:1 uses new Date(): time and chance come from #clock'],
    ['bus/nats.ts', 'setTimeout(run, 5);', 'bus/nats.ts:1 uses setTimeout: time and chance come from #clock'],
    ['bus/nats.ts', 'const t = globalThis.performance.now();', 'bus/nats.ts:1 uses performance.now: time and chance come from #clock'],
    ['bus/nats.ts', 'const x = Math.random();', 'bus/nats.ts:1 uses Math.random: time and chance come from #clock'],
    ['bus/nats.ts', 'const t = process.hrtime.bigint();', 'bus/nats.ts:1 uses process.hrtime: time and chance come from #clock'],
    ['bus/nats.ts', "import { setTimeout as sleep } from 'node:timers/promises';", 'bus/nats.ts:1 uses node:timers/promises: time and chance come from #clock'],
    ['bus/nats.ts', "import { randomUUID as id } from 'node:crypto';", 'bus/nats.ts:1 uses randomUUID: time and chance come from #clock'],
  ])('%s with %j', (path, text, problem) => {
    expect(broken(path, text)).toEqual([problem]);
  });

  test.each([
    ['bus/dial.ts', "import { Fault } from '#domain/fault.ts'; import { connect } from '@nats-io/transport-node';"],
    ['cli/up.ts', "import { loadConfig } from '#cluster/config.ts'; import { x } from './cli.ts';"],
    ['clock/system.ts', 'Date.now(); setTimeout(run, 5);'],
    ['bus/nats.ts', "const names = { setTimeout: 'no' }; const text = 'Date.now() and ../x'; // new Date()"],
    ['bus/nats.ts', 'const day = new Date(0); clock.now();'],
  ])('and lets %s do %j', (path, text) => {
    expect(broken(path, text)).toEqual([]);
  });
});

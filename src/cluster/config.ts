// The configuration of a cluster: cluster.yml, environment and flags laid over each other and checked.
//
// G1. Flag wins over environment, environment over file, file over default.
// G2. Everything wrong is said at once, each with its place (file:line:column, variable or flag), its path and its cure.
// G3. A Config that exists is valid, relations between values included: nobody checks it again.

import { dirname, resolve } from 'node:path';

import type { StreamLimits } from '#bus/nats-streams.ts';
import { Fault } from '#domain/fault.ts';
import { nearestName } from '#kernels/nearest.ts';
import { type ConfigFile, type Path, type Place, readConfigFile } from './config-file.ts';
import { applyOverrides, type Override, overridesFromEnv, overridesFromFlags } from './config-override.ts';
import { checkShape, type Config, configSchema, jsonSchemaOf, schemaAt, type Violation, type z } from './config-schema.ts';

export type { Config } from './config-schema.ts';

export interface ConfigOverrides {
  /** Variables named QMTL__SECTION__KEY are read, all others ignored. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Values by dotted path, e.g. `{ 'gateway.httpPort': 0 }`; text is read as in the environment. */
  readonly flags?: Readonly<Record<string, unknown>>;
}

export interface ConfigProblem {
  /** `cluster.yml:3:9`, `environment QMTL__SLOTS` or `flag slots`. */
  readonly where: string;
  readonly path: string;
  readonly what: string;
  readonly cure: string;
}

/** A value and the place it came from: a place as in ConfigProblem, or `default`. */
export interface ConfigValue {
  readonly path: string;
  readonly value: unknown;
  readonly origin: string;
}

/**
 * Reads a configuration; without a file every value not overridden has its default. `dataDir` comes out absolute: relative to
 * the file's directory, or to the working directory when there is no file or an override sets it.
 * Throws CONFIG_INVALID with `data.problems`.
 */
export function loadConfig(file: string | undefined, overrides: ConfigOverrides = {}): Config {
  return explainConfig(file, overrides).config;
}

/** As `loadConfig`, with the origin of every value. */
export function explainConfig(file: string | undefined, overrides: ConfigOverrides = {}): { config: Config; values: ConfigValue[] } {
  const read = file === undefined ? undefined : { name: file, file: readConfigFile(file) };
  const env = overridesFromEnv(overrides.env ?? {});
  const flags = overridesFromFlags(overrides.flags ?? {});
  const laid = [...env.list, ...flags.list]; // by G1
  const origins = new Origins(read, laid);

  refuse([
    ...(read?.file.problems ?? []).map(({ place, what, cure }) => ({ where: origins.spell(place), path: '', what, cure })),
    ...[...env.problems, ...flags.problems].map((problem) => ({ path: '', ...problem })),
  ]);

  const value = applyOverrides(withoutEmpty(read?.file.value), laid);
  const shape = checkShape(configSchema, value);
  if ('violations' in shape) {
    refuse(shape.violations.map((violation) => ({ where: origins.ofViolation(violation), ...describe(violation, value, configSchema) })));
    throw new Error('the schema refused a value without a reason');
  }
  refuse(brokenRelations(shape.shaped).map(({ path, what, cure }) => ({ where: origins.of(path), path: spell(path), what, cure })));

  // A file means the same from wherever it is used; what is typed is relative to where it is typed.
  const base = read === undefined || origins.isOverridden(['dataDir']) ? '.' : dirname(read.name);
  const config = { ...shape.shaped, dataDir: resolve(base, shape.shaped.dataDir) };
  return { config, values: leaves(config).map(([path, leaf]) => ({ path: spell(path), value: leaf, origin: origins.ofValue(path) })) };
}

/** Copies of the log, each on a server of its own. */
export function replicasOf({ nats: { replicas, servers } }: Config): 1 | 3 | 5 {
  return replicas ?? servers;
}

/** Sizes at which streams take nothing more. */
export function limitsOf({ retention }: Config): StreamLimits {
  const [input, output] = [retention.in.bytesMax, retention.out.bytesMax];
  return { ...(input !== undefined && { IN: input }), ...(output !== undefined && { OUT: output }) };
}

/** Reads a YAML file of another kind by its schema. Throws CONFIG_INVALID with `data.problems`, each with its place. */
export function readChecked<T>(path: string, schema: z.ZodType<T>): T {
  const file = readConfigFile(path);
  const spellPlace = ({ line, column }: Place): string => `${path}:${line}:${column}`;
  refuse(file.problems.map(({ place, what, cure }) => ({ where: spellPlace(place), path: '', what, cure })));
  const shape = checkShape(schema, file.value);
  if ('shaped' in shape) return shape.shaped;
  refuse(
    shape.violations.map((violation) => {
      const place = violation.unknownKey === undefined ? file.place(violation.path) : file.placeOfKey(violation.path, violation.unknownKey);
      return { where: spellPlace(place), ...describe(violation, file.value, schema) };
    }),
  );
  throw new Error('the schema refused a value without a reason');
}

/** Knows who set a value, and where. */
class Origins {
  readonly #read: { name: string; file: ConfigFile } | undefined;
  readonly #laid: readonly Override[];

  constructor(read: { name: string; file: ConfigFile } | undefined, laid: readonly Override[]) {
    this.#read = read;
    this.#laid = laid;
  }

  /** The place to mend: for what is missing, the group it is missing from. */
  of(path: Path): string {
    return this.#override(path) ?? (this.#read === undefined ? 'default' : this.spell(this.#read.file.place(path)));
  }

  ofViolation({ path, unknownKey }: Violation): string {
    if (unknownKey === undefined || this.#read === undefined) return this.of(path);
    return this.#override(path) ?? this.spell(this.#read.file.placeOfKey(path, unknownKey));
  }

  /** The place of a value that may have come from nobody. */
  ofValue(path: Path): string {
    return this.isOverridden(path) || this.#read?.file.has(path) ? this.of(path) : 'default';
  }

  isOverridden(path: Path): boolean {
    return this.#override(path) !== undefined;
  }

  spell({ line, column }: Place): string {
    return `${this.#read?.name}:${line}:${column}`;
  }

  #override(path: Path): string | undefined {
    return this.#laid.findLast((each) => each.path.every((step, index) => step === path[index]))?.where;
  }
}

/** A key with nothing after it, as a group whose lines are all commented out, says nothing. */
function withoutEmpty(value: unknown): unknown {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null));
}

interface Relation {
  readonly path: Path;
  readonly what: string;
  readonly cure: string;
}

/** What no single field can see. */
function brokenRelations(config: Config): Relation[] {
  const broken: Relation[] = [];
  const { heartbeatEveryMs, memberTtlMs } = config.lease;
  // One heartbeat lost on the way is not a death.
  if (memberTtlMs <= 2 * heartbeatEveryMs) {
    broken.push({
      path: ['lease', 'memberTtlMs'],
      what: `must be more than twice lease.heartbeatEveryMs (${heartbeatEveryMs}), or one lost heartbeat moves every slot of a member; it is ${memberTtlMs}`,
      cure: `write at least ${2 * heartbeatEveryMs + 1}, or let heartbeats come more often`,
    });
  }
  // A shard without a slot is a thread with nothing to run.
  const shards = config.members.reduce((sum, member) => sum + member.shards, 0);
  if (shards > config.slots) {
    broken.push({ path: ['slots'], what: `must be at least the number of shards of all members, ${shards}; it is ${config.slots}`, cure: `write ${shards} or more, or start fewer shards` });
  }
  for (const stream of ['in', 'out'] as const) {
    const { keepBytes, bytesMax } = config.retention[stream];
    // A stream that is full before anything goes is full for ever.
    if (keepBytes !== undefined && bytesMax !== undefined && keepBytes >= bytesMax) {
      broken.push({ path: ['retention', stream, 'keepBytes'], what: `must be less than retention.${stream}.bytesMax (${bytesMax}), or nothing goes before nothing more is accepted; it is ${keepBytes}`, cure: `write at most ${Math.floor(0.8 * bytesMax)}` });
    }
  }
  const ids = new Map<string, number>();
  for (const [index, { id }] of config.members.entries()) {
    const first = ids.get(id);
    if (first === undefined) ids.set(id, index);
    else broken.push({ path: ['members', index, 'id'], what: `"${id}" is already the name of members[${first}]`, cure: 'give every member its own name' });
  }
  const ports = new Map<number, string>();
  for (const [path, port] of fixedPorts(config)) {
    const first = ports.get(port);
    if (first === undefined) ports.set(port, spell(path));
    else broken.push({ path, what: `port ${port} is already taken by ${first}`, cure: 'write another port, or 0 for any free one' });
  }
  const { url, servers, replicas } = config.nats;
  if (url === undefined && replicas !== undefined && replicas > servers) {
    broken.push({ path: ['nats', 'replicas'], what: `must be at most nats.servers, ${servers}; it is ${replicas}`, cure: 'write nats.servers: 3, or leave nats.replicas out' });
  }
  // Settings of a server nobody starts would be believed and have no effect.
  if (url !== undefined) {
    if (servers !== 1) {
      broken.push({ path: ['nats', 'servers'], what: 'has no effect beside nats.url, since no nats-server is started then', cure: 'remove it, or remove nats.url; nats.replicas says how many copies the log has' });
    }
    for (const key of ['binary', 'storeMaxBytes'] as const) {
      if (config.nats[key] !== undefined) {
        broken.push({ path: ['nats', key], what: 'has no effect beside nats.url, since no nats-server is started then', cure: 'remove it, or remove nats.url' });
      }
    }
  }
  return broken;
}

function fixedPorts(config: Config): [Path, number][] {
  const ports: [Path, number][] = [
    [['gateway', 'httpPort'], config.gateway.httpPort],
    [['dagManager', 'httpPort'], config.dagManager.httpPort],
    ...(config.nats.port === 0 ? [] : Array.from({ length: config.nats.servers }, (_, k): [Path, number] => [['nats', 'port'], config.nats.port + k])),
    ...config.members.map((member, index): [Path, number] => [['members', index, 'httpPort'], member.httpPort]),
  ];
  return ports.filter(([, port]) => port !== 0);
}

function describe(violation: Violation, whole: unknown, schema: z.ZodType): Omit<ConfigProblem, 'where'> {
  const path = spell(violation.path);
  const part = schemaAt(violation.path, jsonSchemaOf(schema));
  if (violation.unknownKey !== undefined) {
    const known = Object.keys(part?.properties ?? {});
    const near = nearestName(violation.unknownKey, known);
    return {
      path: spell([...violation.path, violation.unknownKey]),
      what: 'is not a known key',
      cure: near ? `did you mean ${spell([...violation.path, near])}?` : `known ${path ? `in ${path}` : 'at the top'}: ${known.join(', ')}`,
    };
  }
  const value = violation.path.reduce<unknown>((group, step) => (group as Record<string | number, unknown> | undefined)?.[step], whole);
  const found = value === undefined ? 'it is missing' : `found ${show(value)}`;
  return { path: path || '(top)', what: `must be ${violation.mustBe}; ${found}`, cure: `it means: ${part?.description ?? jsonSchemaOf(schema).description}` };
}

function refuse(problems: readonly ConfigProblem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  const line = ({ where, path, what }: ConfigProblem): string => `${where}: ${path ? `${path} ` : ''}${what}`;
  if (problems.length === 1) throw new Fault('CONFIG_INVALID', line(first), { cure: first.cure, data: { problems } });
  const lines = problems.map((problem) => `  ${line(problem)} (${problem.cure})`);
  throw new Fault('CONFIG_INVALID', `${problems.length} values are wrong\n${lines.join('\n')}`, {
    cure: 'mend them all; `qmtl config schema` describes every key',
    data: { problems },
  });
}

/** `members[0].shards` */
function spell(path: Path): string {
  return path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`), '');
}

function show(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'a group';
  return typeof value === 'string' ? `the text ${JSON.stringify(value)}` : String(value);
}

function leaves(value: unknown, path: Path = []): [Path, unknown][] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leaves(item, [...path, index]));
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
  return [[path, value]];
}

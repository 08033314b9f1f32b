// Checks a NodeSpec that comes from outside: an author's declaration or a submission from the wire.
// S1. What passes is a fresh copy with exactly the known fields, so nothing unread reaches an identity.
// S2. −0 becomes 0: the two are one text in canonical JSON and would be two values under one NodeID.
// S3. A custom node's source is its own normal form, so no other spelling of it exists under another id, and it captures nothing.
// Absent: whether a kernel of this name and version exists (kernels/catalog.ts knows), and the upstreams themselves (strategy-spec.ts).
import { BAR_FIELDS } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { NodeID, NodeSpec, OutputRef, Params, ParamValue } from '#domain/node-spec.ts';
import type { RoleName } from './code-scope.ts';
import { normaliseCode } from './code.ts';
import { readModule } from './wasm-module.ts';
import { describe, readAnyRecord, readList, readOneOf, readRecord, readSet, readText, readWord, refuse, type Unread } from './shape.ts';

/** A year of one-minute bars. */
export const PERIOD_MAX = 525_600;

const NODE_TYPES = ['stream', 'kernel', 'operator', 'custom', 'wasm', 'account', 'tag-query'] as const;
/** What the account reads, in this order. */
const ACCOUNT_INPUTS = ['open', 'close', 'target'] as const;

/**
 * Answers a checked copy of a spec.
 * Throws SPEC_INVALID, INTERVAL_INVALID, PERIOD_INVALID, PARAM_INVALID, CODE_CAPTURES or CODE_INVALID, naming `where` and the field.
 */
export function checkSpec(value: unknown, where = 'spec'): NodeSpec {
  const spec = readRecord(value, where, ['nodeType', 'code', 'config', 'schema']);
  const nodeType = readOneOf(spec.nodeType, `${where}.nodeType`, NODE_TYPES);
  const outputs = readSet(readRecord(spec.schema, `${where}.schema`, ['outputs']).outputs, `${where}.schema.outputs`, readWord);
  if (outputs.length === 0) throw refuse(`${where}.schema.outputs`, 'is empty', 'name at least one output');
  return READ[nodeType](spec, { code: `${where}.code`, config: `${where}.config` }, { outputs });
}

type Where = Readonly<Record<'code' | 'config', string>>;
type Schema = NodeSpec['schema'];

/** How each type of node is read. */
const READ: Readonly<Record<NodeSpec['nodeType'], (spec: Unread, where: Where, schema: Schema) => NodeSpec>> = {
  stream: (spec, where, schema) => {
    const { stream, version } = readRecord(spec.code, where.code, ['stream', 'version']);
    const { venue, instrument, field, ...rest } = readRecord(spec.config, where.config, ['venue', 'instrument', 'interval', 'field']);
    return {
      nodeType: 'stream',
      code: { stream: readOneOf(stream, `${where.code}.stream`, ['bars']), version: readVersion(version, `${where.code}.version`) },
      config: {
        venue: readText(venue, `${where.config}.venue`),
        instrument: readText(instrument, `${where.config}.instrument`),
        interval: readInterval(rest.interval, `${where.config}.interval`),
        field: readOneOf(field, `${where.config}.field`, BAR_FIELDS),
      },
      schema,
    };
  },

  kernel: (spec, where, schema) => {
    const { kernel, version } = readRecord(spec.code, where.code, ['kernel', 'version']);
    const code = { kernel: readWord(kernel, `${where.code}.kernel`), version: readVersion(version, `${where.code}.version`) };
    return { nodeType: 'kernel', code, config: readComputed(spec.config, where.config, 'by position'), schema };
  },

  operator: (spec, where, schema) => {
    const { operator, version } = readRecord(spec.code, where.code, ['operator', 'version']);
    const code = { operator: readWord(operator, `${where.code}.operator`), version: readVersion(version, `${where.code}.version`) };
    return { nodeType: 'operator', code, config: readComputed(spec.config, where.config, 'by name'), schema };
  },

  custom: (spec, where, schema) => {
    const { source } = readRecord(spec.code, where.code, ['source']);
    const config = readComputed(spec.config, where.config, 'by name');
    const names = config.upstreams.map((upstream) => upstream.name ?? '');
    if (names.some((name, at) => name < (names[at - 1] ?? ''))) {
      throw refuse(`${where.config}.upstreams`, `is ${names.join(', ')}`, 'sort the inputs by name, so that equal nodes are equal texts');
    }
    return { nodeType: 'custom', code: { source: readSource(source, `${where.code}.source`, 'compute') }, config, schema };
  },

  wasm: (spec, where, schema) => {
    const { module } = readRecord(spec.code, where.code, ['module']);
    const config = readComputed(spec.config, where.config, 'by position');
    const { values } = readRecord(config.params, `${where.config}.params`, ['values']);
    const params = { values: readList(values, `${where.config}.params.values`, readNumber) };
    const code = { module: readBase64(module, `${where.code}.module`) };
    readModule(Buffer.from(code.module, 'base64'), { inputs: config.upstreams.length, outputs: schema.outputs.length, params: params.values.length }, `${where.code}.module`);
    return { nodeType: 'wasm', code, config: { ...config, params }, schema };
  },

  account: (spec, where, schema) => {
    const { account, version, source } = readRecord(spec.code, where.code, ['account', 'version'], ['source']);
    const config = readComputed(spec.config, where.config, 'by name');
    if (account === 'orders') {
      const code = { account, version: readVersion(version, `${where.code}.version`), source: readSource(source, `${where.code}.source`, 'orders') } as const;
      return { nodeType: 'account', code, config, schema };
    }
    if (source !== undefined) throw refuse(`${where.code}.source`, 'is given, and only an account by orders has code', 'let the SDK declare the account');
    const names = config.upstreams.map((upstream) => upstream.name).join(', ');
    if (names !== ACCOUNT_INPUTS.join(', ')) {
      throw refuse(`${where.config}.upstreams`, `is ${names || 'empty'}`, `an account reads ${ACCOUNT_INPUTS.join(', ')}, in this order`);
    }
    const code = { account: readOneOf(account, `${where.code}.account`, ['paper']), version: readVersion(version, `${where.code}.version`) };
    return { nodeType: 'account', code, config, schema };
  },

  'tag-query': (spec, where, schema) => {
    const { query, version } = readRecord(spec.code, where.code, ['query', 'version']);
    const { tags, match, period, upstreams, ...rest } = readRecord(spec.config, where.config, ['interval', 'period', 'tags', 'match'], ['upstreams']);
    const compared = upstreams === undefined ? undefined : readList(upstreams, `${where.config}.upstreams`, readOutputRef);
    if (compared !== undefined && compared.length !== 1) throw refuse(`${where.config}.upstreams`, `names ${compared.length} outputs`, 'name the one that is compared with the members, or leave it out');
    return {
      nodeType: 'tag-query',
      code: { query: readOneOf(query, `${where.code}.query`, ['tags']), version: readVersion(version, `${where.code}.version`) },
      config: {
        interval: readInterval(rest.interval, `${where.config}.interval`),
        period: readPeriod(period, `${where.config}.period`),
        tags: readTags(tags, `${where.config}.tags`),
        match: readOneOf(match, `${where.config}.match`, ['any', 'all']),
        ...(compared && { upstreams: compared }),
      },
      schema,
    };
  },
};

/** A look-back in rows: a whole number from 1 to 525,600. */
export function readPeriod(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > PERIOD_MAX) {
    const cure = `give a whole number of rows from 1 to ${PERIOD_MAX}`;
    throw refuse(where, `is ${describe(value)}, which is not a period`, cure, 'PERIOD_INVALID', { value });
  }
  return value;
}

/** Parameters of a node: named finite numbers, texts, booleans, nulls, and lists of numbers. */
export function readParams(value: unknown, where: string): Params {
  const params = Object.entries(readAnyRecord(value, where));
  return Object.fromEntries(params.map(([name, param]) => [readWord(name, `${where}.${name}`), readParam(param, `${where}.${name}`)]));
}

function readParam(value: unknown, where: string): ParamValue {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string' && value.isWellFormed()) return value;
  if (Array.isArray(value)) return readList(value, where, readNumber);
  return readNumber(value, where);
}

function readNumber(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    const cure = 'use a finite number, a text, a boolean, null, or a list of numbers';
    throw refuse(where, `is ${describe(value)}, which a parameter cannot be`, cure, 'PARAM_INVALID', { value });
  }
  return value + 0; // by S2
}

/** Different tags in alphabetical order, so that a query has one form. */
function readTags(value: unknown, where: string): string[] {
  const tags = readSet(value, where, readText);
  if (tags.length === 0) throw refuse(where, 'is empty', 'name at least one tag');
  if (tags.some((tag, at) => at > 0 && tag < (tags[at - 1] ?? ''))) {
    throw refuse(where, 'is not in order', 'sort the tags, so that equal queries are equal texts');
  }
  return tags;
}

function readComputed(value: unknown, where: string, reads: 'by name' | 'by position') {
  const config = readRecord(value, where, ['interval', 'period', 'params', 'upstreams']);
  const upstreams = readList(config.upstreams, `${where}.upstreams`, (item, at) => readUpstream(item, at, reads));
  const names = upstreams.map((upstream) => upstream.name);
  const twice = reads === 'by name' ? names.find((name, at) => names.indexOf(name) !== at) : undefined;
  if (twice !== undefined) throw refuse(`${where}.upstreams`, `names ${describe(twice)} twice`, 'give each input its own name');
  return {
    interval: readInterval(config.interval, `${where}.interval`),
    period: readPeriod(config.period, `${where}.period`),
    params: readParams(config.params, `${where}.params`),
    upstreams,
  };
}

function readUpstream(value: unknown, where: string, reads: 'by name' | 'by position'): OutputRef & { readonly name?: string } {
  if (reads === 'by position') return readOutputRef(value, where);
  const { name, ...ref } = readRecord(value, where, ['node', 'output', 'name']);
  return { ...readOutputRef(ref, where), name: readWord(name, `${where}.name`) };
}

export function readOutputRef(value: unknown, where: string): OutputRef {
  const { node, output } = readRecord(value, where, ['node', 'output']);
  return { node: readNodeId(node, `${where}.node`), output: readWord(output, `${where}.output`) };
}

export function readNodeId(value: unknown, where: string): NodeID {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value)) {
    throw refuse(where, `is ${describe(value)}, which is not a NodeID`, 'give the 64 hex digits of a node');
  }
  return value as NodeID;
}

/** An interval in its canonical form: a second spelling of the same width would be a second identity. */
export function readInterval(value: unknown, where: string) {
  // Values no JSON can carry come over a binary wire, and cannot be quoted in a message.
  const canonical = interval(value === undefined || typeof value === 'string' ? value : describe(value), where);
  if (canonical !== value) throw refuse(where, `is ${describe(value)}`, `write it as ${describe(canonical)}`, 'INTERVAL_INVALID');
  return canonical;
}

function readVersion(value: unknown, where: string): string {
  if (typeof value !== 'string' || !/^\d{1,6}\.\d{1,6}\.\d{1,6}$/.test(value)) {
    throw refuse(where, `is ${describe(value)}, which is not a version`, 'write it as "1.0.0"');
  }
  return value;
}

/** By S3. */
function readSource(value: unknown, where: string, role: RoleName): string {
  if (typeof value !== 'string') throw refuse(where, `is ${describe(value)}, not a text`, `give the text of the ${role} function`);
  if (normaliseCode(value, undefined, role).source !== value) {
    throw refuse(where, 'is not in its normal form', 'declare the node with the SDK, which normalises its code', 'CODE_INVALID');
  }
  return value;
}

/** Bytes as base64, in the one spelling they have. */
function readBase64(value: unknown, where: string): string {
  if (typeof value !== 'string' || Buffer.from(value, 'base64').toString('base64') !== value) throw refuse(where, `is ${describe(value)}, which is not base64`, 'declare the node with the SDK');
  return value;
}

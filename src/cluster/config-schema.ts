// What a cluster.yml may say: every key with its range, its default and the reason for both. Home of zod.
//
// A field says what it must be in words that fit after "must be"; errors, `qmtl config schema` and editors all use them.

import { z } from 'zod';

import { LOG_LEVELS } from '#telemetry/log.ts';

/** Names of tenants and members are tokens of subjects and parts of file names. */
const TOKEN = /^[a-z0-9][a-z0-9-]{0,31}$/;
const TOKEN_WORDS = 'a name of at most 32 lower-case letters, digits and dashes, beginning with a letter or digit';

const MIB = 2 ** 20;
const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;

export { z } from 'zod';

/** Each has a consumer a slot at worst, and the log is slow with more than some hundred. */
export const MEMBERS_MAX = 64;

export const must = (words: string) => ({ error: () => words });

export const whole = (min: number, max: number, doc: string) =>
  z
    .int(must(`a whole number from ${min} to ${max}`))
    .min(min, must(`a whole number from ${min} to ${max}`))
    .max(max, must(`a whole number from ${min} to ${max}`))
    .describe(doc);

export const text = (words: string, pattern: RegExp, doc: string) => z.string(must(words)).regex(pattern, must(words)).describe(doc);

export const group = <Shape extends z.ZodRawShape>(doc: string, shape: Shape) =>
  z.strictObject(shape, must('a group of keys, each on its own line below it')).describe(doc);

/** 0 takes a free port; `qmtl status` says which. */
const port = (doc: string) => whole(0, 65_535, `${doc}; 0 takes a free one`);

const member = group('one process of the cluster that runs actors', {
  id: text(TOKEN_WORDS, TOKEN, 'name of the member, unique in the cluster'),
  // A shard is a thread with its own memory. More than cores only take turns.
  shards: whole(1, 64, 'threads that run slots, best one per core').default(2),
  httpPort: port('port of the member’s /livez, /readyz and /metrics').default(0),
});

const keep = (rows: string) =>
  group(`how long ${rows} stay in the log; what a slot still needs stays longer`, {
    // Long enough for every look-back people use with intervals of minutes, short enough that a disk is not filled by the second year.
    keepMs: whole(1, 100 * YEAR_MS, 'age at which entries are purged').default(30 * DAY_MS),
    keepBytes: whole(1, Number.MAX_SAFE_INTEGER, 'size of the stream at which its oldest entries are purged').optional(),
    bytesMax: whole(1, Number.MAX_SAFE_INTEGER, 'size of the stream at which nothing more is accepted; nothing is ever dropped for it').optional(),
  }).prefault({});

export const configSchema = group('configuration of a QMTL cluster', {
  tenant: text(TOKEN_WORDS, TOKEN, 'whose strategies and data these are; a token of every subject').default('default'),
  dataDir: text('the path of a directory', /./, 'where the log, checkpoints and process ids are kept').default('.qmtl'),
  logLevel: z.enum(LOG_LEVELS, must(`one of ${LOG_LEVELS.join(', ')}`)).describe('least level that is logged').default('info'),
  // Fixed for the life of a data directory: a node's slot is a hash modulo this number.
  slots: whole(1, 256, 'units of placement; each costs one consumer on the stream').default(64),
  nats: group('the only server QMTL needs', {
    url: text('an address like nats://127.0.0.1:4222, or several with commas between them', /^(nats|tls|ws|wss):\/\/[^\s/,]+(,(nats|tls|ws|wss):\/\/[^\s/,]+)*$/, 'use these nats-servers and start none').optional(),
    // Two servers cannot outvote each other; more than three on one machine guard against nothing.
    servers: z.union([z.literal(1), z.literal(3)], must('1 or 3')).describe('nats-servers to start on this machine; three replicate the log among them').default(1),
    replicas: z.union([z.literal(1), z.literal(3), z.literal(5)], must('1, 3 or 5')).describe('copies of the log on different nats-servers; as many as servers when left out').optional(),
    port: port('port of the nats-server that is started; further servers take the ports after it').default(0),
    // Below this the streams of one tenant cannot be created.
    storeMaxBytes: whole(64 * MIB, Number.MAX_SAFE_INTEGER, 'most the log may take on disk, in bytes').optional(),
    binary: text('the path of a nats-server', /./, 'use this program instead of the one set-up found').optional(),
  }).prefault({}),
  gateway: group('the door: submissions, status, feeds', {
    host: text('an IP address or host name', /^[A-Za-z0-9.:-]+$/, 'address the gateway listens on; 0.0.0.0 opens it to the network').default('127.0.0.1'),
    httpPort: port('port of the gateway').default(7420),
  }).prefault({}),
  dagManager: group('keeper of the global DAG', {
    httpPort: port('port of the DAG manager’s /livez, /readyz and /metrics').default(7421),
  }).prefault({}),
  members: z
    .array(member, must('a list of members, each beginning with "- id:"'))
    .min(1, must('a list with at least one member'))
    .max(MEMBERS_MAX, must(`a list of at most ${MEMBERS_MAX} members`))
    .describe('processes that run actors')
    .default(() => [
      { id: 'm1', shards: 2, httpPort: 0 },
      { id: 'm2', shards: 2, httpPort: 0 },
    ]),
  lease: group('who may run a slot, and who is alive', {
    heartbeatEveryMs: whole(50, 10_000, 'pause between two signs of life of a member').default(500),
    // The backstop is a key with time-to-live, and the server keeps none shorter than a second.
    memberTtlMs: whole(1_000, 60_000, 'silence after which a member counts as dead and its slots move').default(4_000),
  }).prefault({}),
  checkpoint: group('how often state is saved; a crash replays what came after', {
    everyMs: whole(10, 60_000, 'longest time between two checkpoints of a slot').default(500),
    uploadEveryMs: whole(100, 3_600_000, 'longest time between two checkpoints that go where other machines find them').default(30_000),
    everyRows: whole(1, 10_000_000, 'most rows between two checkpoints of a slot').default(65_536),
  }).prefault({}),
  retention: group('what of the log is purged, and when; orders and events never are', {
    everyMs: whole(10, DAY_MS, 'pause between two looks at what may go').default(600_000),
    nodesMs: whole(1, 100 * YEAR_MS, 'how long a node goes on that no strategy has any more').default(DAY_MS),
    in: keep('rows of sources'),
    out: keep('rows of nodes'),
  }).prefault({}),
});

type DeepReadonly<T> = T extends readonly (infer E)[] ? readonly DeepReadonly<E>[] : T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

export type Config = DeepReadonly<z.infer<typeof configSchema>>;

/** One thing the schema has against a value. */
export interface Violation {
  readonly path: readonly (string | number)[];
  /** Words that fit after "must be"; absent for an unknown key. */
  readonly mustBe?: string;
  readonly unknownKey?: string;
}

/** Fills in the defaults, or says everything that is wrong. */
export function checkShape<T>(schema: z.ZodType<T>, value: unknown): { shaped: T } | { violations: Violation[] } {
  const result = schema.safeParse(value);
  if (result.success) return { shaped: result.data };
  const violations = result.error.issues.flatMap((issue): Violation[] => {
    const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
    if (issue.code === 'unrecognized_keys') return issue.keys.map((unknownKey) => ({ path, unknownKey }));
    return [{ path, mustBe: issue.message }];
  });
  return { violations };
}

/** JSON Schema of cluster.yml, for editors: `# yaml-language-server: $schema=…`. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

export function configJsonSchema(): JsonSchema {
  return jsonSchemaOf(configSchema);
}

export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
}

/** The part of a schema a path leads to, or undefined when no such key exists. */
export function schemaAt(path: readonly (string | number)[], root = configJsonSchema()): JsonSchema | undefined {
  let part: JsonSchema | undefined = root;
  for (const step of path) part = typeof step === 'number' ? part?.items : part?.properties?.[step];
  return part;
}

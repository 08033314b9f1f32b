// A whole cluster of a test's own, started and driven by the real command line, and its outputs against the batch answer.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { NatsBus } from '#bus/nats.ts';
import { decodeFrame } from '#bus/frame.ts';
import { subjects } from '#bus/subjects.ts';
import { SystemClock } from '#clock/system.ts';
import type { StatusAnswer } from '#cli/status.ts';
import type { ClusterFile } from '#cluster/cluster-file.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { findNode } from '#sdk/follow.ts';
import { type Heard, qmtl, type Surroundings } from './qmtl.ts';
import { batchRows, expectSameBits, rowsOfFrames } from './truth.ts';

const DONE_WAIT_MS = 25_000;
const clock = new SystemClock();

export class TestCluster {
  /** Where commands run; holds cluster.yml. */
  readonly dir: string;
  readonly dataDir: string;

  readonly #surroundings: Surroundings;

  /** One member, so that what it cannot do nobody does in its place. `dataDir` may lie on a disk of its own. */
  constructor(dataDir?: string, surroundings: Omit<Surroundings, 'cwd'> = {}) {
    this.dir = mkdtempSync(join(tmpdir(), 'qmtl-cluster-'));
    this.dataDir = dataDir ?? join(this.dir, 'data');
    this.#surroundings = { ...surroundings, cwd: this.dir };
    writeFileSync(join(this.dir, 'cluster.yml'), `dataDir: ${this.dataDir}\ngateway:\n  httpPort: 0\ndagManager:\n  httpPort: 0\nmembers:\n  - id: m1\n    shards: 2\n`);
  }

  run(...args: readonly string[]): Promise<Heard> {
    return qmtl(args, this.#surroundings);
  }

  /** As `run`, for a command that has to succeed. */
  async did(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    expect(code, `qmtl ${args.join(' ')}: ${stderr}`).toBe(0);
    return stdout;
  }

  file(): ClusterFile {
    return JSON.parse(readFileSync(join(this.dataDir, 'cluster.json'), 'utf8')) as ClusterFile;
  }

  async status(): Promise<StatusAnswer> {
    return JSON.parse(await this.did('status', '--json')) as StatusAnswer;
  }

  /** Waits until every node of the strategy has its last row in the log, then compares every row that was ever stored. */
  async expectBatchBits(spec: StrategySpec, data: ReadonlyMap<string, readonly Float64Array[]>): Promise<void> {
    const { natsUrl, tenant } = this.file();
    const names = subjects(tenant);
    const bus = await NatsBus.connect({ url: natsUrl, subjects: names, clock, name: 'test' });
    try {
      for (const [id, expected] of batchRows(spec, data)) {
        const { slot } = await findNode(bus, id);
        const subject = names.output(slot, id);
        const want = expected.first + expected.columns[0]!.length;
        const deadlineMs = clock.monotonicMs() + DONE_WAIT_MS;
        let last = await bus.last('OUT', subject).catch(() => undefined);
        for (; ; last = await bus.last('OUT', subject).catch(() => undefined)) {
          const frame = last && decodeFrame(last.data, subject);
          if (frame && frame.first + frame.count >= want) break;
          expect(clock.monotonicMs(), `${subject} has ${frame ? frame.first + frame.count : 0} rows of ${want}`).toBeLessThan(deadlineMs);
          await clock.sleep(50);
        }
        const entries = [];
        const reader = await bus.read('OUT', [subject], 1);
        while ((entries.at(-1)?.sequence ?? 0) < last!.sequence) entries.push(...(await reader.take())!);
        reader.close();
        expectSameBits(rowsOfFrames(entries), expected, subject);
      }
    } finally {
      await bus.close();
    }
  }

  /** Stops what still runs and removes the directory. */
  async dispose(): Promise<void> {
    await this.run('down');
    rmSync(this.dir, { recursive: true, force: true });
  }
}

// A plan: nodes compiled into linear memory, and the schedule that advances all of them with a source's new rows.
// P1. Rows of a source come in order, each once. A group's rows are numbered 0, 1, 2 … from the first this plan was given.
// P2. What every node outputs is a function of the rows so far: chunks, calls and restarts leave no trace in it.
// P3. Memory is laid out when the plan is made and never grows, so views stay good until the next append overwrites their rows.
// Absent: late and duplicate rows (feeds), time, publishing.
import { Fault } from '#domain/fault.ts';
import { PartNames, type Parts, PartsWriter } from '#domain/parts.ts';
import { type BlocksById, ProgramCheckpoint } from './checkpoint.ts';
import { giveBack, takeGround } from './ground.ts';
import { groupNodes } from './groups.ts';
import { takeCommon } from './join.ts';
import type { Memory } from './memory.ts';
import { type Peek, peekRow } from './peek.ts';
import { layOut, type PlacedGroup, type PlacedNode, type PlacedSide, type Program } from './program.ts';
import type { HostNode, PlanNode, PlanRows, PlanSource, Rows, Starved } from './plan-types.ts';
import type { KernelExports } from './wasm.ts';

export type { HostNode, PlanInput, PlanKernel, PlanNode, PlanRows, PlanSource, RowMaker, Rows, RowSink, Starved } from './plan-types.ts';

/** Takes rows of a source one at a time. */
export interface Intake {
  /** In linear memory: t, then the features. Write a row here, then push it. */
  readonly row: Float64Array;
  /** Appends the row and runs everything that depends on it. */
  push(): void;
}

export class Plan {
  readonly #ground = takeGround();
  readonly #memory: Memory = this.#ground.memory;
  readonly #exports: KernelExports = this.#ground.kernels;
  readonly #program: Program;
  /** Made when it is first asked for: most plans are never kept. */
  #kept: ProgramCheckpoint | undefined;
  /** Groups that join others or are made of them, upstreams first. */
  readonly #derived: readonly PlacedGroup[];
  readonly #chunkRowsMax: number;
  #waitingRowsMax = Number.POSITIVE_INFINITY;
  #tick = 0;
  #latest: PlacedGroup | undefined;
  #isEnded = false;

  /** `nodes` in topological order. Throws GRAPH_UPSTREAM_UNKNOWN, SPEC_INVALID, and what the catalogue says of kernels and parameters. */
  constructor(sources: readonly PlanSource[], nodes: readonly PlanNode[], options: { readonly chunkRowsMax: number }) {
    this.#chunkRowsMax = options.chunkRowsMax;
    this.#program = layOut(this.#memory, this.#exports, groupNodes(sources, nodes), options.chunkRowsMax);
    const groups = [...this.#program.groups.values()];
    this.#derived = groups.filter((group) => group.sides.length > 0);
  }

  /**
   * Appends rows `from` … `to − 1` of a source, at most `chunkRowsMax` of them, and runs everything that depends on it. `seen` is called when
   * rows have been run: rowsOf() then gives what was run since the call before. That is once, unless an operator makes more rows of
   * these than a chunk holds.
   */
  append(source: string, columns: readonly Float64Array[], from: number, to: number, seen?: () => void): void {
    const group = this.#sourceGroup(source);
    const count = to - from;
    if (count <= 0) return;
    if (count > this.#chunkRowsMax) throw new RangeError(`${count} rows at once, the plan takes ${this.#chunkRowsMax}`);
    const { page, group: { columns: read } } = group;
    if (count === 1) {
      for (const column of read) this.#memory.f64[group.intake / 8 + column] = columns[column]![from]!;
      this.#takeRow(group, columns[0]![from]!, seen);
      return;
    }
    this.#tick++;
    const at = group.ring.reserve(count);
    for (let k = 0; k < read.length; k++) {
      const fresh = page.rows(k, count);
      fresh.set(columns[read[k]!]!.subarray(from, to));
      this.#exports.page_tidy(fresh.byteOffset, count);
    }
    group.watermark = columns[0]![to - 1]!;
    this.#run(group, at, count);
    this.#settle(seen);
  }

  /**
   * Bounds the rows a side of a join may have waiting for the others, which a batch run leaves open: its data are there, and end. A join that
   * passes the bound has no rows any more; those it had are the batch run's.
   */
  boundWaiting(rowsMax: number): void {
    this.#waitingRowsMax = rowsMax;
  }

  /** Nodes whose rows end at the bound, those above before those below. */
  starved(): Starved[] {
    return this.#derived.flatMap(({ starvedAt, ring, group }) => (starvedAt === undefined ? [] : group.members.map(({ node }) => ({ node: node.id, row: ring.rows, t: starvedAt }))));
  }

  /** Where single rows of a source come in. */
  intake(source: string): Intake {
    const group = this.#sourceGroup(source);
    const { f64 } = this.#memory;
    const row = f64.subarray(group.intake / 8, group.intake / 8 + group.group.source!.columns);
    return { row, push: () => this.#takeRow(group, row[0]!) };
  }

  /** Appends the row that stands in the group's intake. */
  #takeRow(group: PlacedGroup, t: number, seen?: () => void): void {
    this.#tick++;
    group.tick = this.#tick;
    group.fresh = 1;
    group.watermark = t;
    this.#exports.plan_feed(group.ring.address);
    if (group.steps.length > 0) this.#runSteps(group, group.ring.head - 1, 1);
    if (this.#derived.length > 0) this.#settle(seen);
    else seen?.();
  }

  /** Takes `count` new rows of a group, which lie `at` rows behind its bases, through all its nodes. */
  #run(group: PlacedGroup, at: number, count: number): void {
    const first = group.ring.rows;
    group.ring.rows = first + count;
    group.fresh = count;
    group.tick = this.#tick;
    this.#exports.plan_run(group.firstSegment, count, first, at * 8);
    this.#runSteps(group, at, count);
  }

  /** Takes rows that the first segment has seen through the rest of a group. */
  #runSteps(group: PlacedGroup, at: number, count: number): void {
    const first = group.ring.rows - count;
    for (const step of group.steps) {
      if ('segment' in step) this.#exports.plan_run(step.segment, count, first, at * 8);
      else this.#runHost(step.host, step.placed, first, count);
    }
  }

  #runHost(host: HostNode, { member, page, inputs }: PlacedNode, first: number, count: number): void {
    const unseen = Math.min(count, Math.max(0, member.validFrom - first));
    const fired = count - unseen;
    const outputs = Array.from({ length: page.columnCount }, (_, k) => page.rows(k, count));
    if (unseen > 0) for (const output of outputs) output.fill(NaN, 0, unseen);
    if (fired === 0) return;
    const fresh = outputs.map((output) => output.subarray(unseen));
    host.run(inputs.map((input) => input.page.rows(input.column, host.lookback + fired)), fresh, fired, this.#exports);
    if (!host.isTidy) for (const output of fresh) this.#exports.page_tidy(output.byteOffset, fired);
  }

  /** Runs what follows from rows that have come, in as many turns as it takes. */
  #settle(seen?: () => void): void {
    for (;;) {
      const isDone = this.#derive();
      seen?.();
      if (isDone) return;
      this.#tick++;
    }
  }

  /** One turn of every group that joins others or is made of them. False when one has made more rows than fit its pages at once. */
  #derive(): boolean {
    let isDone = true;
    for (const group of this.#derived) {
      if (group.starvedAt !== undefined) continue;
      const watermark = group.group.rows ? this.#make(group, group.group.rows) : this.#join(group);
      this.#fill(group);
      // Readers may not think a row has come that is still on its way.
      if (group.made.count === 0) {
        group.watermark = watermark;
        this.#noticeStarved(group);
      } else isDone = false;
    }
    return isDone;
  }

  #noticeStarved(group: PlacedGroup): void {
    const waits = group.group.rows ? [group.group.rows.maker.waiting] : group.sides.map(({ waiting }) => ({ rows: waiting.count, t: waiting.columns[0]![waiting.start]! }));
    group.starvedAt = waits.find((wait) => wait !== undefined && wait.rows > this.#waitingRowsMax)?.t;
  }

  /** Has an operator take the fresh rows of its sides. Answers up to when its own are complete. */
  #make(group: PlacedGroup, { maker, lagsMs }: PlanRows): number {
    group.sides.forEach((side, k) => {
      const count = this.#freshRows(side);
      if (count > 0) maker.take(k, side.group.page.rows(0, count), side.columns.map(({ page, column }) => page.rows(column, count)), count, group.made);
    });
    const watermarks = group.sides.map((side, k) => side.group.watermark + lagsMs[k]!);
    return maker.advance(Math.min(...watermarks), group.made, watermarks);
  }

  #join({ sides, made }: PlacedGroup): number {
    const waiting = sides.map((side) => side.waiting);
    for (const side of sides) {
      const count = this.#freshRows(side);
      if (count > 0) side.waiting.push(count, (k) => (k === 0 ? side.group.page.rows(0, count) : side.columns[k - 1]!.page.rows(side.columns[k - 1]!.column, count)));
    }
    const values = new Float64Array(made.columns.length - 1);
    takeCommon(waiting, (t) => {
      let at = 0;
      for (const { columns, start } of waiting) {
        for (let k = 1; k < columns.length; k++) values[at++] = columns[k]![start]!;
      }
      made.add(t, values);
    });
    const watermark = Math.min(...sides.map((side) => side.group.watermark));
    for (const each of waiting) each.dropThrough(watermark); // by J1, what another side has passed
    return watermark;
  }

  /** Rows of a side that this tick brought, past the row from which it takes part. */
  #freshRows({ group, from }: PlacedSide): number {
    return group.tick === this.#tick ? Math.max(0, group.ring.rows - Math.max(group.ring.rows - group.fresh, from)) : 0;
  }

  /** Moves rows a group has made into the cache, and runs its nodes over them. */
  #fill(group: PlacedGroup): void {
    const { made, filled, ring } = group;
    const count = Math.min(made.count, this.#chunkRowsMax);
    if (count === 0) return;
    const at = ring.reserve(count);
    filled.forEach(({ page, column }, k) => {
      const fresh = page.rows(column, count);
      fresh.set(made.columns[k]!.subarray(made.start, made.start + count));
      this.#exports.page_tidy(fresh.byteOffset, count);
    });
    made.start += count;
    this.#run(group, at, count);
  }

  /**
   * What the nodes of a source would output if `values`, t and then its features, were its next row. Nothing is kept (peek.ts says what is left
   * out); what the last append fired has to be read before.
   */
  peek(source: string, values: Float64Array): Peek {
    return peekRow(this.#sourceGroup(source), this.#program, this.#memory, this.#exports, values);
  }

  /** Runs what follows from another change than rows of a source: an operator was told something. `seen` is called as by append(). */
  rerun(seen?: () => void): void {
    this.#tick++;
    this.#settle(seen);
  }

  /** What a node fired in the last turn of the last append; `count` is 0 when it fired nothing. */
  rowsOf(id: string): Rows {
    const { member, group, page } = this.#node(id);
    const fresh = group.tick === this.#tick ? group.fresh : 0;
    const first = Math.max(group.ring.rows - fresh, member.validFrom);
    const count = Math.max(0, group.ring.rows - first);
    return {
      first,
      count,
      t: group.page.rows(0, count),
      columns: Array.from({ length: page.columnCount }, (_, k) => page.rows(k, count)),
    };
  }

  /** Rows of a source appended so far. */
  sourceRows(source: string): number {
    return this.#sourceGroup(source).ring.rows;
  }

  /** The columns of a source the plan reads, t always among them; append() does not look at the others. */
  columnsOf(source: string): readonly number[] {
    return this.#sourceGroup(source).group.columns;
  }

  /** The source whose rows number a node's; undefined for a node that joins sources, or has rows of its own, and what reads those. */
  sourceOf(id: string): string | undefined {
    return this.#node(id).group.group.source?.id;
  }

  /** Row sequence a node first fires at. */
  warmup(id: string): number {
    return this.#node(id).member.validFrom;
  }

  /** Names of the blocks of a snapshot: the same each time. */
  get blockIds(): readonly string[] {
    return this.#checkpoint.ids;
  }

  /** Adds everything the plan remembers, a block for each of blockIds, as bytes that depend on the rows so far alone. */
  writeSnapshot(writer: PartsWriter): void {
    this.#checkpoint.write(writer);
  }

  /** The same by itself. */
  snapshot(): Parts {
    const writer = new PartsWriter(new PartNames(this.blockIds));
    this.writeSnapshot(writer);
    return writer.parts();
  }

  /**
   * Takes up where a snapshot stood. Ids this plan does not have are ignored; blocks may come from a plan of other nodes, and from several, as
   * long as all stand at the same rows. Throws CHECKPOINT_DAMAGED naming the id, and then has changed nothing.
   */
  restore(blocks: BlocksById): void {
    this.#checkpoint.restore(blocks);
    this.#tick++;
    this.#derive(); // no rows come of it: watermarks follow from those of the sources
  }

  /** Gives the plan's memory to the next: it may not be asked for anything any more, nor any of its views be looked at. */
  end(): void {
    if (!this.#isEnded) giveBack(this.#ground);
    this.#isEnded = true;
  }

  /** True size of a node's page and state, or of everything the plan holds. */
  residentBytes(id?: string): number {
    if (id !== undefined) {
      const { page, state } = this.#node(id);
      return page.bytes + (state?.bytes ?? 0);
    }
    const waiting = this.#derived.flatMap((group) => [group.made, ...group.sides.map((side) => side.waiting)]);
    return this.#memory.usedBytes + waiting.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get #checkpoint(): ProgramCheckpoint {
    return (this.#kept ??= new ProgramCheckpoint(this.#program, this.#memory));
  }

  #sourceGroup(id: string): PlacedGroup {
    if (id === this.#latest?.group.key) return this.#latest; // rows of one source come in runs
    const group = this.#program.groups.get(id);
    if (group?.group.source === undefined) throw new Fault('NODE_UNKNOWN', `the plan has no source ${id}`, { cure: 'append only to sources the plan was made with' });
    this.#latest = group;
    return group;
  }

  #node(id: string): PlacedNode {
    const node = this.#program.nodes.get(id);
    if (node === undefined) throw new Fault('NODE_UNKNOWN', `the plan has no node ${id}`, { cure: 'ask for nodes the plan was made with' });
    return node;
  }
}

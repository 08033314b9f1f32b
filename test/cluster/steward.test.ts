// What the steward does when the log answers it late.
import { expect, test } from 'vitest';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { subjects } from '#bus/subjects.ts';
import { SystemClock } from '#clock/system.ts';
import { type RestartRequest, Steward, type StewardAnswer } from '#cluster/steward.ts';
import type { RoleName } from '#cluster/roles.ts';
import type { DrainAnswer, DrainRequest } from '#dag/manager.ts';
import { Fault } from '#domain/fault.ts';
import type { MemberRecord } from '#supervisor/records.ts';

const names = subjects('t');

test('a member is restarted, and takes slots again, also where nobody can say for a while whether it lives', async () => {
  const bus = new MemoryBus(new MemoryLog(names));
  const records = await bus.bucket<MemberRecord>('members'); // the same for everybody
  const get = records.get.bind(records);
  let unanswered = 0;
  records.get = async (key) => {
    if (unanswered-- > 0) throw new Fault('NATS_UNREACHABLE', `record ${key}: nobody leads`, { retry: true });
    return get(key);
  };
  const began = async (life: string): Promise<void> => void (await records.put('m1', { member: 'm1', pid: 1, httpPort: 1, beat: 1, life, shards: [] }));
  await began('first');
  const done: unknown[] = [];
  await bus.serve({
    name: 'dag',
    version: '1.0.0',
    description: 'for the test',
    endpoints: { drain: { subject: names.call('dag', 'drain'), answer: async (asked: DrainRequest): Promise<DrainAnswer> => (done.push(asked), { slots: 0, others: 1 }) } },
  });
  const crew = {
    roles: (): RoleName[] => ['member:m1'],
    remove: async (role: RoleName): Promise<void> => void done.push(`${role} ended`),
    add: async (role: RoleName): Promise<void> => {
      done.push(`${role} began`);
      await began('second');
      unanswered = 3;
    },
  };
  await new Steward({ bus, subjects: names, clock: new SystemClock(), onEvent: () => {} }, crew).serve();
  await bus.call<RestartRequest, StewardAnswer>(names.call('up', 'restart'), {});
  expect(done).toEqual([{ member: 'm1', drained: true }, 'member:m1 ended', 'member:m1 began', { member: 'm1', drained: false }]);
  expect(unanswered).toBeLessThan(0);
});

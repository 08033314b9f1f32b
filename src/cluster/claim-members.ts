// A member's id is one process's alone. Two under one id would write over each other's sign of life and both take up what is placed on it:
// leases keep the rows right, but nobody could tell from outside who runs what.
import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#clock/clock.ts';
import { Fault } from '#domain/fault.ts';
import type { MemberRecord } from '#supervisor/records.ts';
import type { Config } from './config.ts';

/** Throws CLUSTER_ALREADY_UP when a member this configuration would start gives signs of life already, wherever it runs. */
export async function claimMembers(bus: Bus, { members, lease, tenant }: Pick<Config, 'members' | 'lease' | 'tenant'>, clock: Clock): Promise<void> {
  const records = await bus.bucket<MemberRecord>('members');
  const mine = (await records.all()).filter(({ key }) => members.some(({ id }) => id === key));
  if (mine.length === 0) return;
  // What a cluster that is gone has left behind stands still. One that lives on a busy machine may be late, but not later than a member may be at all.
  for (const lateMs = clock.monotonicMs() + lease.memberTtlMs; clock.monotonicMs() < lateMs; ) {
    await clock.sleep(lease.heartbeatEveryMs);
    for (const { key, revision } of mine) {
      const now = await records.get(key);
      if (now !== undefined && now.revision !== revision) throw alive(key, tenant, now.value.pid);
    }
  }
}

function alive(member: string, tenant: string, pid: number): Fault {
  return new Fault('CLUSTER_ALREADY_UP', `member ${member} of tenant ${tenant} is alive on this log already, as process ${pid} of the machine it runs on`, {
    cure: 'give the members of this cluster other ids, or the cluster another tenant; where the other runs, `qmtl down` stops it',
    data: { member, pid },
  });
}

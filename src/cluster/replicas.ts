// How the replicas of the log stand, by what each server says of its own copy. A server repairs neither a damaged block nor tells anyone:
// it leaves out what it cannot read, and may go on as the leader (nats-server 2.15.1). So the copies are counted and compared.
//
//   what is seen                                                        what it means
//   a stream nothing is purged from, with fewer entries than it spans   entries are gone from the copy
//   two copies that end at the same entry and differ in what they hold  one of them is damaged
//   a copy that is behind the longest and has not moved since           it does not follow any more
//
// Servers purge at slightly different moments, so copies may differ for an instant: what two looks have in common counts (`lasting`).
// Absent: which copy is right where two differ (the others outvote it), mending it (an operator: see `cure`).
import type { Subjects } from '#bus/subjects.ts';
import type { Cancel, Clock } from '#clock/clock.ts';
import type { LogServerRecord } from './cluster-file.ts';

const LOOK_AGAIN_MS = 300; // purges are under way for milliseconds
const LOOK_EVERY_MS = 10_000; // a copy that stands still for this long is not just behind

export interface Replica {
  readonly server: string;
  readonly stream: string;
  readonly messages: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** For the leader's copy: all others follow it closely. Undefined for theirs. */
  readonly isFollowed: boolean | undefined;
}

export interface ReplicaLook {
  readonly replicas: readonly Replica[];
  /** Servers that did not answer. */
  readonly silent: readonly string[];
}

/** What a server's /jsz answers, as far as it is read. */
interface JszAnswer {
  readonly account_details?: readonly { readonly stream_detail?: readonly StreamDetail[] }[];
}

interface StreamDetail {
  readonly name: string;
  readonly state: { readonly messages: number; readonly first_seq: number; readonly last_seq: number };
  readonly cluster?: { readonly leader?: string; readonly replicas?: readonly { readonly current: boolean; readonly offline?: boolean }[] };
}

/** Asks every server that has a monitor for its copies. Never throws: who does not answer is named. */
export async function lookAtReplicas(servers: readonly LogServerRecord[]): Promise<ReplicaLook> {
  const looks = await Promise.all(
    servers.map(async ({ name, monitorUrl }) => {
      if (monitorUrl === undefined) return { server: name, replicas: [] };
      try {
        const answer = (await (await fetch(`${monitorUrl}/jsz?streams=true&accounts=true`)).json()) as JszAnswer;
        const details = (answer.account_details ?? []).flatMap((account) => account.stream_detail ?? []);
        return { server: name, replicas: details.map((detail) => replicaOf(name, detail)) };
      } catch {
        return { server: name, replicas: undefined };
      }
    }),
  );
  return { replicas: looks.flatMap((look) => look.replicas ?? []), silent: looks.flatMap((look) => (look.replicas ? [] : [look.server])) };
}

function replicaOf(server: string, { name, state, cluster }: StreamDetail): Replica {
  const followers = cluster?.replicas ?? [];
  // One that was just started says that it leads until it has found the others, of whom it then knows nothing.
  const isFollowed = cluster?.leader === server && followers.length > 0 ? followers.every(({ current, offline }) => current && offline !== true) : undefined;
  return { server, stream: name, messages: state.messages, firstSequence: state.first_seq, lastSequence: state.last_seq, isFollowed };
}

/** True when a server may be stopped without stopping the log: all answer, and every stream has a leader whose followers are with it. */
export function isWhole({ replicas, silent }: ReplicaLook): boolean {
  const streams = Map.groupBy(replicas, (replica) => replica.stream);
  return silent.length === 0 && [...streams.values()].every((copies) => copies.some(({ isFollowed }) => isFollowed === true) && copies.every(({ isFollowed }) => isFollowed !== false));
}

/** True when each of these streams has a leader: a server that was killed is believed to lead again only once all follow it. */
export function areLed({ replicas }: ReplicaLook, streams: readonly string[], killed: string): boolean {
  return streams.every((stream) => replicas.some((replica) => replica.stream === stream && (replica.isFollowed === true || (replica.isFollowed === false && replica.server !== killed))));
}

/** Sentences for an operator, by the table above; `before` is an earlier look, for copies that stand still. */
export function replicaProblems(subjects: Subjects, now: ReplicaLook, before?: ReplicaLook): string[] {
  const problems = now.silent.map((server) => `${server} does not answer; the log works with the others while more than half of them do`);
  for (const [stream, copies] of Map.groupBy(now.replicas, (replica) => replica.stream)) {
    const longest = Math.max(...copies.map((copy) => copy.lastSequence));
    for (const copy of copies) {
      const span = copy.lastSequence === 0 ? 0 : copy.lastSequence - copy.firstSequence + 1; // an empty stream has 0 and 0
      if (stream === subjects.streamName('EVENT') && copy.messages < span) problems.push(damaged(copy, `${span - copy.messages} entries of its ${span} are gone`));
      else if (copies.some((other) => other.lastSequence === copy.lastSequence && other.messages > copy.messages)) problems.push(damaged(copy, 'another server holds more entries up to the same place'));
      const earlier = before?.replicas.find((each) => each.server === copy.server && each.stream === stream);
      if (copy.lastSequence < longest && earlier?.lastSequence === copy.lastSequence) problems.push(`${copy.server} does not follow: its copy of ${stream} ends at ${copy.lastSequence} and others go on to ${longest}`);
    }
  }
  return problems;
}

/** The problems there are, as far as a second look still finds them. */
export async function lastingProblems(subjects: Subjects, servers: readonly LogServerRecord[], clock: Clock): Promise<string[]> {
  const first = replicaProblems(subjects, await lookAtReplicas(servers));
  if (first.length === 0) return first;
  await clock.sleep(LOOK_AGAIN_MS);
  return lasting(first, replicaProblems(subjects, await lookAtReplicas(servers)));
}

function lasting(before: readonly string[], now: readonly string[]): string[] {
  return now.filter((problem) => before.includes(problem));
}

/** Looks now and then, and says each problem once, as long as it lasts. */
export function watchReplicas(subjects: Subjects, servers: () => readonly LogServerRecord[], clock: Clock, onProblem: (problem: string) => void): Cancel {
  let before: ReplicaLook | undefined;
  let found: readonly string[] = [];
  let said = new Set<string>();
  return clock.every(LOOK_EVERY_MS, () => {
    void lookAtReplicas(servers()).then((now) => {
      const present = replicaProblems(subjects, now, before);
      const problems = lasting(found, present);
      found = present;
      for (const problem of problems) if (!said.has(problem)) onProblem(problem);
      said = new Set(problems);
      before = now;
    });
  });
}

function damaged({ server, stream }: Replica, why: string): string {
  return `${server} has a damaged copy of ${stream}: ${why}; stop it, remove its store and start it again: it copies what it lacks from the others`;
}

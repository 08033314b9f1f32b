// What the log answers to an append, and what is done about it: the one table of its error codes.
//
//   action    what the answer proves                         who acts
//   again     nothing was stored, and nothing is in its way  the publisher, by itself, after a short wait
//   later     nothing was stored, and somebody must mend it  the caller, for as long as it cares
//   refused   a condition of the append does not hold        the caller: its place in the log is another's
//   stored    an earlier try was stored                      the publisher, once it has seen it in the log
//   never     the same append can never be stored            the caller: a bug or a wrong configuration
//
// No answer at all is none of these: the outcome is unknown (P1 in publisher.ts). A code not listed is `never`.
// Seen on nats-server 2.15.1; the codes are part of its protocol and are not given away again.
import { Fault } from '#domain/fault.ts';

export type Action = 'again' | 'later' | 'refused' | 'stored' | 'never';

export interface Meaning {
  readonly action: Action;
  readonly why: string;
  /** For an operator; left out where there is nothing to do. */
  readonly cure?: string;
}

const FREE_SPACE = 'free space where the log is stored; nothing accepted is lost, the append is tried again';
const SAME_VERSION = 'check that the log’s streams were created by this version of QMTL, and that its servers are 2.12 or newer';

export const MEANINGS: Readonly<Record<number, Meaning>> = {
  // Conditions. The same words with and without a number are two answers: 10071 names the sequence that stands instead.
  10071: { action: 'refused', why: 'the fence does not stand any more' },
  10070: { action: 'refused', why: 'another entry came between it and the one it follows' },
  10164: { action: 'again', why: 'another conditional append is in process' },
  10158: { action: 'again', why: 'the same append is in process' },
  // Atomic batches.
  10201: { action: 'stored', why: 'the batch holds an entry the log has already' },
  10176: { action: 'later', why: 'a part of the batch did not arrive' }, // its leader changed on the way
  10210: { action: 'again', why: 'too many batches are under way on the stream' },
  10174: { action: 'never', why: 'the stream takes no atomic batches', cure: SAME_VERSION },
  10175: { action: 'never', why: 'an entry of a batch has no number', cure: SAME_VERSION },
  10177: { action: 'never', why: 'an entry of a batch has a condition that batches do not take', cure: SAME_VERSION },
  10199: { action: 'never', why: 'the batch has more entries than the log takes at once', cure: SAME_VERSION },
  // Room.
  10077: { action: 'later', why: 'the stream reached its size limit', cure: '`qmtl status` says what keeps old entries from being purged; mend that, or raise retention.in.bytesMax or retention.out.bytesMax. Nothing accepted is lost, the append is tried again' },
  10047: { action: 'later', why: 'the server has no storage left', cure: FREE_SPACE },
  10023: { action: 'later', why: 'the server has no resources left', cure: FREE_SPACE },
  10028: { action: 'later', why: 'the server has no memory left', cure: FREE_SPACE },
  10002: { action: 'later', why: 'the account has no room left', cure: 'raise the account’s limits' },
  10167: { action: 'again', why: 'the server has too many appends waiting' },
  10054: { action: 'never', why: 'the entry is larger than the log takes', cure: 'raise max_payload of the nats-server to 8 MB' },
  // A cluster that is being formed, or has lost its majority.
  10008: { action: 'later', why: 'the log is not available right now' },
  10009: { action: 'later', why: 'the server that was asked does not lead the stream any more' },
  10118: { action: 'later', why: 'the stream is offline', cure: 'start the missing nats-servers' },
  10194: { action: 'later', why: 'the stream is offline: a server does not understand its configuration', cure: 'upgrade the older nats-servers' },
  10059: { action: 'later', why: 'the stream is gone', cure: 'start the cluster again with `qmtl up`, which creates what is missing' },
};

export interface LogError {
  readonly err_code: number;
  readonly description: string;
}

export function meaningOf(errorCode: number): Meaning {
  return MEANINGS[errorCode] ?? { action: 'never', why: 'the log refused the append for a reason this version does not know' };
}

/** The Fault for an answer nobody but the caller can act on. */
export function answerFault(subject: string, { err_code: errorCode, description }: LogError): Fault {
  const { action, why, cure } = meaningOf(errorCode);
  const code = action === 'refused' ? 'LEASE_LOST' : cure === FREE_SPACE ? 'DISK_FULL' : 'LOG_REFUSED';
  return new Fault(code, `${subject}: ${why} (log error ${errorCode}: ${description})`, {
    cure: cure ?? 'see docs/errors.md',
    retry: action !== 'refused' && action !== 'never',
    data: { errorCode },
  });
}

// Where a block of an account finds what the host tells it, and leaves what it answers: in the room between calls that belongs to nobody. The host knows these
// places too (`src/broker/safe-paper.ts`, `src/kernels/account-room.ts`).
import { SCRATCH } from '../value';

// Words of an account, f64 each: amounts are whole, cash is in units of 1e-8.
export const CASH = SCRATCH;
export const POSITION = SCRATCH + 8;
export const PENDING = SCRATCH + 16;
export const FEE_DIVIDEND = SCRATCH + 24; // unsigned
export const FEE_DIVISOR = SCRATCH + 32;
export const FEE_SIGN = SCRATCH + 40; // −1 for one that is paid to the account
export const SLIPPAGE_DIVIDEND = SCRATCH + 48;
export const SLIPPAGE_DIVISOR = SCRATCH + 56;

/** Orders that are approved; 0 where there are no more. */
export const APPROVED = SCRATCH + 64;
export const APPROVED_END = APPROVED + 128;

// Words of a curve.
export const WORTH = SCRATCH + 192; // after the row before
export const PEAK = SCRATCH + 200;
export const DEEPEST = SCRATCH + 208; // below the peak since it stood
export const DEPTH_MAX = SCRATCH + 216; // from here on, of drawdowns that are over
export const DEPTH_RATIO_MAX = SCRATCH + 224;
export const DRAWDOWNS = SCRATCH + 232;
export const ROWS_HELD = SCRATCH + 240;
export const SUM = SCRATCH + 248;
export const SUM_ERROR = SCRATCH + 256;
export const GAINS = SCRATCH + 264;
export const LOSSES = SCRATCH + 272;
export const SQUARES = SCRATCH + 280;
export const DOWNSIDE = SCRATCH + 288;
export const POSITIVES = SCRATCH + 296;
export const WORTH_SUM = SCRATCH + 304;
export const ROW = SCRATCH + 312; // number of the next row
export const BEGAN = SCRATCH + 320; // number of the first row below the peak
export const BELOW_SQUARES = SCRATCH + 328; // of the way below the peak since it stood, in two parts
export const RATIO_SUM = SCRATCH + 344; // of the deepest ratio of each
export const RATIO_SQUARES = SCRATCH + 352;
export const BELOW_RATIO_SQUARES = SCRATCH + 360; // of all rows
export const ROWS_BELOW = SCRATCH + 368;
/** Drawdowns that ended in the block: numbers of the first row below, and of the row that was not, u32 each. */
export const ENDED_COUNT = SCRATCH + 376;

// Words of the shape of returns.
export const MEAN = SCRATCH + 384;
export const LOW_TO = SCRATCH + 392;
export const HIGH_FROM = SCRATCH + 400;
export const LEFT_OVER = SCRATCH + 408; // sums of the powers around the mean: first, third
export const THIRD = SCRATCH + 416;
export const SECOND = SCRATCH + 424;
export const FOURTH = SCRATCH + 432;
export const LOW_COUNT = SCRATCH + 440; // in the block
export const HIGH_COUNT = SCRATCH + 448;

/** Byte offsets of the rows of a block that filled, u32. */
export const FILLS = SCRATCH + 512;
/** A block of a curve has half as many rows as one of an account. */
export const ENDED = FILLS + 2_048;

/** Columns of a block whose rows nobody keeps, in the order an account writes them: most of them lie in the first-level cache. */
export const COLUMNS = FILLS + 4_096 + 64;
export const COLUMN_BYTES: usize = 4_096;

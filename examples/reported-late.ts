// Rows that come late: blocks may be reported minutes after they were traded. Here a row is a report: its close is the price, its volume the size,
// and its open says when the trade was made, in UTC ms.
import { Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'reported-late',
  params: { instrument: 'BLOCKS', venue: 'demo', interval: '1s', width: '10m', delay: '5m', block: 1_000 },
  build({ instrument, venue, interval, width, delay, block }) {
    const report = new StreamInput({ venue, instrument, interval });
    const settings = { key: report.volume.gte(block), time: report.open, width, delay };
    const asTheyCome = report.close.byKey({ ...settings, late: 'recompute' });
    const { late } = report.close.byKey({ ...settings, late: 'side-output' });
    return {
      outputs: {
        price: asTheyCome.mean, // of ten minutes, given out again when a late report belongs to them
        again: asTheyCome.revision,
        tooLate: late.value, // what no window waited for
        settled: report.close.byKey({ ...settings, late: 'ignore' }).mean, // given out once, without what came too late
      },
    };
  },
});

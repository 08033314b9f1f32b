// A kernel of your own: buys when the close has come back up to the envelope of its highs, and sells when it falls 5 % below it.
// The kernel is written in AssemblyScript (kernels/envelope.ts) and runs as WebAssembly; docs/wasm-kernels.md says how.
import { latch, Strategy, StreamInput, wasmKernel } from 'qmtl';

export default new Strategy({
  name: 'under-the-envelope',
  params: { instrument: 'SPX', venue: 'demo', interval: '1d', share: 0.02, below: 0.05, quantity: 10 },
  build({ instrument, venue, interval, share, below, quantity }) {
    const { close } = new StreamInput({ venue, instrument, interval });
    const envelope = wasmKernel({ file: new URL('kernels/envelope.wasm', import.meta.url), inputs: [close], params: [share] }).named('envelope');
    const back = close.gte(envelope);
    const fallen = close.lt(envelope.times(1 - below));
    return { target: latch(back.minus(fallen)).times(quantity) };
  },
});

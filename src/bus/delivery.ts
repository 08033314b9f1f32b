// Where a consumer's delivery says which entry it brings.

/** Reads the sequences from a delivery's reply subject: `$JS.ACK.<stream>.<consumer>.<n>.<stream seq>.<consumer seq>.…`, or its longer form with domain and account. */
export function deliveredAs(reply: string): { streamSequence: number; consumerSequence: number } {
  const tokens = reply.split('.');
  const at = tokens.length > 9 ? 7 : 5;
  return { streamSequence: Number(tokens[at]), consumerSequence: Number(tokens[at + 1]) };
}

// A place in a plan that is computed once from its first row on: nobody takes it up elsewhere.

export abstract class Unmoved {
  snapshot(): Uint8Array {
    throw new Error('what is computed once has no checkpoint');
  }

  restore(): void {
    throw new Error('what is computed once has no checkpoint');
  }
}

// Declares one of the strategies and prints the Fault it is refused with.
import * as strategies from './strategies.ts';

try {
  new Map<string | undefined, () => unknown>(Object.entries(strategies)).get(process.argv[2])?.();
} catch (error) {
  const { code, message } = error as Error & { code: string };
  console.log(JSON.stringify({ code, message }));
}

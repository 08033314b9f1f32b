// What a parameter of an operator takes, as people read it.
import type { OperatorParam } from './operator.ts';

export function paramInWords(param: OperatorParam): string {
  if ('words' in param) return param.words.join('|');
  if ('above' in param) return `>${param.above}`;
  return `≥${param.least.toLocaleString('en')}${param.ms ? ' ms' : ''}`;
}

// What of the input log a slot reads for its lanes.
import { type Slot, slotOf } from '#bus/subjects.ts';
import type { SourceID } from '#domain/bar.ts';
import type { Lane } from './lane.ts';
import type { SlotPorts } from './slot-terms.ts';

/** The rows the lanes need: all of the slot's, or those of one share, and those of the foreign sources their nodes join. */
export function inputSubjects({ subjects }: SlotPorts, slot: Slot, slots: number, lanes: readonly Lane[], isDivided: boolean): string[] {
  const home = (input: SourceID): Slot => slotOf(input, slots);
  const inputs = [...new Set(lanes.flatMap((lane) => lane.inputs))];
  // A lane that warms runs to where another one stands, so it meets every entry that one may have met before the slot was divided.
  const isPart = isDivided && lanes.length === 1 && inputs.length > 0;
  const apart = isPart ? inputs : inputs.filter((input) => home(input) !== slot);
  return [...(isPart ? [] : [subjects.inputs(slot)]), ...apart.map((input) => subjects.input(home(input), input))];
}

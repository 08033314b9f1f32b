// What of the input log a slot reads for its lanes.
import { type Slot, slotOf, type Subjects } from '#bus/subjects.ts';
import type { SourceID } from '#domain/bar.ts';
import type { Lane } from './lane.ts';
import type { SlotPorts } from './slot-terms.ts';

/** The rows the lanes need: all of the slot's, or those of one share, and those of the foreign sources their nodes join. */
export function inputSubjects({ subjects }: SlotPorts, slot: Slot, slots: number, lanes: readonly Lane[], isDivided: boolean): string[] {
  const inputs = [...new Set(lanes.flatMap((lane) => lane.inputs))];
  // A lane that warms runs to where another one stands, so it meets every entry that one may have met before the slot was divided.
  return subjectsOf(subjects, slot, slots, inputs, isDivided && lanes.length === 1 && inputs.length > 0);
}

/** The subjects of the sources that a slot's nodes read, and of all others of the slot; where it runs a part of them, of those sources alone. */
export function subjectsOf(subjects: Subjects, slot: Slot, slots: number, inputs: readonly SourceID[], isPart: boolean): string[] {
  const home = (input: SourceID): Slot => slotOf(input, slots);
  const apart = isPart ? inputs : inputs.filter((input) => home(input) !== slot);
  return [...(isPart ? [] : [subjects.inputs(slot)]), ...apart.map((input) => subjects.input(home(input), input))];
}

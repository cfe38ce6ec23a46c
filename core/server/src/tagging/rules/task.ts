import type { TagDefinition } from '@perennial/contract';
import type { TagProgram } from '../../tag/index.js';

/** What a run does for everybody who was there when it was published. */
export interface Task {
  /** Keys that are computed anew. */
  tags: string[];
  /** Lifecycles that are decided anew. */
  lifecycles?: string[];
  /** Whether hooks and triggers hear of the moves. */
  isTold?: boolean;
  /** Cells that are new: their history is counted from the events before `seq`. */
  fill: string[];
  /** Cells that nothing reads any more. */
  drop: string[];
  /** The arrival number from which live processing has counted into the new cells. */
  seq: number;
  /** Profiles of this number and above were made under the new definitions. */
  below: number;
}

/** What must be done for everybody when `after` takes the place of `before`. */
export function taskOf(
  before: TagProgram,
  after: TagProgram,
  changed: readonly Pick<TagDefinition, 'key'>[],
  boundary: Pick<Task, 'seq' | 'below'>,
): Task {
  const known = new Set(before.tags.map(({ definition }) => definition.key));
  const added = after.tags.map(({ definition }) => definition.key).filter((key) => !known.has(key));
  return {
    tags: [...new Set([...changed.map(({ key }) => key), ...added])].sort(),
    fill: [...after.cells.keys()].filter((key) => !before.cells.has(key)),
    drop: [...before.cells.keys()].filter((key) => !after.cells.has(key)),
    ...boundary,
  };
}

/** The positions in the program of the tags that a task computes anew. */
export function dirtyOf({ tags }: Pick<Task, 'tags'>, program: TagProgram): Set<number> {
  const wanted = new Set(tags);
  const dirty = new Set<number>();
  program.tags.forEach(({ definition }, position) => {
    if (wanted.has(definition.key)) dirty.add(position);
  });
  return dirty;
}

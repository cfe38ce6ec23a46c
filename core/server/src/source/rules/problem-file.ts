import { csvLine, type RowProblem } from '@perennial/contract';
import { PROBLEM_COLUMNS, type FileBatch, type FileRow } from '@perennial/kit';

/** A problem as it is kept. */
export interface KeptProblem extends RowProblem {
  /** Of a run that counted rows and not lines: nobody knows which row of the file is meant. */
  isByRow: boolean;
}

type Original = Extract<FileRow, { kind: 'event' | 'failed' }>['origin'];

/**
 * The failed rows with their reasons before them, as they stand in the file: it is read again, so that nothing personal
 * is kept a second time. Both come in the order of the file.
 */
export async function* problemLines(
  columns: string[],
  problems: AsyncIterable<KeptProblem>,
  file: AsyncIterable<FileBatch>,
): AsyncGenerator<string> {
  yield csvLine([...PROBLEM_COLUMNS, ...columns]);
  const originals = originalsOf(file);
  let original = await originals.next();
  try {
    for await (const problem of problems) {
      while (!original.done && original.value.fileLine < problem.line) original = await originals.next();
      const isFound = !problem.isByRow && !original.done && original.value.fileLine === problem.line;
      yield csvLine([...factsOf(problem), ...(isFound ? original.value!.cells : [])]);
    }
  } finally {
    await originals.return(undefined);
  }
}

async function* originalsOf(file: AsyncIterable<FileBatch>): AsyncGenerator<Original, undefined> {
  for await (const { rows } of file) for (const row of rows) if (row.kind !== 'skipped') yield row.origin;
  return undefined;
}

const factsOf = ({ line, code, reason }: RowProblem): unknown[] => [line, code, reason.zh, reason.en];

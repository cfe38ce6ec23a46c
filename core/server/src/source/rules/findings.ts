import { cut, type CountedFinding, type LogFrame, type PlanCode, type SourceCode } from '@perennial/contract';
import { createHash } from 'node:crypto';

export type SourceFinding = Omit<CountedFinding, 'code'> & {
  code: PlanCode | SourceCode;
  sourceId: string;
  at: number;
};

/** Stands for the names that were too many to be kept apart. */
export const OTHERS = '*';

/** What the collector found in frames that are not applied yet. */
export const findingsOf = (frames: LogFrame[], from: number): SourceFinding[] =>
  frames.flatMap(({ header, end }) =>
    end > from && Array.isArray(header.plan?.findings)
      ? header.plan.findings.map((finding) => ({ ...finding, sourceId: header.sourceId, at: header.receivedAt }))
      : [],
  );

const NAME_LENGTH = 255;
const WORDS_LENGTH = 64;

/** Names of unknown events are a client's words, and clients put numbers of people into them. */
const nameless = (name: string): string => cut(name.replace(/\d{5,}/g, '#'), NAME_LENGTH);

const idOf = (...parts: (string | number)[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 27);

export const othersId = ({ sourceId, code }: SourceFinding, day: number): string => idOf(sourceId, day, code, OTHERS);

export function together(findings: Map<string, SourceFinding>, id: string, finding: SourceFinding): void {
  const known = findings.get(id);
  findings.set(id, known ? { ...finding, count: known.count + finding.count } : finding);
}

/** Equal findings of a day as one, by their id. */
export function foldFindings(found: SourceFinding[], day: number): Map<string, SourceFinding> {
  const folded = new Map<string, SourceFinding>();
  for (const raw of found) {
    const finding = {
      ...raw,
      event: nameless(raw.event),
      path: nameless(raw.path),
      expected: cut(raw.expected, WORDS_LENGTH),
      found: cut(raw.found, WORDS_LENGTH),
    };
    together(folded, idOf(finding.sourceId, day, finding.code, finding.event, finding.path), finding);
  }
  return folded;
}

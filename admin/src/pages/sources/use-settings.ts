import type { DefinitionProblem, SourcePolicy, SourceSettings } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ApiError, get } from '../../api/client.js';
import { useAct } from '../../parts/use-act.js';

/** What a tab of a source edits, and how it saves its part over the revision that it has seen. */
export interface Editing<K extends keyof SourcePolicy> {
  draft: Pick<SourcePolicy, K>;
  change: (part: Partial<Pick<SourcePolicy, K>>) => void;
  isDirty: boolean;
  discard: () => void;
  save: () => void;
  isSaving: boolean;
  /** What core found wrong with it, place by place. */
  problems: DefinitionProblem[];
  /** The revision that this tab saved last, and the way back. */
  saved: { revision: number; isUndo: boolean } | undefined;
  undo: (() => void) | undefined;
}

export const useSettings = (id: string) =>
  useQuery({
    queryKey: ['source-settings', id],
    queryFn: () => get<SourceSettings>(`/sources/${encodeURIComponent(id)}/settings`),
  });

const policyOf = ({ origins, rate, bots, isEnriched, plan, scrub, personal }: SourceSettings): SourcePolicy => ({
  origins,
  rate,
  bots,
  isEnriched,
  plan,
  scrub,
  personal,
});

/** Edits some parts of a source's settings; the others go along as they are. */
export function useEditing<K extends keyof SourcePolicy>(id: string, loaded: SourceSettings, keys: K[]): Editing<K> {
  const [changes, setChanges] = useState<Partial<Pick<SourcePolicy, K>>>({});
  const [last, setLast] = useState<{ revision: number; isUndo: boolean; before: SourcePolicy }>();
  const put = useAct(
    ({ policy, revision }: { policy: SourcePolicy; revision: number; isUndo: boolean }) =>
      api<SourceSettings>('PUT', `/sources/${encodeURIComponent(id)}/settings`, { policy, revision }),
    { refresh: ['source-settings'] },
  );
  const current = policyOf(loaded);
  const draft = {
    ...(Object.fromEntries(keys.map((key) => [key, current[key]])) as Pick<SourcePolicy, K>),
    ...changes,
  };
  const send = (policy: SourcePolicy, isUndo: boolean) =>
    put.mutate(
      { policy, revision: loaded.revision, isUndo },
      {
        onSuccess: ({ revision }) => {
          setChanges({});
          setLast({ revision, isUndo, before: current });
        },
      },
    );
  return {
    draft,
    change: (part) => setChanges({ ...changes, ...part }),
    isDirty: keys.some((key) => JSON.stringify(draft[key]) !== JSON.stringify(current[key])),
    discard: () => {
      setChanges({});
      put.reset();
    },
    save: () => send({ ...current, ...changes }, false),
    isSaving: put.isPending,
    problems: problemsIn(put.error),
    saved: last,
    undo: last && last.revision === loaded.revision && !last.isUndo ? () => send(last.before, true) : undefined,
  };
}

function problemsIn(error: unknown): DefinitionProblem[] {
  const problems = error instanceof ApiError ? error.problem.details?.['problems'] : undefined;
  return Array.isArray(problems) ? (problems as DefinitionProblem[]) : [];
}

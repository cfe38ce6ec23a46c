import type { LifecycleDefinition, Stage } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { get } from '../api/client.js';

/** The stages of the default lifecycle, for pickers. */
export function useStages(): Stage[] {
  const { data = [] } = useQuery({
    queryKey: ['lifecycles'],
    queryFn: () => get<LifecycleDefinition[]>('/lifecycles'),
    staleTime: 60_000,
  });
  return data.find(({ key }) => key === 'default')?.stages.toReversed() ?? [];
}

import type { LifecycleDetail } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { get } from '../../api/client.js';

/** A lifecycle with its versions; asked again while a run brings a version to everybody. */
export const useLifecycle = (key: string) =>
  useQuery({
    queryKey: ['lifecycle', key],
    queryFn: () => get<LifecycleDetail>(`/lifecycles/${key}`),
    refetchInterval: ({ state }) => (state.data?.run?.status === 'running' ? 1_500 : false),
  });

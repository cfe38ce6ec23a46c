import type { SessionView } from '@perennial/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useMemo, type ReactNode } from 'react';
import { api, get, setCsrf, whenSignedOut } from './api/client.js';

interface Session {
  session: SessionView | null;
  isAdmin: boolean;
  isLoading: boolean;
  signIn: (name: string, password: string) => Promise<void>;
  signOut: () => Promise<void>;
  changePassword: (current: string, next: string) => Promise<void>;
}

const Context = createContext<Session | undefined>(undefined);
const KEY = ['session'];

export function SessionProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const { data, isPending } = useQuery({
    queryKey: KEY,
    queryFn: () => get<SessionView>('/session').catch(() => null),
    staleTime: Infinity,
    retry: false,
  });
  useEffect(() => setCsrf(data?.csrf ?? ''), [data]);
  useEffect(() => whenSignedOut(() => client.setQueryData(KEY, null)), [client]);
  const session = useMemo<Session>(
    () => ({
      session: data ?? null,
      isAdmin: data?.user.role === 'admin',
      isLoading: isPending,
      signIn: async (name, password) => {
        const next = await api<SessionView>('POST', '/session', { name, password });
        setCsrf(next.csrf);
        client.setQueryData(KEY, next);
      },
      signOut: async () => {
        await api('DELETE', '/session');
        client.clear();
        client.setQueryData(KEY, null);
      },
      changePassword: async (current, next) => {
        await api('POST', '/session/password', { current, next });
        await client.invalidateQueries({ queryKey: KEY });
      },
    }),
    [data, isPending, client],
  );
  return <Context.Provider value={session}>{children}</Context.Provider>;
}

export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error('there is no SessionProvider above');
  return session;
}

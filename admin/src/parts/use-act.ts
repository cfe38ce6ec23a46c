import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useErrorText } from './load.js';

/** An act of the operator: says how it went, and reads the named lists again. */
export function useAct<I, O>(act: (input: I) => Promise<O>, { refresh, done }: { refresh: string[]; done?: string }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const sayError = useErrorText();
  return useMutation({
    mutationFn: act,
    onSuccess: async () => {
      if (done) void message.success(done);
      await Promise.all(refresh.map((key) => client.invalidateQueries({ queryKey: [key] })));
    },
    onError: (error) => void message.error(sayError(error), 6),
  });
}

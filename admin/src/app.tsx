import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { App as AntApp, ConfigProvider, Spin } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useState } from 'react';
import { ApiError } from './api/client.js';
import { LanguageProvider, useSpeech } from './i18n/language.js';
import { LoginPage } from './pages/login.js';
import { createAdminRouter } from './router.js';
import { SessionProvider, useSession } from './session.js';

/** What the server refused it will refuse again; what did not arrive is tried twice more. */
const shouldRetry = (failures: number, error: Error): boolean =>
  !(error instanceof ApiError && error.problem.status < 500) && failures < 2;

export function App() {
  const [client] = useState(
    () => new QueryClient({ defaultOptions: { queries: { retry: shouldRetry, refetchOnWindowFocus: false } } }),
  );
  return (
    <LanguageProvider>
      <QueryClientProvider client={client}>
        <SessionProvider>
          <Themed />
        </SessionProvider>
      </QueryClientProvider>
    </LanguageProvider>
  );
}

const THEME = {
  token: { colorPrimary: '#1f7a5c', colorLink: '#1f7a5c', borderRadius: 6 },
  components: {
    Menu: { itemSelectedBg: '#e4f1eb' },
    Table: { rowSelectedBg: '#f1f8f4', rowSelectedHoverBg: '#e4f1eb' },
  },
};

function Themed() {
  const { language } = useSpeech();
  return (
    <ConfigProvider locale={language === 'zh' ? zhCN : enUS} theme={THEME} button={{ autoInsertSpace: false }}>
      <AntApp>
        <Gate />
      </AntApp>
    </ConfigProvider>
  );
}

function Gate() {
  const { session, isLoading } = useSession();
  const [router] = useState(createAdminRouter);
  if (isLoading) return <Spin fullscreen />;
  return session && !session.mustChangePassword ? <RouterProvider router={router} /> : <LoginPage />;
}

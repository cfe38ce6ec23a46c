import {
  ApiOutlined,
  AppstoreOutlined,
  CloudUploadOutlined,
  CustomerServiceOutlined,
  DiffOutlined,
  DashboardOutlined,
  LogoutOutlined,
  NodeIndexOutlined,
  RetweetOutlined,
  SafetyOutlined,
  SendOutlined,
  ShoppingOutlined,
  TagsOutlined,
  TeamOutlined,
  UsergroupAddOutlined,
  WarningOutlined,
} from '@ant-design/icons';
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { Button, Layout, Menu, Space, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useSpeech } from '../i18n/language.js';
import type { TextKey } from '../i18n/zh.js';
import { useSession } from '../session.js';
import { Logo } from './logo.js';

const ROOMS: { path: string; text: TextKey; icon: ReactNode; isForAdmins?: boolean }[] = [
  { path: '/', text: 'overview', icon: <DashboardOutlined /> },
  { path: '/profiles', text: 'profiles', icon: <TeamOutlined /> },
  { path: '/identity', text: 'identity', icon: <NodeIndexOutlined /> },
  { path: '/tags', text: 'tags', icon: <TagsOutlined /> },
  { path: '/audiences', text: 'audiences', icon: <UsergroupAddOutlined /> },
  { path: '/lifecycle', text: 'lifecycle', icon: <RetweetOutlined /> },
  { path: '/consultants', text: 'consultants', icon: <CustomerServiceOutlined /> },
  { path: '/catalogue', text: 'catalogue', icon: <ShoppingOutlined /> },
  { path: '/sources', text: 'sources', icon: <ApiOutlined /> },
  { path: '/parity', text: 'parity', icon: <DiffOutlined /> },
  { path: '/imports', text: 'imports', icon: <CloudUploadOutlined /> },
  { path: '/activation', text: 'activation', icon: <SendOutlined /> },
  { path: '/plugins', text: 'plugins', icon: <AppstoreOutlined /> },
  { path: '/quarantine', text: 'quarantine', icon: <WarningOutlined /> },
  { path: '/access', text: 'access', icon: <SafetyOutlined />, isForAdmins: true },
];

/** The frame around every page: where one is, where one can go, who one is. */
export function Shell() {
  const { texts, switchLanguage } = useSpeech();
  const { session, isAdmin, signOut } = useSession();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const rooms = ROOMS.filter((room) => isAdmin || !room.isForAdmins);
  const here = rooms.findLast(({ path }) => path === '/' || pathname.startsWith(path))?.path ?? '/';
  return (
    <Layout style={{ minHeight: '100vh' }}>
      <Layout.Sider
        theme="light"
        width={200}
        breakpoint="lg"
        collapsedWidth={64}
        style={{ borderRight: '1px solid #eef0ee' }}
      >
        <Space style={{ padding: '16px 20px' }}>
          <Logo size={26} />
          <Typography.Text strong style={{ fontSize: 17 }}>
            {texts.brand}
          </Typography.Text>
        </Space>
        <Menu
          mode="inline"
          selectedKeys={[here]}
          style={{ borderInlineEnd: 0 }}
          items={rooms.map(({ path, text, icon }) => ({ key: path, icon, label: texts[text] }))}
          onClick={({ key }) => void navigate({ to: key })}
        />
      </Layout.Sider>
      <Layout>
        <Layout.Header
          style={{
            background: '#fff',
            paddingInline: 24,
            height: 48,
            lineHeight: '48px',
            textAlign: 'right',
            borderBottom: '1px solid #eef0ee',
          }}
        >
          <Space size="middle">
            <Typography.Text type="secondary">{session?.user.name}</Typography.Text>
            <Button size="small" type="text" onClick={switchLanguage}>
              {texts.language}
            </Button>
            <Button size="small" type="text" icon={<LogoutOutlined />} onClick={() => void signOut()}>
              {texts.signOut}
            </Button>
          </Space>
        </Layout.Header>
        <Layout.Content style={{ padding: 20 }}>
          <Outlet />
        </Layout.Content>
      </Layout>
    </Layout>
  );
}

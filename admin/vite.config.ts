import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const core = `http://127.0.0.1:${process.env['PERENNIAL_PORT'] ?? 3000}`;

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['@perennial/source', 'module', 'browser', 'development|production'] },
  server: { proxy: { '/api': core } },
  build: {
    outDir: 'dist',
    chunkSizeWarningLimit: 1500,
    rollupOptions: {
      output: {
        // The component library changes with its version, our pages with every release: browsers keep the first.
        manualChunks: (id: string) =>
          /node_modules\/(antd|@ant-design|rc-|@rc-component)/.test(id) ? 'antd' : undefined,
      },
    },
  },
});

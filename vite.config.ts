import { builtinModules } from 'node:module'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import type { EnvironmentOptions } from 'vite'

/** Replaced by each host at the moment it serves the page: a fresh value per load (see docs of the hosts). */
const NONCE_PLACEHOLDER = '__FQ_NONCE__'

const nodeBuiltins = [...builtinModules, /^node:/]

/** A bundle that runs in Node: everything inside but Node's own modules and `electron`, so nothing of node_modules is packed. */
function nodeBundle(
  name: string,
  entry: string,
  format: 'es' | 'cjs',
  external: (string | RegExp)[],
): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { noExternal: true, external: builtinModules, conditions: ['node', 'import', 'default'] },
    build: {
      outDir: `dist/${name}`,
      emptyOutDir: true,
      copyPublicDir: false,
      target: 'node24',
      minify: false,
      sourcemap: true,
      ssr: true,
      rolldownOptions: {
        input: { [name]: entry },
        external: [...nodeBuiltins, ...external],
        output: {
          format,
          entryFileNames: format === 'cjs' ? '[name].cjs' : '[name].js',
          chunkFileNames: '[name].js',
        },
      },
    },
  }
}

export default defineConfig({
  root: '.',
  plugins: [react()],
  html: { cspNonce: NONCE_PLACEHOLDER },
  builder: {},
  environments: {
    client: {
      build: {
        outDir: 'dist/renderer',
        emptyOutDir: true,
        target: 'chrome150',
        modulePreload: { polyfill: false },
        assetsInlineLimit: 0,
        rolldownOptions: { input: 'renderer/index.html' },
      },
    },
    main: nodeBundle('main', 'electron/main/main.ts', 'es', ['electron']),
    preload: nodeBundle('preload', 'electron/preload/preload.ts', 'cjs', ['electron']),
    server: nodeBundle('server', 'server/server.ts', 'es', []),
  },
})

import { builtinModules } from 'node:module'
import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import type { EnvironmentOptions } from 'vite'
import { collectLicences } from './scripts/licences.ts'

/** Replaced by each host at the moment it serves the page: a fresh value per load (see docs of the hosts). */
const NONCE_PLACEHOLDER = '__FQ_NONCE__'

function inRepo(path: string): string {
  return resolve(import.meta.dirname, path)
}

/** Started by path, as a thread or a process of their own. Both hosts have them beside their main file. */
const OWN_THREADS = {
  'inspector-worker': inRepo('shared/inspector/inspector-worker.ts'),
  'query-worker': inRepo('shared/inspector/query/query-worker.ts'),
  'demo-actor': inRepo('shared/inspector/demo/actor.ts'),
}

const nodeBuiltins = [...builtinModules, /^node:/]

/** A bundle that runs in Node: everything inside but Node's own modules and `electron`, so nothing of node_modules is packed. */
function nodeBundle(
  name: string,
  input: Readonly<Record<string, string>>,
  format: 'es' | 'cjs',
  external: (string | RegExp)[],
): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { noExternal: true, external: [...builtinModules], conditions: ['node', 'import', 'default'] },
    build: {
      outDir: inRepo(`dist/${name}`),
      emptyOutDir: true,
      copyPublicDir: false,
      target: 'node24',
      minify: false,
      sourcemap: true,
      ssr: true,
      rolldownOptions: {
        input,
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
  // The page lies at the root of what is served, so it is the root of the build; all other paths are absolute.
  root: inRepo('renderer'),
  plugins: [react(), collectLicences(inRepo('dist/LICENSES.txt'))],
  html: { cspNonce: NONCE_PLACEHOLDER },
  builder: {},
  environments: {
    client: {
      build: {
        outDir: inRepo('dist/renderer'),
        emptyOutDir: true,
        target: 'chrome150',
        modulePreload: { polyfill: false },
        assetsInlineLimit: 0,
        // Read from memory and the disk next door: a large chunk costs nothing.
        chunkSizeWarningLimit: 2_000,
        rolldownOptions: {
          input: inRepo('renderer/index.html'),
          // All that the first screen needs in one request: a browser has six at once, and each small chunk waits for its turn.
          output: { codeSplitting: { groups: [{ name: 'main', tags: ['$initial'] }] } },
        },
      },
    },
    main: nodeBundle('main', { main: inRepo('electron/main/main.ts'), ...OWN_THREADS }, 'es', ['electron']),
    preload: nodeBundle('preload', { preload: inRepo('electron/preload/preload.ts') }, 'cjs', ['electron']),
    server: nodeBundle(
      'server',
      { server: inRepo('server/server.ts'), status: inRepo('server/status.ts'), ...OWN_THREADS },
      'es',
      [],
    ),
  },
})

import { defineConfig } from 'vitest/config'

const SLOW = ['test/slow/**/*.test.ts']

export default defineConfig({
  test: {
    isolate: false,
    // Generous, because suites share two cores; what must be quick measures itself.
    testTimeout: 30_000,
    hookTimeout: 120_000,
    setupFiles: ['test/support/fixed-seed.ts'],
    globalSetup: ['test/support/build.ts'],
    coverage: {
      provider: 'v8',
      include: ['src/**'],
      thresholds: { 'src/core/**': { branches: 90 } },
    },
    projects: [
      { extends: true, test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: SLOW } },
      { extends: true, test: { name: 'slow', include: SLOW, testTimeout: 600_000 } },
    ],
  },
})

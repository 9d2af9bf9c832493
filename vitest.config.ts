import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{fixtures,mocks,suites,scripts}/**/*.test.ts'],
          retry: 0,
        },
      },
    ],
  },
})

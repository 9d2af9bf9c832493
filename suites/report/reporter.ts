import type { Reporter, TestCase, TestModule } from 'vitest/node'
import { findRequirement } from '../../fixtures/requirements/index.ts'
import { type Outcome, verdict } from '../verdict.ts'
import type { ScenarioResult } from './run-record.ts'

export interface RunReport {
  /** Called once per scenario, as it ends. */
  readonly onResult: (result: ScenarioResult) => void
  /** Called for what goes wrong outside of any scenario. */
  readonly onDefect: (message: string) => void
}

/** Turns what Vitest reports into results of a run record. */
export default function scenarioReporter({ onResult, onDefect }: RunReport): Reporter {
  return {
    onTestCaseResult(testCase) {
      onResult(resultOf(testCase))
    },
    onTestModuleEnd(module) {
      for (const error of module.errors()) onDefect(`${fileOf(module)}: ${error.message}`)
    },
    onTestRunEnd(_modules, unhandledErrors) {
      for (const error of unhandledErrors) onDefect(error.message)
    },
  }
}

function resultOf(testCase: TestCase): ScenarioResult {
  const { evidence = [], unmet = false } = testCase.meta()
  const levels = testCase.tags.flatMap((id) => findRequirement(id)?.level ?? [])
  return {
    scenario: testCase.name,
    file: fileOf(testCase.module),
    covers: [...testCase.tags],
    verdict: verdict(levels, outcomeOf(testCase, unmet), evidence),
    evidence,
    milliseconds: Math.round(testCase.diagnostic()?.duration ?? 0),
  }
}

function outcomeOf(testCase: TestCase, unmet: boolean): Outcome {
  const result = testCase.result()
  switch (result.state) {
    case 'passed':
      return { state: 'passed' }
    case 'skipped':
      return { state: 'skipped', reason: result.note ?? 'the run ended before its turn' }
    case 'failed':
      return { state: 'failed', unmet, reason: result.errors.map((error) => error.message).join('\n') }
    case 'pending':
      return { state: 'failed', unmet: false, reason: 'the run ended while it was going on' }
  }
}

/** Path within the suites: `consumer/tenancy.suite.ts`. */
function fileOf(module: TestModule): string {
  return module.moduleId.replaceAll('\\', '/').replace(/^.*\/suites\//, '')
}

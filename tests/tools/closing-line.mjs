/** Ends a run with one plain line, `N passed, N failed, N skipped`, that people and scripts can rely on. */
export default class ClosingLine {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }) {
    const brokenFiles = testResults.filter((file) => file.testExecError).length;
    const failed = numFailedTests + brokenFiles;
    const skipped = numPendingTests + numTodoTests;
    this.error = failed > 0 ? undefined : forbiddenSkips(skipped);
    console.log(`\n${numPassedTests} passed, ${failed} failed, ${skipped} skipped`);
  }

  getLastError() {
    return this.error;
  }
}

/** Where PERENNIAL_FORBID_SKIPS is set, a missing server is a broken machine and not a reason to look away. */
function forbiddenSkips(skipped) {
  if (skipped === 0 || !process.env.PERENNIAL_FORBID_SKIPS) return undefined;
  return new Error(`${skipped} tests were skipped, and this run forbids that`);
}

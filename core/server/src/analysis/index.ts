import { AnalysisController } from './http/analysis.controller.js';

export { Analysis } from './analysis.js';

export const ANALYSIS_CONTROLLERS = [AnalysisController];

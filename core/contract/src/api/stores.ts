/** Something about the stores that an operator must look after. */
export interface StoreProblem {
  code: string;
  message: string;
}

/** Whether record and warehouse belong together and are whole, as of the last look. */
export interface StoresView {
  /** The record's id, which the warehouse and the collectors' folders carry too. */
  recordId: string;
  /** False while the warehouse has not answered since the start. */
  isCompared: boolean;
  problems: StoreProblem[];
}

/** `GET /health/ready`: core can work; `impaired` where something is missing that it can work without. */
export interface ReadyAnswer {
  status: 'ok' | 'impaired';
  problems?: StoreProblem[];
  /** There when the warehouse refuses something: lots as a whole, rows set aside since the start, rows that wait. */
  warehouse?: { stuckLots: number; setAside: number; pendingRows: number };
}

/** What reads of assignments, to be read again after an act. */
export const TOUCHED = ['assignments', 'assignment-counts', 'assignment', 'profile-assignments', 'consultants'];

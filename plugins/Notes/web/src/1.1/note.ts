export type Format = 'markdown' | 'plain';

export interface NoteDraft { title: string; text: string; format: Format; tags: string[]; pinned: boolean }

export interface Note extends NoteDraft { id: string; created: string; updated: string }

export const emptyDraft: NoteDraft = { title: '', text: '', format: 'markdown', tags: [], pinned: false };

export function draftOf({ title, text, format, tags, pinned }: Note): NoteDraft {
  return { title, text, format, tags, pinned };
}

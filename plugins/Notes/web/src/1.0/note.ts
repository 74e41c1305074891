export interface Note { id: string; title: string; text: string; created: string }

export interface NoteDraft { title: string; text: string }

import * as React from 'react';
import { Refused, type Send } from './transport';

export interface Identified { id: string }

export interface NotesState<TNote extends Identified, TDraft> {
  notes: TNote[];
  query: string;
  isLoading: boolean;
  errors: string[];
  search(query: string): void;
  /** Answers whether the note was saved; if not, `errors` says why. */
  save(id: string | undefined, draft: TDraft): Promise<boolean>;
  remove(id: string): Promise<void>;
}

const searchDelay = 200;

/** The list of notes and what changes it. The newest request wins: a slow answer never replaces a later one. */
export function useNotes<TNote extends Identified, TDraft>(send: Send): NotesState<TNote, TDraft> {
  const [notes, setNotes] = React.useState<TNote[]>([]);
  const [query, setQuery] = React.useState('');
  const [isLoading, setLoading] = React.useState(true);
  const [errors, setErrors] = React.useState<string[]>([]);
  const newest = React.useRef(0);

  const load = React.useCallback(async (text: string) => {
    const request = ++newest.current;
    try {
      const answer = (await send('GET', `/notes?q=${encodeURIComponent(text)}`)) as { notes: TNote[] };
      if (request !== newest.current) return;
      setNotes(answer.notes);
      setErrors([]);
    } catch (error) {
      if (request === newest.current) setErrors(sentences(error));
    } finally {
      if (request === newest.current) setLoading(false);
    }
  }, [send]);

  React.useEffect(() => {
    const timer = window.setTimeout(() => void load(query), query ? searchDelay : 0);
    return () => window.clearTimeout(timer);
  }, [load, query]);

  const change = async (action: () => Promise<unknown>) => {
    try {
      await action();
      await load(query);
      return true;
    } catch (error) {
      setErrors(sentences(error));
      return false;
    }
  };

  return {
    notes, query, isLoading, errors,
    search: setQuery,
    save: (id, draft) => change(() => (id ? send('PUT', `/notes/${id}`, draft) : send('POST', '/notes', draft))),
    remove: async (id) => { await change(() => send('DELETE', `/notes/${id}`)); },
  };
}

function sentences(error: unknown): string[] {
  if (error instanceof Refused && error.reasons.length > 0) return error.reasons;
  return [error instanceof Error ? error.message : String(error)];
}

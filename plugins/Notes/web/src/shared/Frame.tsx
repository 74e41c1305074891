import * as React from 'react';
import './notes.css';
import { transport, type Send, type Services } from './transport';

/** What a page passes to the panel. */
export interface PanelProps {
  apiBase?: string;
  services?: Services;
  heading?: string;
  density?: 'comfortable' | 'compact';
}

/** One `send` for as long as the page passes the same client. */
export function useSend({ apiBase = '/p/Notes', services }: PanelProps): Send {
  return React.useMemo(() => transport(services, apiBase), [services, apiBase]);
}

interface FrameProps extends PanelProps {
  query: string;
  searchHint: string;
  isLoading: boolean;
  isEmpty: boolean;
  errors: string[];
  onSearch(query: string): void;
  onNew(): void;
  children: React.ReactNode;
}

/** Heading, search, errors and the empty state: the same around the lists of both versions. */
export function Frame({ heading = 'Notes', density = 'comfortable', ...frame }: FrameProps) {
  const headingId = React.useId();
  return (
    <section className={`berth-notes berth-notes-${density}`} aria-labelledby={headingId} aria-busy={frame.isLoading}>
      <header>
        <h2 id={headingId}>{heading}</h2>
        <input
          type="search" aria-label="Search notes" placeholder={frame.searchHint}
          value={frame.query} onChange={(event) => frame.onSearch(event.target.value)} />
        <button type="button" onClick={frame.onNew}>New note</button>
      </header>
      <div role="alert" className="berth-notes-errors">
        {frame.errors.map((error) => <p key={error}>{error}</p>)}
      </div>
      {frame.children}
      {frame.isEmpty && !frame.isLoading && frame.errors.length === 0
        && <p className="berth-notes-empty">{frame.query ? 'No note has all these words.' : 'No notes yet. Write the first one.'}</p>}
    </section>
  );
}

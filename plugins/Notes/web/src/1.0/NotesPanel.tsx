import * as React from 'react';
import { Frame, useSend, type PanelProps } from '../shared/Frame';
import { useNotes } from '../shared/useNotes';
import { When } from '../shared/When';
import type { Note, NoteDraft } from './note';

const NoteEditor = React.lazy(() => import(/* webpackChunkName: "note-editor" */ './NoteEditor'));

/** The user's notes: list, search, write, remove. */
export default function NotesPanel(props: PanelProps) {
  const state = useNotes<Note, NoteDraft>(useSend(props));
  const [edited, setEdited] = React.useState<Note | 'new'>();
  const close = () => setEdited(undefined);
  const editor = (id: string | undefined, initial: NoteDraft) => (
    <React.Suspense fallback={<p>Loading…</p>}>
      <NoteEditor initial={initial} onSave={(draft) => state.save(id, draft)} onClose={close} />
    </React.Suspense>
  );

  return (
    <Frame
      {...props} {...state} isEmpty={state.notes.length === 0} searchHint="Words in title or text"
      onSearch={state.search} onNew={() => setEdited('new')}>
      {edited === 'new' && editor(undefined, { title: '', text: '' })}
      <ul>
        {state.notes.map((note) => (
          <li key={note.id}>
            {edited !== 'new' && edited?.id === note.id ? editor(note.id, { title: note.title, text: note.text }) : (
              <article>
                <h3>{note.title}</h3>
                <p className="berth-notes-text">{note.text}</p>
                <div className="berth-notes-meta">
                  <When at={note.created} />
                  <button type="button" aria-label={`Change ${note.title}`} onClick={() => setEdited(note)}>Change</button>
                  <button type="button" aria-label={`Remove ${note.title}`} onClick={() => void state.remove(note.id)}>Remove</button>
                </div>
              </article>
            )}
          </li>
        ))}
      </ul>
    </Frame>
  );
}

import * as React from 'react';
import { Frame, useSend, type PanelProps } from '../shared/Frame';
import { useNotes } from '../shared/useNotes';
import { When } from '../shared/When';
import { draftOf, emptyDraft, type Note, type NoteDraft } from './note';

const NoteEditor = React.lazy(() => import(/* webpackChunkName: "note-editor" */ './NoteEditor'));
const Markdown = React.lazy(() => import(/* webpackChunkName: "markdown" */ './Markdown'));

/** The user's notes: list, search, tag, pin, write, remove. */
export default function NotesPanel(props: PanelProps) {
  const state = useNotes<Note, NoteDraft>(useSend(props));
  const [edited, setEdited] = React.useState<Note | 'new'>();
  const close = () => setEdited(undefined);
  const editor = (id: string | undefined, initial: NoteDraft) => (
    <React.Suspense fallback={<p>Loading…</p>}>
      <NoteEditor initial={initial} onSave={(draft) => state.save(id, draft)} onClose={close} />
    </React.Suspense>
  );
  const togglePin = (note: Note) => void state.save(note.id, { ...draftOf(note), pinned: !note.pinned });

  return (
    <Frame
      {...props} {...state} isEmpty={state.notes.length === 0} searchHint="Words, or #tag"
      onSearch={state.search} onNew={() => setEdited('new')}>
      {edited === 'new' && editor(undefined, emptyDraft)}
      <ul>
        {state.notes.map((note) => (
          <li key={note.id}>
            {edited !== 'new' && edited?.id === note.id ? editor(note.id, draftOf(note)) : (
              <article>
                <h3>{note.title}</h3>
                <Body note={note} />
                <div className="berth-notes-meta">
                  {note.tags.map((tag) => (
                    <button type="button" key={tag} className="berth-notes-tag" onClick={() => state.search(`#${tag}`)}>#{tag}</button>
                  ))}
                  <When at={note.updated} />
                  <button type="button" aria-pressed={note.pinned} aria-label={`Pin ${note.title}`} onClick={() => togglePin(note)}>
                    {note.pinned ? 'Pinned' : 'Pin'}
                  </button>
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

function Body({ note }: { note: Note }) {
  const plain = <p className="berth-notes-text">{note.text}</p>;
  return note.format === 'plain' ? plain : <React.Suspense fallback={plain}><Markdown text={note.text} /></React.Suspense>;
}

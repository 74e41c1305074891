import * as React from 'react';
import type { NoteDraft } from './note';

interface Props {
  initial: NoteDraft;
  onSave(draft: NoteDraft): Promise<boolean>;
  onClose(): void;
}

/** The form that writes one note. A chunk of its own: a page that only shows notes never fetches it. */
export default function NoteEditor({ initial, onSave, onClose }: Props) {
  const [draft, setDraft] = React.useState(initial);
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    if (await onSave(draft)) onClose();
  };
  return (
    <form onSubmit={submit} aria-label={initial.title ? 'Change note' : 'New note'}>
      <label>Title
        <input autoFocus required maxLength={200} value={draft.title} onChange={(event) => setDraft({ ...draft, title: event.target.value })} />
      </label>
      <label>Text
        <textarea maxLength={100000} value={draft.text} onChange={(event) => setDraft({ ...draft, text: event.target.value })} />
      </label>
      <div className="berth-notes-actions">
        <button type="submit">Save</button>
        <button type="button" onClick={onClose}>Cancel</button>
      </div>
    </form>
  );
}

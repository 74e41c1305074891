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
  const [tags, setTags] = React.useState(initial.tags.join(' '));
  const set = (change: Partial<NoteDraft>) => setDraft({ ...draft, ...change });
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    const words = tags.split(/[\s,#]+/).filter((tag) => tag !== '');
    if (await onSave({ ...draft, tags: words })) onClose();
  };
  return (
    <form onSubmit={submit} aria-label={initial.title ? 'Change note' : 'New note'}>
      <label>Title
        <input autoFocus required maxLength={200} value={draft.title} onChange={(event) => set({ title: event.target.value })} />
      </label>
      <label>Text
        <textarea maxLength={100000} value={draft.text} onChange={(event) => set({ text: event.target.value })} />
      </label>
      <label>Tags, separated by spaces
        <input value={tags} onChange={(event) => setTags(event.target.value)} />
      </label>
      <label className="berth-notes-check">
        <input type="checkbox" checked={draft.format === 'markdown'} onChange={(event) => set({ format: event.target.checked ? 'markdown' : 'plain' })} />
        Markdown
      </label>
      <label className="berth-notes-check">
        <input type="checkbox" checked={draft.pinned} onChange={(event) => set({ pinned: event.target.checked })} />
        Pinned
      </label>
      <div className="berth-notes-actions">
        <button type="submit">Save</button>
        <button type="button" onClick={onClose}>Cancel</button>
      </div>
    </form>
  );
}

import * as React from 'react';
import DOMPurify from 'dompurify';
import { marked } from 'marked';

/** Markdown as cleaned HTML: no scripts, no handlers, no forms, whatever a note's text holds. */
export default function Markdown({ text }: { text: string }) {
  const html = React.useMemo(
    () => DOMPurify.sanitize(marked.parse(text, { async: false, gfm: true }), { FORBID_TAGS: ['form', 'input', 'button', 'style'], FORBID_ATTR: ['style'] }),
    [text]);
  return <div className="berth-notes-markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}

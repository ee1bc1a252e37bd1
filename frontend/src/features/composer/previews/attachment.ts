import type { MediaFile, Platform, Settings } from '@/api/types';
import { isDocument } from '@/parts/files';
import { isSet } from '@/parts/networkRules';

/** What stands below a text: never two of them, at any network. */
export type Attachment =
  | { kind: 'none' }
  | { kind: 'poll'; question: string; answers: string[]; duration: string | null }
  | { kind: 'document'; title: string; file: MediaFile }
  | { kind: 'files'; files: MediaFile[] }
  | { kind: 'link'; address: string; host: string; title: string; description: string };

const LINK = /https?:\/\/[^\s<>"]*[^\s<>".,;:!?'’)\]…]/u;
/** Networks that make a card of a link in the text by themselves. */
const UNFURLING: readonly Platform[] = ['mastodon', 'threads', 'x'];

const text = (settings: Settings, name: string) => {
  const value = settings[name];
  return typeof value === 'string' ? value : '';
};

/** The host of an address, or nothing while it is no address yet. */
export function hostOf(address: string): string | null {
  try {
    return new URL(address).host.replace(/^www\./, '') || null;
  } catch {
    return null;
  }
}

/** What a network shows below the text. */
export function attachment(
  platform: Platform,
  { text: words, files, settings }: { text: string; files: MediaFile[]; settings: Settings },
): Attachment {
  const { poll } = settings;
  if (Array.isArray(poll) && isSet(poll)) {
    return {
      kind: 'poll',
      question: text(settings, 'poll_question'),
      answers: poll.filter((answer) => answer.trim()),
      duration: text(settings, 'poll_duration') || null,
    };
  }
  const document = files.find(({ type }) => isDocument(type));
  if (document) {
    return { kind: 'document', title: text(settings, 'document_title') || document.name, file: document };
  }
  if (files.length > 0) return { kind: 'files', files };
  const found = UNFURLING.includes(platform) ? (LINK.exec(words)?.[0] ?? '') : '';
  const address = text(settings, 'link') || found;
  const host = hostOf(address);
  if (!host) return { kind: 'none' };
  const description = text(settings, 'link_description');
  return { kind: 'link', address, host, title: text(settings, 'link_title') || host, description };
}

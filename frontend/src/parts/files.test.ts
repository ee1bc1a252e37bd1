import { describe, expect, it } from 'vitest';
import { ACCEPT, isDocument, isSubtitles, refusal, typeOf } from './files';

describe('subtitles', () => {
  it('are known by their ending, whatever a system calls them', () => {
    for (const type of ['', 'text/plain', 'text/srt', 'application/x-subrip']) {
      expect(typeOf({ name: 'Film.EN.SRT', type })).toBe('application/x-subrip');
    }
    expect(typeOf({ name: 'film.vtt', type: '' })).toBe('text/vtt');
    expect(typeOf({ name: 'film.srt.jpg', type: 'image/jpeg' })).toBe('image/jpeg');
    expect(ACCEPT).toContain('.srt,.vtt');
    expect(isSubtitles('text/vtt') && isSubtitles('application/x-subrip')).toBe(true);
    expect(isDocument('application/x-subrip')).toBe(false);
  });

  it('have at most a megabyte', () => {
    const name = 'film.srt';
    expect(refusal({ name, type: '', size: 1024 * 1024 })).toBeNull();
    expect(refusal({ name, type: '', size: 1024 * 1024 + 1 })).toBe('size');
  });
});

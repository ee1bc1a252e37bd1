import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { DraftScope, useDraft, useKeptDraft } from './draft';

const as = (scope: string) => ({
  wrapper: ({ children }: { children: ReactNode }) => <DraftScope value={scope}>{children}</DraftScope>,
});

/** A form that keeps `value`, as one person in one organization sees it. */
function form(value: string | null, scope = 'ines.azul') {
  return renderHook(
    ({ current }: { current: string | null }) => {
      const draft = useDraft<string>('composer.new');
      useKeptDraft(draft, current);
      return draft;
    },
    { initialProps: { current: value }, ...as(scope) },
  );
}

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
});

test('what was typed is there at the next visit', () => {
  const first = form(null);
  first.rerender({ current: 'Kiln day' });
  act(() => vi.advanceTimersByTime(400));
  expect(form(null).result.current.restored).toBe('Kiln day');
});

test('the last words are kept when the page goes away at once', () => {
  const first = form(null);
  first.rerender({ current: 'Kiln' });
  first.rerender({ current: 'Kiln day' });
  first.unmount();
  expect(form(null).result.current.restored).toBe('Kiln day');
});

test('closing the tab keeps the last words too', () => {
  const first = form(null);
  first.rerender({ current: 'Kiln day' });
  window.dispatchEvent(new Event('pagehide'));
  expect(form(null).result.current.restored).toBe('Kiln day');
});

test('an untouched form does not wipe what it is about to restore', () => {
  form('Kiln day').unmount();
  form(null).unmount();
  expect(form(null).result.current.restored).toBe('Kiln day');
});

test('clearing forgets, also what was about to be written', () => {
  const first = form(null);
  first.rerender({ current: 'Kiln day' });
  act(() => first.result.current.clear());
  first.unmount();
  expect(form(null).result.current.restored).toBeNull();
});

test('nobody meets the text of another person or organization', () => {
  form('Kiln day').unmount();
  expect(form(null, 'tomas.azul').result.current.restored).toBeNull();
  expect(form(null, 'ines.northlight').result.current.restored).toBeNull();
});

test('a draft is forgotten after a month', () => {
  form('Kiln day').unmount();
  vi.setSystemTime(Date.now() + 31 * 86_400_000);
  expect(form(null).result.current.restored).toBeNull();
});

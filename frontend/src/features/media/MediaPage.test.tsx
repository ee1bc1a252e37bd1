import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import { at, json, problem } from '@/mocks/answers';
import { library } from '@/mocks/media';
import { server } from '@/mocks/server';
import { renderPage } from '@/test/render';
import MediaPage from './MediaPage';

const open = (options = {}) =>
  renderPage(<MediaPage />, { path: '/media', namespaces: ['media'], ...options });
const tile = (name: RegExp) => screen.findByRole('button', { name });

beforeEach(() => {
  library.reset();
  library.files = library.files.slice(0, 8);
});

describe('the library', () => {
  it('shows files with their descriptions and finds them by words', async () => {
    const { user } = await open();
    await tile(/^kiln-friday-opening.jpg, picture/);
    await user.type(screen.getByLabelText('Search media'), 'ochre');
    await waitFor(() => expect(screen.queryAllByRole('button', { name: /^kiln-friday/ })).toEqual([]));
    expect(await tile(/^plate-ochre.webp/)).toBeInTheDocument();
    await user.type(screen.getByLabelText('Search media'), ' zebra');
    expect(await screen.findByText('No file matches “ochre zebra”')).toBeInTheDocument();
  });

  it('fetches the next page on request', async () => {
    library.reset();
    const { user } = await open();
    await tile(/^kiln-friday-opening.jpg/);
    const before = screen.getAllByRole('listitem').length;
    await user.click(screen.getByRole('button', { name: 'Show more' }));
    await waitFor(() => expect(screen.getAllByRole('listitem').length).toBeGreaterThan(before));
  });

  it('shows subtitles as what they are, and asks nobody to describe them', async () => {
    library.reset();
    const { user } = await open();
    await user.type(screen.getByRole('searchbox'), 'srt');
    await user.click(await tile(/^wheel-throwing.en.srt, subtitles/));
    const details = await screen.findByRole('dialog');
    expect(within(details).getByText('SRT', { selector: 'dd' })).toBeInTheDocument();
    expect(within(details).getByText(/^Subtitles go with a video/)).toBeInTheDocument();
    expect(within(details).queryByRole('textbox')).not.toBeInTheDocument();
  });

  it('invites to upload when it is empty', async () => {
    library.files = [];
    await open();
    expect(await screen.findByText('No pictures yet')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Upload files' })).toBeInTheDocument();
  });

  it('says why it cannot be shown, and tries again', async () => {
    server.use(http.get(at('/media'), () => problem('internal', 500, 'Something broke.'), { once: true }));
    const { user } = await open();
    await user.click(await screen.findByRole('button', { name: 'Try again' }));
    expect(await tile(/^kiln-friday-opening.jpg/)).toBeInTheDocument();
  });

  it('lets viewers look only', async () => {
    const { user } = await open({ role: 'viewer' });
    await user.click(await tile(/^kiln-friday-opening.jpg/));
    const details = await screen.findByRole('dialog');
    expect(
      within(details).getByText('A blue vase on a table, still warm from the kiln.'),
    ).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Delete' })).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Upload files' })).not.toBeInTheDocument();
  });
});

describe('uploading', () => {
  const choose = (files: File[]) => {
    const input = document.querySelector<HTMLInputElement>('input[type=file][accept]');
    if (!input) throw new Error('no file input');
    return { input, files };
  };

  it('says of a wrong type what would do', async () => {
    const { user } = await open();
    await tile(/^kiln-friday-opening.jpg/);
    const { input, files } = choose([new File(['x'], 'notes.jpg', { type: 'text/plain' })]);
    // The file dialog can be told to show all files, whatever the input accepts.
    input.removeAttribute('accept');
    await user.upload(input, files);
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'Use JPEG, PNG, WebP, GIF, MP4, MOV, PDF, PPTX, DOCX, PPT, DOC, SRT or VTT.',
    );
    await user.click(screen.getByRole('button', { name: 'Take notes.jpg off the list' }));
    expect(screen.queryByText('notes.jpg')).not.toBeInTheDocument();
  });

  it('offers another try after a lost connection', async () => {
    server.use(http.post(at('/media'), () => HttpResponse.error(), { once: true }));
    const { user } = await open();
    await tile(/^kiln-friday-opening.jpg/);
    const { input, files } = choose([new File(['x'], 'new.jpg', { type: 'image/jpeg' })]);
    await user.upload(input, files);
    expect(await screen.findByRole('alert')).toHaveTextContent('The connection was lost.');
    expect(screen.getByRole('button', { name: 'Upload new.jpg again' })).toBeInTheDocument();
  });
});

describe('one file', () => {
  it('is described, guarded by its version', async () => {
    const versions: (string | null)[] = [];
    server.use(
      http.patch(at('/media/:id'), async ({ request }) => {
        versions.push(request.headers.get('If-Match'));
        return json({ ...library.files[2], ...((await request.json()) as object), version: 2 });
      }),
    );
    const { user } = await open();
    await user.click(await tile(/^cup-moss-glaze.png/));
    await user.type(await screen.findByLabelText('Description'), 'A green cup');
    await user.tab();
    await waitFor(() => expect(versions).toEqual(['"1"']));
    await waitFor(() => expect(screen.queryByText('Saving')).not.toBeInTheDocument());
    expect(screen.getByLabelText('Description')).toHaveValue('A green cup');
  });

  it('shows what somebody else wrote meanwhile before it is replaced', async () => {
    const { user } = await open();
    await user.click(await tile(/^cup-moss-glaze.png/));
    await user.type(await screen.findByLabelText('Description'), 'A green cup');
    library.files = library.files.map((file) =>
      file.name === 'cup-moss-glaze.png' ? { ...file, version: 5, alt: 'A mug' } : file,
    );
    await user.tab();
    const alert = await screen.findByRole('alert');
    expect(within(alert).getByText('A mug')).toBeInTheDocument();
    await user.click(within(alert).getByRole('button', { name: 'Save mine' }));
    await waitFor(() => expect(library.files[2]).toMatchObject({ alt: 'A green cup', version: 6 }));
  });

  it('stays while posts use it, and says so', async () => {
    const { user } = await open();
    await user.click(await tile(/^kiln-friday-opening.jpg/));
    await user.click(await screen.findByRole('button', { name: 'Delete' }));
    await user.click(await screen.findByRole('button', { name: 'Delete the file' }));
    expect(await screen.findByText('Still in use')).toBeInTheDocument();
  });

  it('goes when nothing uses it', async () => {
    const { user } = await open();
    await user.click(await tile(/^cup-moss-glaze.png/));
    await user.click(await screen.findByRole('button', { name: 'Delete' }));
    await user.click(await screen.findByRole('button', { name: 'Delete the file' }));
    await waitFor(() =>
      expect(screen.queryByRole('button', { name: /^cup-moss-glaze.png/ })).not.toBeInTheDocument(),
    );
  });
});

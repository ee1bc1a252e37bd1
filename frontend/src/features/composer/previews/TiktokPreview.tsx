import type { Previewed } from './types';
import { Upright } from './Upright';

/** A video or photos on TikTok. */
export function TiktokPreview({ account, text, fitting, files, settings }: Previewed) {
  const { title } = settings;
  const photos = !files.some(({ type }) => type.startsWith('video/'));
  return (
    <Upright
      account={account}
      text={text}
      fitting={fitting}
      files={files}
      kind="player"
      comments={settings.allow_comment === true}
      title={photos && typeof title === 'string' ? title : undefined}
    />
  );
}

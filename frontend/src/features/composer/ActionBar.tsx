import { Button, Menu } from '@mantine/core';
import { IconCloudCheck, IconDeviceFloppy, IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/me';
import type { Account } from '@/api/types';
import { atHandle } from '@/parts/accountName';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { PlatformBadge } from '@/ui/PlatformBadge';
import { StickyBar } from '@/ui/StickyBar';
import classes from './ActionBar.module.css';
import type { Action } from './submit';
import type { Composer } from './useComposer';
import { shortTime, type Verdict } from './when';

interface Props {
  composer: Composer;
  /** The chosen accounts. */
  chosen: Account[];
  verdict: Verdict;
  now: Date;
  /** A file got another description since the post was saved; the post takes it when it is saved again. */
  described: boolean;
  primary: Action | 'repeat';
  /** Whether a press would only tell what is to be put right first: then nothing is asked. */
  refuses: (action: Action | 'repeat') => boolean;
  onAct: (action: Action | 'repeat') => void;
}

/** What can be done with the post, in words that say what will happen; always in sight. */
export function ActionBar(props: Props) {
  const { composer, chosen, verdict, now, described, primary, refuses, onAct } = props;
  const { t } = useTranslation('composer');
  const mayPublish = useCan('posts.publish');
  const [asking, setAsking] = useState(false);
  const { when, busy, scheduled, series } = composer;
  const label = {
    save: t(scheduled ? 'do.saveChanges' : 'do.saveDraft'),
    schedule:
      verdict.state === 'ok'
        ? t(scheduled ? 'do.move' : 'do.schedule', { when: shortTime(verdict.at, when.zone, now) })
        : t(scheduled ? 'do.moveSometime' : 'do.scheduleSometime'),
    publish: t('do.publish'),
    queue: t('do.queue'),
    repeat: t(series ? 'do.saveSeries' : 'do.repeat'),
    unschedule: t('do.unschedule'),
  };
  const possible: Action[] = scheduled ? ['unschedule', 'save', 'publish'] : ['save', 'publish'];
  const others = mayPublish && !series ? possible.filter((action) => action !== primary) : [];
  const press = (action: Action | 'repeat') => {
    if (action === 'publish' && !refuses(action)) setAsking(true);
    else onAct(action);
  };

  return (
    <StickyBar>
      <div className={classes.row}>
        <KeptNote composer={composer} described={described} />
        {!mayPublish && <span className={classes.note}>{t('do.authorNote')}</span>}
        <div className={classes.buttons}>
          {others.map((action) => (
            <Button
              key={action}
              variant="default"
              className={classes.other}
              loading={busy === action}
              disabled={busy !== null && busy !== action}
              onClick={() => press(action)}
            >
              {label[action]}
            </Button>
          ))}
          {others.length > 0 && (
            <Menu position="top-end">
              <Menu.Target>
                <Button variant="default" className={classes.more} aria-label={t('do.more')} px="xs">
                  <IconDots size={18} stroke={1.6} />
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {others.map((action) => (
                  <Menu.Item key={action} onClick={() => press(action)} disabled={busy !== null}>
                    {label[action]}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
          <Button
            className={classes.primary}
            loading={busy === primary}
            disabled={busy !== null && busy !== primary}
            onClick={() => press(primary)}
          >
            {label[primary]}
          </Button>
        </div>
      </div>
      <ConfirmDialog
        opened={asking}
        title={t('do.publishTitle', { count: chosen.length })}
        confirmLabel={t('do.publishConfirm')}
        onConfirm={() => {
          setAsking(false);
          onAct('publish');
        }}
        onClose={() => setAsking(false)}
      >
        <p style={{ margin: '0 0 12px' }}>{t('do.publishText')}</p>
        <ul className={classes.targets}>
          {chosen.map((account) => (
            <li key={account.id}>
              <PlatformBadge platform={account.platform} decorative /> {atHandle(account)}
            </li>
          ))}
        </ul>
      </ConfirmDialog>
    </StickyBar>
  );
}

/** Whether what is written is safe, and where. */
function KeptNote({ composer, described }: Pick<Props, 'composer' | 'described'>) {
  const { t } = useTranslation('composer');
  const { dirty, post, scheduled } = composer;
  const Icon = dirty || described ? IconDeviceFloppy : IconCloudCheck;
  const words = dirty ? 'kept' : described ? 'described' : scheduled ? 'saved' : 'savedDraft';
  return (
    <span className={classes.kept} role="status">
      {(dirty || post) && (
        <>
          <Icon size={16} stroke={1.6} aria-hidden />
          {t(words)}
        </>
      )}
    </span>
  );
}

import { Alert, Button, Menu } from '@mantine/core';
import { IconCloudCheck, IconDeviceFloppy, IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/me';
import type { Account } from '@/api/types';
import { atHandle } from '@/parts/accountName';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { FormProblem } from '@/ui/FormProblem';
import { PlatformBadge } from '@/ui/PlatformBadge';
import classes from './ActionBar.module.css';
import { FindingList } from './FindingList';
import type { Finding } from './findings';
import type { Action } from './submit';
import type { Composer } from './useComposer';
import { isAboutTime } from './WhenPanel';
import { shortTime, type Verdict } from './when';

interface Props {
  composer: Composer;
  /** The chosen accounts. */
  chosen: Account[];
  verdict: Verdict;
  now: Date;
  primary: Action;
  /** Why the last press did nothing. */
  blocked: { missing: string[]; findings: Finding[] } | null;
  onAct: (action: Action) => void;
  onAsNew: () => void;
}

/** What can be done with the post, in words that say what will happen; always in sight. */
export function ActionBar({ composer, chosen, verdict, now, primary, blocked, onAct, onAsNew }: Props) {
  const { t } = useTranslation('composer');
  const mayPublish = useCan('posts.publish');
  const [asking, setAsking] = useState(false);
  const { post, when, busy } = composer;
  const scheduled = Boolean(post?.schedule);
  const label = {
    save: t(scheduled ? 'do.saveChanges' : 'do.saveDraft'),
    schedule:
      verdict.state === 'ok'
        ? t(scheduled ? 'do.move' : 'do.schedule', { when: shortTime(verdict.at, when.zone, now) })
        : t(scheduled ? 'do.moveSometime' : 'do.scheduleSometime'),
    publish: t('do.publish'),
    unschedule: t('do.unschedule'),
  };
  const others: Action[] = mayPublish
    ? [
        scheduled ? 'unschedule' : 'save',
        ...(scheduled && primary !== 'save' ? (['save'] as const) : []),
        'publish',
      ]
    : [];
  const press = (action: Action) => (action === 'publish' ? setAsking(true) : onAct(action));

  return (
    <div className={classes.bar}>
      <Trouble composer={composer} blocked={blocked} chosen={chosen} onAsNew={onAsNew} />
      <div className={classes.row}>
        <KeptNote composer={composer} />
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
    </div>
  );
}

/** Whether what is written is safe, and where. */
function KeptNote({ composer }: { composer: Composer }) {
  const { t } = useTranslation('composer');
  const { dirty, post } = composer;
  const Icon = dirty ? IconDeviceFloppy : IconCloudCheck;
  return (
    <span className={classes.kept} role="status">
      {(dirty || post) && (
        <>
          <Icon size={16} stroke={1.6} aria-hidden />
          {t(dirty ? 'kept' : post?.schedule ? 'saved' : 'savedDraft')}
        </>
      )}
    </span>
  );
}

type TroubleProps = Pick<Props, 'composer' | 'blocked' | 'chosen' | 'onAsNew'>;

/** Why the last press did not do what it says. */
function Trouble({ composer, blocked, chosen, onAsNew }: TroubleProps) {
  const { t } = useTranslation('composer');
  const { problem, post, dirty, busy } = composer;
  if (blocked) {
    const errors = blocked.findings.filter(({ severity }) => severity === 'error');
    if (blocked.missing.length + errors.length === 0) return null;
    return (
      <Alert
        color="brick"
        variant="light"
        role="alert"
        title={t('findings.blocked')}
        className={classes.trouble}
      >
        {blocked.missing.map((words) => (
          <p key={words} style={{ margin: 0 }}>
            {words}
          </p>
        ))}
        <FindingList findings={errors} accounts={chosen} />
      </Alert>
    );
  }
  if (!problem || (isAboutTime(problem) && !dirty)) return null;
  const gone = dirty && (problem.slug === 'conflict' || problem.slug === 'not-found');
  return (
    <div className={classes.trouble}>
      <p className={classes.what}>
        {t(dirty ? 'trouble.notSaved' : post?.schedule ? 'trouble.savedChanges' : 'trouble.savedOnly')}
      </p>
      <FormProblem problem={problem} />
      {gone && (
        <Button size="compact-sm" mt="xs" loading={busy === 'save'} onClick={onAsNew}>
          {t('trouble.asNew')}
        </Button>
      )}
    </div>
  );
}

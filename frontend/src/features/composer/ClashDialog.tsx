import { Button, Group, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Account, Post } from '@/api/types';
import { shortName } from '@/parts/accountName';
import { TimeText } from '@/ui/TimeText';
import classes from './ClashDialog.module.css';
import { isAnotherTime } from './clash';
import { type Composition, fromPost, variant } from './composition';
import { Differences } from './Differences';
import type { Action } from './submit';
import type { Composer } from './useComposer';

interface Props {
  composer: Composer;
  accounts: Account[];
  /** Saves the own version over the other one and does what was asked for. */
  onOverwrite: (theirs: Post, action: Action) => void;
}

/** Two versions side by side, when somebody else saved in between: nothing is replaced unseen. */
export function ClashDialog({ composer, accounts, onOverwrite }: Props) {
  const { t } = useTranslation('composer');
  const { clash, composition, when } = composer;
  if (!clash) return null;
  const { theirs, action } = clash;
  const ownTime = () => {
    if (action === 'schedule' || (action === null && composer.scheduled)) return when;
    if (action === 'unschedule') return null;
    const seen = composer.post?.schedule ?? null;
    // Sent now, or to a slot yet to be found, it has no time to compare.
    return action === 'save' && isAnotherTime(seen, theirs.schedule) ? 'kept' : undefined;
  };
  const keep = () => (action ? onOverwrite(theirs, action) : composer.keepMine(theirs));
  return (
    <Modal
      opened
      size="xl"
      onClose={composer.closeClash}
      title={t('clash.title')}
      closeButtonProps={{ 'aria-label': t('clash.back') }}
    >
      <p className={classes.lead}>{t('clash.lead')}</p>
      <div className={classes.versions}>
        <Version heading={t('clash.mine')} composition={composition} accounts={accounts} />
        <Version
          heading={<Saved post={theirs} zone={when.zone} />}
          composition={fromPost(theirs)}
          accounts={accounts}
        />
      </div>
      <Differences
        mine={{ composition, when: ownTime() }}
        theirs={{ composition: fromPost(theirs), when: theirs.schedule }}
        accounts={accounts}
      />
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="subtle" color="gray" onClick={composer.closeClash}>
          {t('clash.back')}
        </Button>
        <Button variant="default" onClick={() => composer.takeTheirs(theirs)}>
          {t('clash.takeTheirs')}
        </Button>
        <Button onClick={keep} data-autofocus>
          {t(action ? 'clash.keepMineSave' : 'clash.keepMine')}
        </Button>
      </Group>
    </Modal>
  );
}

function Saved({ post, zone }: { post: Post; zone: string }) {
  const { t } = useTranslation('composer');
  return (
    <>
      {t('clash.theirs', { time: '' })}
      <TimeText at={post.updated_at} zone={zone} />
    </>
  );
}

interface VersionProps {
  heading: React.ReactNode;
  composition: Composition;
  accounts: Account[];
}

function Version({ heading, composition, accounts }: VersionProps) {
  const { t } = useTranslation('composer');
  const own = accounts.filter(
    ({ id }) => composition.accounts.includes(id) && variant(composition, id).text !== null,
  );
  return (
    <section className={classes.version}>
      <h3>{heading}</h3>
      <p className={classes.text} dir="auto">
        {composition.text || <em>{t('clash.empty')}</em>}
      </p>
      {own.map((account) => (
        <div key={account.id}>
          <h4>{t('clash.own', { account: shortName(account, accounts) })}</h4>
          <p className={classes.text} dir="auto">
            {variant(composition, account.id).text || <em>{t('clash.empty')}</em>}
          </p>
        </div>
      ))}
      <p className={classes.facts}>
        {t('clash.to', { count: composition.accounts.length })} ·{' '}
        {t('clash.files', { count: composition.media.length })}
      </p>
    </section>
  );
}

import { Button, Tabs, Textarea } from '@mantine/core';
import { IconArrowBackUp, IconArrowsSplit2, IconPencil } from '@tabler/icons-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account } from '@/api/types';
import { shortName } from '@/parts/accountName';
import { ruleIn } from '@/parts/networkRules';
import { PlatformBadge } from '@/ui/PlatformBadge';
import { Counters } from './Counters';
import { type Composition, fork, type Place, textAt, unfork, variant } from './composition';
import classes from './Editor.module.css';
import { FindingList } from './FindingList';
import { concerning, type Finding, hasErrors } from './findings';
import type { Checks } from './useValidation';

interface Props {
  composition: Composition;
  /** The chosen ones. */
  accounts: Account[];
  place: Place;
  onPlace: (place: Place) => void;
  onWrite: (text: string) => void;
  onChange: (change: (before: Composition) => Composition) => void;
  checks: Checks;
}

/** The text: one for all, and one of its own for every account that needs it. */
export function Editor({ composition, accounts, place, onPlace, onWrite, onChange, checks }: Props) {
  const { t } = useTranslation('composer');
  const field = useRef<HTMLTextAreaElement>(null);
  const account = accounts.find(({ id }) => id === place);
  const shared = account !== undefined && variant(composition, account.id).text === null;
  const about = checks.findings.filter(({ field: of, part }) => of === 'text' && part === null);
  const shown = account ? concerning(about, account.id) : about;

  const forkFor = (id: string) => {
    onPlace(id);
    onChange((before) => fork(before, id));
    requestAnimationFrame(() => field.current?.focus());
  };

  return (
    <section className={classes.section} aria-labelledby="composer-text">
      <h2 id="composer-text">{t('editor.heading')}</h2>
      <div className={classes.sheet}>
        {accounts.length > 1 && (
          <Places
            composition={composition}
            accounts={accounts}
            place={place}
            onPlace={onPlace}
            findings={checks.findings}
          />
        )}
        {account && (
          <div className={classes.fork}>
            <span>{t(shared ? 'editor.same' : 'editor.own', { account: shortName(account, accounts) })}</span>
            {shared ? (
              <Button
                size="compact-sm"
                variant="default"
                leftSection={<IconArrowsSplit2 size={16} stroke={1.6} />}
                onClick={() => forkFor(account.id)}
              >
                {t('editor.fork', { account: shortName(account, accounts) })}
              </Button>
            ) : (
              <Button
                size="compact-sm"
                variant="subtle"
                color="gray"
                leftSection={<IconArrowBackUp size={16} stroke={1.6} />}
                onClick={() => onChange((before) => unfork(before, account.id))}
              >
                {t('editor.reset')}
              </Button>
            )}
          </div>
        )}
        <Textarea
          ref={field}
          variant="unstyled"
          classNames={{ input: classes.input }}
          aria-label={
            account ? t('editor.labelOne', { account: shortName(account, accounts) }) : t('editor.labelAll')
          }
          placeholder={t('editor.placeholder')}
          value={textAt(composition, place)}
          onChange={(event) => onWrite(event.currentTarget.value)}
          readOnly={shared}
          data-shared={shared || undefined}
          autosize
          minRows={7}
          maxRows={24}
          attributes={{ input: { dir: 'auto' } }}
          autoFocus={composition.text === ''}
        />
        <Counters
          accounts={account ? [account] : accounts}
          textOf={(id) => textAt(composition, id)}
          ruleOf={(each) => ruleIn(each, variant(composition, each.id).format)}
        />
      </div>
      <div className={classes.below}>
        <FindingList
          findings={shown}
          accounts={accounts}
          remedy={(finding) => (
            <ForkRemedy finding={finding} accounts={accounts} composition={composition} onFork={forkFor} />
          )}
        />
        {checks.failed && <p className={classes.paused}>{t('findings.paused')}</p>}
      </div>
    </section>
  );
}

/** A shared text that is too long for one network only is best shortened for that one. */
function ForkRemedy({
  finding,
  accounts,
  composition,
  onFork,
}: Pick<Props, 'accounts' | 'composition'> & { finding: Finding; onFork: (id: string) => void }) {
  const { t } = useTranslation('composer');
  if (!finding.code.startsWith('text-too') || accounts.length < 2) return null;
  const account = accounts.find(
    ({ id }) => finding.accounts.includes(id) && variant(composition, id).text === null,
  );
  if (!account) return null;
  return (
    <Button size="compact-xs" variant="subtle" ml={4} onClick={() => onFork(account.id)}>
      {t('editor.fork', { account: shortName(account, accounts) })}
    </Button>
  );
}

function Places({
  composition,
  accounts,
  place,
  onPlace,
  findings,
}: Pick<Props, 'composition' | 'accounts' | 'place' | 'onPlace'> & { findings: Finding[] }) {
  const { t } = useTranslation('composer');
  return (
    <Tabs
      value={place}
      onChange={(value) => onPlace(value ?? 'all')}
      classNames={{ list: classes.tabs, tab: classes.tab }}
    >
      <Tabs.List aria-label={t('editor.places')}>
        <Tabs.Tab value="all">{t('editor.all')}</Tabs.Tab>
        {accounts.map((account) => {
          const bad = hasErrors(concerning(findings, account.id).filter(({ accounts: of }) => of.length > 0));
          const own = variant(composition, account.id).text !== null;
          const notes = [own && t('editor.hasOwn'), bad && t('editor.hasErrors')].filter(Boolean).join(', ');
          return (
            <Tabs.Tab
              key={account.id}
              value={account.id}
              aria-label={[shortName(account, accounts), notes].filter(Boolean).join(', ')}
              leftSection={<PlatformBadge platform={account.platform} size={18} decorative />}
              rightSection={own ? <IconPencil size={14} stroke={1.8} aria-hidden /> : undefined}
              data-bad={bad || undefined}
            >
              <span className={classes.tabName}>{shortName(account, accounts)}</span>
            </Tabs.Tab>
          );
        })}
      </Tabs.List>
    </Tabs>
  );
}

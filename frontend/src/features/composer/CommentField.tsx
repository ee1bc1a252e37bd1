import { Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Account } from '@/api/types';
import { shortName } from '@/parts/accountName';
import { ruleIn } from '@/parts/networkRules';
import { commentRule } from '@/parts/rules';
import { Counters } from './Counters';
import { type Composition, type Place, variant } from './composition';
import { FindingList } from './FindingList';
import { concerning, type Finding } from './findings';
import { ShareBar } from './ShareBar';
import classes from './Thread.module.css';
import { commentAt, commentShare, setComment, shareComment } from './thread';

interface Props {
  composition: Composition;
  /** The chosen ones. */
  accounts: Account[];
  place: Place;
  onChange: (change: (before: Composition) => Composition) => void;
  findings: Finding[];
}

/** The first comment, where a chosen network has one: out a moment after the post. */
export function CommentField({ composition, accounts, place, onChange, findings }: Props) {
  const { t } = useTranslation('composer');
  const ruleOf = (each: Account) => ruleIn(each, variant(composition, each.id).format);
  const account = accounts.find(({ id }) => id === place);
  const taking = accounts.filter((each) => ruleOf(each).first_comment !== null);
  const here = account ? taking.filter(({ id }) => id === account.id) : taking;
  if (here.length === 0) return null;
  const counted = account ? here : here.filter(({ id }) => commentShare(composition, id) === 'shared');
  const share = account ? commentShare(composition, account.id) : 'own';
  const comment = commentAt(composition, place);
  const about = findings.filter(({ field }) => field === 'comment');
  return (
    <section className={classes.section} aria-labelledby="composer-comment">
      <h2 id="composer-comment" className={classes.heading}>
        {t('comment.heading')}
      </h2>
      {account && (
        <ShareBar
          what="comment"
          share={share}
          account={shortName(account, accounts)}
          onShare={(next) => onChange((before) => shareComment(before, account.id, next))}
        />
      )}
      {share !== 'out' && (
        <div className={classes.sheet}>
          <Textarea
            variant="unstyled"
            classNames={{ input: classes.input }}
            aria-label={
              account ? t('comment.labelOne', { account: shortName(account, accounts) }) : t('comment.label')
            }
            placeholder={t('comment.placeholder')}
            value={comment}
            onChange={(event) => {
              const text = event.currentTarget.value;
              onChange((before) => setComment(before, place, text));
            }}
            readOnly={share === 'shared'}
            data-shared={share === 'shared' || undefined}
            autosize
            minRows={1}
            maxRows={8}
            attributes={{ input: { dir: 'auto' } }}
          />
          {comment && (
            <Counters
              accounts={counted}
              textOf={() => comment}
              ruleOf={(each) => commentRule(ruleOf(each)) ?? ruleOf(each)}
            />
          )}
        </div>
      )}
      {here.length < accounts.length && !account && (
        <p className={classes.hint}>
          {t('comment.only', { accounts: here.map((each) => shortName(each, accounts)).join(', ') })}
        </p>
      )}
      <FindingList findings={account ? concerning(about, account.id) : about} accounts={accounts} />
    </section>
  );
}

import { useTranslation } from 'react-i18next';
import type { Account, ChosenCover, ChosenSubtitles, Part } from '@/api/types';
import { shortName } from '@/parts/accountName';
import { settingLabel, valueWords } from '@/parts/settingWords';
import { languageName } from '@/ui/languages';
import { formatTime, zoneCity } from '@/ui/time';
import { instantsOf } from '@/ui/zoned';
import { type Difference, differences, type GoesOut, type Side } from './clash';
import classes from './Differences.module.css';

interface Props {
  mine: Side;
  theirs: Side;
  accounts: Account[];
}

/** What else is not the same in two versions, each in words beside the other: nothing is replaced unseen. */
export function Differences({ mine, theirs, accounts }: Props) {
  const { t } = useTranslation(['composer', 'networks']);
  const found = differences(mine, theirs, accounts);
  const say = useWords(accounts);
  if (found.length === 0) return <p className={classes.same}>{t('clash.onlyTexts')}</p>;
  return (
    <table className={classes.differences}>
      <caption>{t('clash.differs')}</caption>
      <thead>
        <tr>
          <th scope="col" className={classes.column}>
            <span className={classes.hidden}>{t('clash.what')}</span>
          </th>
          <th scope="col" className={classes.column}>
            {t('clash.inMine')}
          </th>
          <th scope="col" className={classes.column}>
            {t('clash.inTheirs')}
          </th>
        </tr>
      </thead>
      <tbody>
        {found.map((each) => {
          const { about, whose, mine, theirs } = say(each);
          return (
            <tr key={`${whose} ${about}`}>
              <th scope="row">
                {about}
                {whose && <span className={classes.whose}>{whose}</span>}
              </th>
              <td data-of={t('clash.inMine')} dir="auto">
                {mine}
              </td>
              <td data-of={t('clash.inTheirs')} dir="auto">
                {theirs}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Says a difference in words. */
function useWords(accounts: Account[]) {
  const { t } = useTranslation(['composer', 'networks']);
  const named = (id: string) => {
    const account = accounts.find((each) => each.id === id);
    return account ? shortName(account, accounts) : t('clash.gone');
  };
  const names = (ids: string[]) =>
    ids.length === 0 ? t('clash.noOthers') : t('clash.also', { names: ids.map(named).join(', ') });
  const time = (when: GoesOut) => {
    if (when === 'kept') return t('clash.timeKept');
    const at = when ? instantsOf(when.local.slice(0, 16), when.zone)[0] : undefined;
    if (!when || at === undefined) return t('clash.noTime');
    return `${formatTime(new Date(at), when.zone)} ${zoneCity(when.zone)}`;
  };
  const shared = (account: string | null) => t(account ? 'clash.asForAll' : 'clash.none');
  const files = (ids: string[] | null, account: string | null) => {
    if (ids === null) return shared(account);
    return ids.length === 0 ? t('clash.none') : t('clash.files', { count: ids.length });
  };
  const parts = (thread: Part[] | null, account: string | null) => {
    if (thread === null) return shared(account);
    return thread.length === 0 ? t('clash.none') : t('clash.parts', { count: thread.length });
  };
  const words = (text: string | null, account: string | null) =>
    text === null ? shared(account) : text.trim() === '' ? t('clash.none') : excerpt(text);
  const cover = (chosen: ChosenCover | null) => {
    if (!chosen) return t('clash.coverOfNetwork');
    return 'at_ms' in chosen
      ? t('clash.coverMoment', { seconds: chosen.at_ms / 1000 })
      : t('clash.coverPicture');
  };
  const subtitles = (chosen: ChosenSubtitles[]) =>
    chosen.map(({ language }) => languageName(language) ?? language).join(', ') || t('clash.none');
  /** Two that read the same and are not. */
  const apart = (mine: string, theirs: string, other: string) => ({
    mine,
    theirs: mine === theirs ? t('clash.other', { what: theirs, how: other }) : theirs,
  });

  return (found: Difference): { about: string; whose: string | null; mine: string; theirs: string } => {
    const about = found.what === 'setting' ? '' : t(`clash.about.${found.what}`);
    const whose = 'account' in found && found.account !== null ? named(found.account) : null;
    const { what } = found;
    switch (what) {
      case 'accounts':
        return { about, whose, mine: names(found.mine), theirs: names(found.theirs) };
      case 'time':
        return { about, whose, mine: time(found.mine), theirs: time(found.theirs) };
      case 'files': {
        const [one, other] = [found.mine ?? [], found.theirs ?? []];
        const same = one.length === other.length && one.every((id) => other.includes(id));
        const how = t(same ? 'clash.otherOrder' : 'clash.otherFiles');
        return {
          about,
          whose,
          ...apart(files(found.mine, found.account), files(found.theirs, found.account), how),
        };
      }
      case 'thread':
        return {
          about,
          whose,
          ...apart(
            parts(found.mine, found.account),
            parts(found.theirs, found.account),
            t('clash.otherWords'),
          ),
        };
      case 'text':
      case 'comment':
        return {
          about,
          whose,
          ...apart(
            words(found.mine, found.account),
            words(found.theirs, found.account),
            t('clash.otherWords'),
          ),
        };
      case 'cover':
        return { about, whose, ...apart(cover(found.mine), cover(found.theirs), t('clash.otherPicture')) };
      case 'subtitles':
        return {
          about,
          whose,
          ...apart(subtitles(found.mine), subtitles(found.theirs), t('clash.otherFiles')),
        };
      case 'format':
        return {
          about,
          whose,
          mine: t(`networks:format.${found.mine}`),
          theirs: t(`networks:format.${found.theirs}`),
        };
      default: {
        const account = accounts.find(({ id }) => id === found.account);
        const platform = account?.platform ?? 'page';
        const value = (of: typeof found.mine) =>
          of === null ? t('clash.notSet') : valueWords(platform, found.name, of);
        return {
          about: settingLabel(platform, found.name),
          whose,
          mine: value(found.mine),
          theirs: value(found.theirs),
        };
      }
    }
  };
}

/** Enough of a text to know it by. */
function excerpt(text: string): string {
  const letters = [...text.trim()];
  return `“${letters.length > 80 ? `${letters.slice(0, 80).join('')}…` : letters.join('')}”`;
}

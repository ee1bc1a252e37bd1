import { VisuallyHidden } from '@mantine/core';
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan, useOrg } from '@/api/me';
import { notifyUndo } from '@/shell/notify';
import { ErrorState } from '@/ui/ErrorState';
import { AccountsLine } from './AccountsLine';
import { Agenda } from './Agenda';
import { CalendarGrid } from './CalendarGrid';
import { CarryBar } from './CarryBar';
import { Emptiness } from './Emptiness';
import { entryName, toEntry } from './entries';
import { LoadingLine } from './LoadingLine';
import { Toolbar } from './Toolbar';
import { useActions } from './useActions';
import { useMove } from './useMove';
import { usePosts } from './usePosts';
import { useView } from './useView';

const DayDialog = lazy(() => import('./DayDialog').then((module) => ({ default: module.DayDialog })));
const WhenDialog = lazy(() =>
  import('@/parts/schedule/WhenDialog').then((module) => ({ default: module.WhenDialog })),
);

/** The home page: what goes out when, on the organization's clock. */
export default function CalendarPage() {
  const { t } = useTranslation('calendar');
  const { zone } = useOrg();
  const canWrite = useCan('posts.write');
  const canMove = useCan('posts.publish');
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const shown = useView(zone);
  const posts = usePosts(shown.days, zone);
  const moving = useMove({
    onMoved: (post, undo) => {
      const entry = toEntry(post, zone);
      if (entry) notifyUndo(t('move.done', { when: entryName(entry) }), undo);
    },
  });
  const { actions, carried, openDay, form, said, nameOf, closeForm } = useActions({ zone, shown, moving });

  useHotkeys(
    [
      ['t', shown.toToday],
      ['ArrowLeft', () => shown.turn(-1)],
      ['ArrowRight', () => shown.turn(1)],
    ],
    ['INPUT', 'TEXTAREA', 'SELECT', 'BUTTON', 'A'],
  );

  const { refused } = moving;
  const loading = posts.isPending;
  const view = { days: shown.days, entries: posts.entries, today: shown.today, loading, canWrite, canMove };
  return (
    <>
      <Toolbar
        view={shown.view}
        period={shown.period}
        zone={zone}
        offset={shown.offset}
        isCurrent={shown.isCurrent}
        onView={shown.setView}
        onTurn={shown.turn}
        onToday={shown.toToday}
      />
      <AccountsLine zone={zone} />
      {posts.isError && !posts.data ? (
        <ErrorState error={posts.error} onRetry={() => void posts.refetch()} />
      ) : (
        <>
          {posts.count === 0 && !loading && !posts.hasNextPage && (
            <Emptiness view={shown.view} period={shown.period} />
          )}
          {phone ? (
            <Agenda key={shown.days[0]} {...view} onDay={actions.openDay} onMove={actions.openForm} />
          ) : (
            <CalendarGrid
              {...view}
              view={shown.view}
              month={shown.month}
              zone={zone}
              label={t(`grid.${shown.view}`, { period: shown.period })}
              carried={carried}
              actions={actions}
            />
          )}
          <LoadingLine
            count={posts.count}
            loadingMore={posts.isFetchingNextPage}
            partial={posts.isFetchNextPageError}
            stale={posts.isRefetchError}
            onRetry={() => void (posts.isFetchNextPageError ? posts.fetchNextPage() : posts.refetch())}
          />
        </>
      )}
      {carried && (
        <CarryBar
          excerpt={carried.entry.post.excerpt}
          when={nameOf(carried.entry, carried.target)}
          onDrop={() => actions.drop(carried.entry, carried.target)}
          onForm={() => actions.openForm(carried.entry)}
          onCancel={actions.cancel}
        />
      )}
      <VisuallyHidden role="status" aria-live="assertive">
        {said}
      </VisuallyHidden>
      <Suspense>
        {openDay && (
          <DayDialog
            day={openDay}
            entries={posts.entries.get(openDay) ?? []}
            canMove={canMove}
            canAdd={canWrite && openDay >= shown.today}
            onMove={actions.openForm}
            onClose={() => actions.openDay(null)}
          />
        )}
        {form && (
          <WhenDialog
            purpose="move"
            local={`${form.day}T${form.time}`}
            zone={zone}
            onSubmit={(when, latest) => moving.attempt(form.post, when, latest)}
            onClose={closeForm}
          />
        )}
        {refused && (
          <WhenDialog
            purpose="move"
            local={refused.when.local}
            zone={refused.when.zone}
            problem={refused.problem}
            onSubmit={(when, latest) => moving.attempt(refused.post, when, latest)}
            onClose={moving.dismiss}
          />
        )}
      </Suspense>
    </>
  );
}

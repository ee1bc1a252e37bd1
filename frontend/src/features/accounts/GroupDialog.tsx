import { Button, Input, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AccountGroup, type AccountGroups, GROUPS, saveGroups } from '@/api/networks';
import { asProblem } from '@/api/problem';
import type { Account } from '@/api/types';
import { AccountPicker } from '@/parts/AccountPicker';
import { notifyDone } from '@/shell/notify';
import { FormProblem } from '@/ui/FormProblem';
import classes from './Groups.module.css';
import { trouble, withGroup } from './groups';

interface Props {
  /** One without an id is new. */
  group: AccountGroup;
  all: AccountGroups;
  accounts: Account[];
  onClose: () => void;
}

/** Names a group and chooses its accounts. */
export function GroupDialog({ group, all, accounts, onClose }: Props) {
  const { t } = useTranslation('accounts');
  const queries = useQueryClient();
  const [name, setName] = useState(group.name);
  const [chosen, setChosen] = useState(group.account_ids);
  const [tried, setTried] = useState(false);
  const next = { ...group, name: name.trim(), account_ids: chosen };
  const wrong = trouble(all.groups, next);
  const save = useMutation({
    mutationFn: (groups: AccountGroup[]) => saveGroups({ version: all.version, groups }),
    meta: { handlesError: true },
    onSuccess: (saved) => {
      queries.setQueryData(GROUPS, saved);
      onClose();
    },
    onError: (thrown) => {
      if (asProblem(thrown).slug === 'stale-version') void queries.invalidateQueries({ queryKey: GROUPS });
    },
  });
  const problem = save.error ? asProblem(save.error) : null;
  const stale = problem?.slug === 'stale-version';

  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (wrong.name || wrong.accounts) return;
    save.mutate(withGroup(all.groups, next), {
      onSuccess: () => notifyDone(t('groups.saved', { name: next.name })),
    });
  };
  const remove = () =>
    save.mutate(
      all.groups.filter(({ id }) => id !== group.id),
      { onSuccess: () => notifyDone(t('groups.deleted', { name: group.name })) },
    );

  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t(group.id ? 'groups.editTitle' : 'groups.newTitle')}
      closeButtonProps={{ 'aria-label': t('action.close', { ns: 'common' }) }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <TextInput
            label={t('groups.name')}
            placeholder={t('groups.namePlaceholder')}
            maxLength={60}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={tried && wrong.name && t(`groups.${wrong.name}`)}
            data-autofocus
          />
          <div>
            <AccountPicker
              label={t('groups.accounts')}
              accounts={accounts}
              chosen={chosen}
              onToggle={(id) =>
                setChosen((before) =>
                  before.includes(id) ? before.filter((each) => each !== id) : [...before, id],
                )
              }
            />
            {tried && wrong.accounts && <Input.Error mt={4}>{t(`groups.${wrong.accounts}`)}</Input.Error>}
          </div>
          {stale && <Input.Error role="alert">{t('groups.stale')}</Input.Error>}
          <FormProblem problem={stale ? null : problem} />
          <div className={classes.foot}>
            {group.id && (
              <Button
                variant="subtle"
                color="brick"
                className={classes.delete}
                disabled={save.isPending}
                onClick={remove}
              >
                {t('groups.delete')}
              </Button>
            )}
            <Button variant="default" onClick={onClose}>
              {t('action.cancel', { ns: 'common' })}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('groups.save')}
            </Button>
          </div>
        </Stack>
      </form>
    </Modal>
  );
}

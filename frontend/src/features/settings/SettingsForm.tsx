import { Button, ColorInput, Group, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch } from '@/api/client';
import { meQuery } from '@/api/me';
import { asProblem } from '@/api/problem';
import type { Org } from '@/api/types';
import { notifyDone } from '@/shell/notify';
import { useDraft, useKeptDraft } from '@/ui/draft';
import { FormProblem } from '@/ui/FormProblem';
import { useFormProblem } from '@/ui/useFormProblem';
import { ZoneSelect } from '@/ui/ZoneSelect';
import { PagePreview } from './PagePreview';
import classes from './SettingsPage.module.css';
import { StaleNotice } from './StaleNotice';

const SWATCHES = ['#23406e', '#2f6f8f', '#296036', '#7a5309', '#8e2a1d', '#6b3a7d', '#37342f'];

type Values = Pick<Org, 'name' | 'about' | 'accent' | 'zone' | 'require_alt_text'>;

const pick = ({ name, about, accent, zone, require_alt_text }: Org): Values => ({
  name,
  about,
  accent,
  zone,
  require_alt_text,
});

/** The organization's settings. Saving fails rather than overwrite what somebody else saved meanwhile. */
export function SettingsForm({ org, readOnly }: { org: Org; readOnly: boolean }) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const draft = useDraft<Values>('settings');
  const [base, setBase] = useState(org);
  const [stale, setStale] = useState(false);
  const form = useForm<Values>({
    initialValues: (!readOnly && draft.restored) || pick(org),
    validate: {
      name: (name) => (name.trim() ? null : t('name.missing')),
      accent: (accent) => (/^#[0-9a-f]{6}$/i.test(accent) ? null : t('accent.invalid')),
    },
  });
  const dirty = JSON.stringify(form.values) !== JSON.stringify(pick(base));
  useKeptDraft(draft, dirty ? form.values : null);
  const { problem, fail, clear } = useFormProblem(form);

  const adopt = (saved: Org) => {
    setBase(saved);
    setStale(false);
    clear();
    draft.clear();
    form.setValues(pick(saved));
  };
  const save = api.useMutation('patch', '/api/orgs/{id}', {
    meta: { handlesError: true },
    onMutate: clear,
    onError: (thrown) => (asProblem(thrown).slug === 'stale-version' ? setStale(true) : fail(thrown)),
    onSuccess: async (saved) => {
      adopt(saved);
      queries.setQueryData(['get', '/api/orgs/{id}', { params: { path: { id: saved.id } } }], saved);
      notifyDone(t('saved'));
      await queries.invalidateQueries({ queryKey: meQuery.queryKey });
      await queries.invalidateQueries({ queryKey: ['get', '/api/orgs'] });
    },
  });
  const submit = form.onSubmit((values) =>
    save.mutate({ params: { path: { id: org.id }, header: ifMatch(base.version) }, body: values }),
  );

  return (
    <div className={classes.columns}>
      <form onSubmit={submit} noValidate>
        <fieldset disabled={readOnly} className={classes.fields}>
          <legend className={classes.legend}>{t('title')}</legend>
          <Stack gap="lg">
            <TextInput label={t('name.label')} {...form.getInputProps('name')} />
            <Textarea
              label={t('about.label')}
              description={t('about.help')}
              autosize
              minRows={3}
              maxRows={8}
              {...form.getInputProps('about')}
            />
            <ColorInput
              label={t('accent.label')}
              description={t('accent.help')}
              format="hex"
              swatches={SWATCHES}
              swatchesPerRow={7}
              eyeDropperButtonProps={{ 'aria-label': t('accent.dropper') }}
              {...form.getInputProps('accent')}
            />
            <ZoneSelect label={t('zone.label')} disabled={readOnly} {...form.getInputProps('zone')} />
            <Switch
              label={t('alt.label')}
              description={t('alt.help')}
              {...form.getInputProps('require_alt_text', { type: 'checkbox' })}
            />
            {stale && <StaleNotice orgId={org.id} onLoaded={adopt} />}
            <FormProblem problem={problem} />
            {!readOnly && (
              <Group gap="xs">
                <Button type="submit" loading={save.isPending} disabled={!dirty}>
                  {t('action.save', { ns: 'common' })}
                </Button>
                {dirty && (
                  <Button variant="subtle" color="gray" onClick={() => adopt(base)}>
                    {t('discard')}
                  </Button>
                )}
              </Group>
            )}
          </Stack>
        </fieldset>
      </form>
      <PagePreview
        name={form.values.name}
        about={form.values.about}
        accent={form.values.accent}
        slug={org.slug}
      />
    </div>
  );
}

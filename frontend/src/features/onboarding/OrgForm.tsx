import { Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, idempotencyKey } from '@/api/client';
import { meQuery } from '@/api/me';
import { renewClaims } from '@/api/session';
import type { Org } from '@/api/types';
import { useDraft, useKeptDraft } from '@/ui/draft';
import { FormProblem } from '@/ui/FormProblem';
import { deviceZone } from '@/ui/time';
import { useFormProblem } from '@/ui/useFormProblem';
import { ZoneSelect } from '@/ui/ZoneSelect';
import { isSlug, slugify } from './slug';
import classes from './WelcomePage.module.css';

interface Values {
  name: string;
  slug: string;
  zone: string;
}

/** Creates an organization and makes it the active one. */
export function OrgForm({ userId, onCreated }: { userId: string; onCreated: (org: Org) => void }) {
  const { t } = useTranslation('onboarding');
  const queries = useQueryClient();
  const draft = useDraft<Values>(`${userId}.org.new`);
  const slugTouched = useRef(Boolean(draft.restored));
  const [key, setKey] = useState(idempotencyKey);
  const form = useForm<Values>({
    initialValues: draft.restored ?? { name: '', slug: '', zone: deviceZone() },
    validate: {
      name: (name) => (name.trim() ? null : t('name.missing')),
      slug: (slug) => (isSlug(slug) ? null : t('slug.invalid')),
    },
    // Other values are another organization: the same key would be refused as a mismatch.
    onValuesChange: () => setKey(idempotencyKey()),
  });
  useKeptDraft(draft, form.isDirty() ? form.values : null);
  const { problem, fail, clear } = useFormProblem(form);
  const create = useMutation({
    meta: { handlesError: true },
    mutationFn: async (values: Values) => {
      const { data } = await client.POST('/api/orgs', {
        headers: { 'Idempotency-Key': key },
        body: { ...values, name: values.name.trim() },
      });
      if (!data) throw new Error('an organization without a body');
      await client.POST('/api/orgs/{id}/activate', { params: { path: { id: data.id } } });
      await renewClaims();
      return data;
    },
    onMutate: clear,
    onError: fail,
    onSuccess: async (org) => {
      draft.clear();
      queries.clear();
      await queries.fetchQuery(meQuery);
      onCreated(org);
    },
  });

  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))} noValidate>
      <Stack gap="lg">
        <TextInput
          label={t('name.label')}
          description={t('name.help')}
          size="md"
          autoComplete="organization"
          {...form.getInputProps('name')}
          onChange={(event) => {
            const name = event.currentTarget.value;
            form.setFieldValue('name', name);
            if (!slugTouched.current) form.setFieldValue('slug', slugify(name));
          }}
        />
        <TextInput
          label={t('slug.label')}
          description={
            <span className={classes.address}>
              {location.host}/p/<strong>{form.values.slug || t('slug.placeholder')}</strong>
            </span>
          }
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          size="md"
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('slug')}
          onChange={(event) => {
            slugTouched.current = true;
            form.setFieldValue('slug', event.currentTarget.value.toLowerCase().replace(/[\s_]+/g, '-'));
          }}
        />
        <ZoneSelect label={t('zone.label')} size="md" {...form.getInputProps('zone')} />
        <FormProblem problem={problem} />
        <Button type="submit" size="md" loading={create.isPending}>
          {t('submit')}
        </Button>
      </Stack>
    </form>
  );
}

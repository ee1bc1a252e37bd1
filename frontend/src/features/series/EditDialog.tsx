import { Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch } from '@/api/client';
import { asProblem, fieldErrors } from '@/api/problem';
import type { Series } from '@/api/types';
import { RuleEditor } from '@/parts/repeat/RuleEditor';
import { FormProblem } from '@/ui/FormProblem';

interface Props {
  series: Series;
  opened: boolean;
  onClose: () => void;
  onSaved: (series: Series) => void;
}

/** Changes text and rule of a series for all posts to come. */
export function EditDialog({ series, opened, onClose, onSaved }: Props) {
  const { t } = useTranslation('series');
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={t('edit.title')}
      closeButtonProps={{ 'aria-label': t('action.close', { ns: 'common' }) }}
    >
      <EditForm series={series} onClose={onClose} onSaved={onSaved} />
    </Modal>
  );
}

function EditForm({ series, onClose, onSaved }: Omit<Props, 'opened'>) {
  const { t } = useTranslation('series');
  const [text, setText] = useState(series.content.text);
  const [rule, setRule] = useState(series.rule);
  // What comes later by itself must not be saved over without being seen.
  const [version] = useState(series.version);
  const save = api.useMutation('put', '/api/series/{id}', {
    meta: { handlesError: true },
    onSuccess: onSaved,
  });
  const problem = save.isError ? asProblem(save.error) : null;
  const errors = problem ? fieldErrors(problem) : {};
  const submit = () => {
    const { media, targets } = series.content;
    const content = {
      text,
      media: media.map(({ file_id }) => file_id),
      targets: targets.map(({ account_id, text: own, media: files }) => ({
        account_id,
        text: own,
        media: files,
      })),
    };
    const params = { path: { id: series.id }, header: ifMatch(version) };
    save.mutate({ params, body: { content, rule } });
  };
  return (
    <Stack gap="md">
      <Textarea
        label={t('edit.text')}
        description={t('edit.keeps')}
        autosize
        minRows={3}
        maxRows={12}
        dir="auto"
        value={text}
        error={errors['content.text']}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      <RuleEditor rule={rule} fresh={false} onChange={setRule} />
      <FormProblem problem={errors['content.text'] ? null : problem} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('action.cancel', { ns: 'common' })}
        </Button>
        <Button loading={save.isPending} onClick={submit}>
          {t('edit.save')}
        </Button>
      </Group>
    </Stack>
  );
}

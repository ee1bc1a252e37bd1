import '@mantine/dropzone/styles.layer.css';
import { Alert, Button, Textarea } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconFileSpreadsheet } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, FieldProblem } from '@/api/types';
import { Columns } from './Columns';
import classes from './ImportPage.module.css';
import { ACCEPT, readSheet } from './sheet';
import type { Import } from './useImport';

/** Where the sheet comes from: a file that is dropped or chosen, or rows that are pasted. */
export function SheetInput({ sheet, accounts }: { sheet: Import; accounts: Account[] }) {
  const { t } = useTranslation('import');
  const open = useRef<() => void>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const { csv, name } = sheet.sheet;
  const chosen = csv !== '';

  const take = async (files: File[]) => {
    const [file] = files;
    if (!file) return;
    if (files.length > 1) {
      setTrouble(t('file.one'));
      return;
    }
    const read = await readSheet(file);
    if ('unreadable' in read) {
      setTrouble(t(`file.${read.unreadable}`, { name: file.name }));
      return;
    }
    setTrouble(null);
    sheet.change({ csv: read.csv, name: file.name });
  };

  return (
    <section className={classes.part} aria-labelledby="import-sheet">
      <h2 id="import-sheet" className={classes.title}>
        {t('sheet.title')}
      </h2>
      <Dropzone
        openRef={open}
        multiple
        accept={ACCEPT}
        activateOnClick={false}
        activateOnKeyboard={false}
        useFsAccessApi={false}
        disabled={sheet.running}
        onDrop={(files) => void take(files)}
        onReject={(rejections) => void take(rejections.map(({ file }) => file))}
        className={classes.drop}
        enablePointerEvents
        inputProps={{ 'aria-hidden': true }}
      >
        <IconFileSpreadsheet size={32} stroke={1.3} aria-hidden />
        <div className={classes.dropWords}>
          <p className={classes.name} dir="auto">
            {chosen ? (name ?? t('pasted')) : t('sheet.drop')}
          </p>
          <p className={classes.hint}>{t('sheet.hint')}</p>
        </div>
        <div className={classes.dropButtons}>
          <Button
            variant={chosen ? 'default' : 'filled'}
            disabled={sheet.running}
            onClick={() => open.current?.()}
          >
            {t(chosen ? 'sheet.again' : 'sheet.choose')}
          </Button>
          {chosen && (
            <Button
              variant="subtle"
              color="gray"
              disabled={sheet.running}
              onClick={() => {
                setTrouble(null);
                sheet.clear();
              }}
            >
              {t('sheet.clear')}
            </Button>
          )}
        </div>
      </Dropzone>
      <p className={classes.trouble} role="alert">
        {trouble}
      </p>
      <Textarea
        label={t(chosen ? 'sheet.text' : 'sheet.paste')}
        description={t(sheet.restored ? 'sheet.restored' : chosen ? 'sheet.textHint' : 'sheet.pasteHint')}
        placeholder={t('sheet.pastePlaceholder')}
        value={csv}
        onChange={(event) => {
          setTrouble(null);
          sheet.change({ csv: event.currentTarget.value });
        }}
        readOnly={sheet.running}
        autosize
        minRows={3}
        maxRows={10}
        spellCheck={false}
        dir="auto"
        classNames={{ input: classes.text }}
      />
      <div aria-live="polite">
        {sheet.report?.problems.map((problem) => (
          <SheetProblem key={problem.code + problem.detail} problem={problem} />
        ))}
      </div>
      <Columns accounts={accounts} />
    </section>
  );
}

function SheetProblem({ problem: { severity, detail, fix } }: { problem: FieldProblem }) {
  return (
    <Alert color={severity === 'error' ? 'brick' : 'amber'} variant="light" className={classes.said}>
      <strong>{detail}</strong> {fix}
    </Alert>
  );
}

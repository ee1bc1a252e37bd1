import { useTranslation } from 'react-i18next';
import { PageHeader } from '@/ui/PageHeader';

export default function ComposerPage() {
  const { t } = useTranslation('composer');
  return <PageHeader title={t('title')} />;
}

import { useTranslation } from 'react-i18next';
import { PageHeader } from '@/ui/PageHeader';

export default function MediaPage() {
  const { t } = useTranslation('media');
  return <PageHeader title={t('title')} />;
}

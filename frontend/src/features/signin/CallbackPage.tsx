import { useTranslation } from 'react-i18next';
import { PageHeader } from '@/ui/PageHeader';

export default function CallbackPage() {
  const { t } = useTranslation('signin');
  return <PageHeader title={t('title')} />;
}

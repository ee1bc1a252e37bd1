import { useTranslation } from 'react-i18next';
import { PageHeader } from '@/ui/PageHeader';

export default function LandingPage() {
  const { t } = useTranslation('landing');
  return <PageHeader title={t('title')} />;
}

import { useTranslation } from 'react-i18next';
import { PageHeader } from '@/ui/PageHeader';

export default function WelcomePage() {
  const { t } = useTranslation('onboarding');
  return <PageHeader title={t('title')} />;
}

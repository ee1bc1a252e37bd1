import { useTranslation } from 'react-i18next';
import { PageHeader } from '@/ui/PageHeader';

export default function InvitationPage() {
  const { t } = useTranslation('members');
  return <PageHeader title={t('title')} />;
}

import { useTranslation } from 'react-i18next';
import { PageHeader } from '@/ui/PageHeader';

export default function MembersPage() {
  const { t } = useTranslation('members');
  return <PageHeader title={t('title')} />;
}

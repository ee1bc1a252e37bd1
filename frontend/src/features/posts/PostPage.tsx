import { useTranslation } from 'react-i18next';
import { PageHeader } from '@/ui/PageHeader';

export default function PostPage() {
  const { t } = useTranslation('posts');
  return <PageHeader title={t('title')} />;
}

import '@mantine/notifications/styles.layer.css';
import { Notifications } from '@mantine/notifications';

/** Where `notify` shows its messages. */
export default function Messages() {
  return <Notifications position="bottom-right" limit={4} />;
}

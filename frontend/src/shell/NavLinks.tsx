import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { can, useOrg } from '@/api/me';
import classes from './NavLinks.module.css';
import { DESTINATIONS } from './navigation';

/** The pages the signed-in role may open, from the `from`th on. */
export function NavLinks({ from = 0, onFollow }: { from?: number; onFollow?: () => void }) {
  const { t } = useTranslation();
  const { role } = useOrg();
  return (
    <ul className={classes.list}>
      {DESTINATIONS.slice(from).map((destination) => {
        if ('needs' in destination && !can(role, destination.needs)) return null;
        const { to, key, icon: Icon } = destination;
        return (
          <li key={to}>
            <Link to={to} className={classes.link} onClick={onFollow}>
              <Icon size={18} stroke={1.6} aria-hidden />
              {t(`nav.${key}`)}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

import { useState } from 'react';
import type { Account } from '@/api/types';
import { Monogram } from '@/ui/Mark';
import { PlatformBadge } from '@/ui/PlatformBadge';
import classes from './AccountAvatar.module.css';

interface Props {
  account: Pick<Account, 'name' | 'avatar_url' | 'platform'>;
  size?: number;
  /** Rounded square instead of a circle, where the network shows it so. */
  square?: boolean;
  /** Without the network's mark: inside a preview, which says the network by its looks. */
  plain?: boolean;
}

/** An account's picture, or its initials, with the mark of its network. */
export function AccountAvatar({ account, size = 40, square = false, plain = false }: Props) {
  const [broken, setBroken] = useState(false);
  return (
    <span className={classes.avatar} data-square={square || undefined} style={{ width: size, height: size }}>
      {account.avatar_url && !broken ? (
        <img src={account.avatar_url} alt="" width={size} height={size} onError={() => setBroken(true)} />
      ) : (
        <Monogram name={account.name} round={!square} size={size} />
      )}
      {!plain && (
        <span className={classes.mark}>
          <PlatformBadge platform={account.platform} size={Math.round(size * 0.45)} decorative />
        </span>
      )}
    </span>
  );
}

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { authorizeUrl } from '@/api/networks';
import type { Platform } from '@/api/types';

interface Wish {
  platform: Platform;
  way: string;
}

/** Sends the person to a network that asks them for permission. */
export function useConnect() {
  const [leaving, setLeaving] = useState(false);
  const { mutate, variables, isPending } = useMutation({
    mutationFn: ({ platform, way }: Wish) => authorizeUrl(platform, way),
    onSuccess: (address) => {
      setLeaving(true);
      location.assign(address);
    },
  });
  return {
    start: (platform: Platform, way: string) => mutate({ platform, way }),
    /** The way that is being taken. */
    busy: isPending || leaving ? (variables ?? null) : null,
  };
}

export type Connect = ReturnType<typeof useConnect>;

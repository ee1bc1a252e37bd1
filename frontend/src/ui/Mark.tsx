import classes from './Mark.module.css';

/** The product's mark. */
export function ProductMark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="#23406e" />
      <path
        d="M8 24 16 7l8 17"
        fill="none"
        stroke="#fff"
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <path d="M11.5 18.5h9" stroke="#f1c27d" strokeWidth="2.6" strokeLinecap="round" />
    </svg>
  );
}

/** Initials in a tinted square (organizations) or circle (people); always beside the name, so decorative. */
export function Monogram({
  name,
  round = false,
  size = 28,
}: {
  name: string;
  round?: boolean;
  size?: number;
}) {
  const initials = name
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => [...word][0])
    .slice(0, 2)
    .join('')
    .toUpperCase();
  return (
    <span
      className={classes.monogram}
      style={{
        width: size,
        height: size,
        fontSize: Math.round(size * 0.4),
        borderRadius: round ? '50%' : '24%',
      }}
      aria-hidden="true"
    >
      {initials}
    </span>
  );
}

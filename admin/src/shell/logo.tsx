/** An evergreen leaf. */
export function Logo({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path d="M6 26C4 12 14 4 28 4c0 14-8 24-20 20" fill="#1f7a5c" />
      <path d="M5 28C9 20 15 14 22 10" fill="none" stroke="#fff" strokeWidth="1.6" strokeLinecap="round" />
    </svg>
  );
}

const shapes = {
  overview: 'M3 3h4v4H3zM9 3h4v4H9zM3 9h4v4H3zM9 9h4v4H9z',
  integrations: 'M6 2v3m4-3v3M4 5h8v3a4 4 0 0 1-8 0zM8 12v2.5',
  connections: 'M6.5 9.5 9.5 6.5M7 4.5l1.2-1.2a2.9 2.9 0 0 1 4.1 4.1L11 8.6M9 11.5l-1.2 1.2a2.9 2.9 0 0 1-4.1-4.1L5 7.4',
  keys: 'M10.5 9.5a4 4 0 1 0-3.8-2.8L2 11.4V14h2.6v-1.6h1.6v-1.6h1.6zM11 5.2v.1',
  members: 'M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM1.5 13.5c.3-2.5 2-4 4.500-4s4.200 1.500 4.500 4M10.500 2.800a2.400 2.400 0 0 1 0 4.600M12 9.800c1.500.500 2.400 1.800 2.600 3.700',
  planes: 'M2.500 3h11v4h-11zM2.500 9h11v4h-11zM5 5h.1M5 11h.1',
  usage: 'M2.500 13.500h11M4 11V8M7 11V4M10 11V6.500M13 11V3',
  webhooks: 'M2.500 4.500h7a3 3 0 0 1 0 6H5M7.500 8 5 10.500 7.500 13M12.500 3v.1',
  branding: 'M8 2a6 6 0 1 0 0 12c1.200 0 1.400-.900 1-1.700-.600-1.300.200-2.300 1.500-2.300H12a2 2 0 0 0 2-2C14 4.700 11.300 2 8 2zM5 7.500v.1M7 5v.1M10.200 5.200v.1',
  audit: 'M4 2h6l3 3v9H4zM6.500 7.500h4M6.500 10.500h4',
  settings: 'M2 4.500h7M13 4.500h1M2 11.500h1M7 11.500h7M11 6.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM5 13.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
};

export type IconName = keyof typeof shapes;

export function Icon({name}: {name: IconName}) {
  return <svg className="icon" viewBox="0 0 16 16" aria-hidden="true"><path d={shapes[name]} /></svg>;
}

export function Mark() {
  return (
    <svg className="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M7 16h6m6 0h6" />
      <circle cx="16" cy="16" r="4" />
    </svg>
  );
}

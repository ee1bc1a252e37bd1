import type { Post, PostMedia } from '@/api/types';

/** A picture made of two colours, so that the mocked pages need no network. */
export function plate(back: string, front: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="${back}"/><circle cx="32" cy="36" r="18" fill="${front}"/><rect x="26" y="10" width="12" height="12" rx="3" fill="${front}"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

export const PICTURES: PostMedia[] = [
  ['#d9c7b0', '#7b4a2d', 'Six unglazed bowls on a wooden board, drying beside the window'],
  ['#2f6f8f', '#e9f1f4', 'A tile panel in cobalt blue, half of it still raw clay'],
  ['#c98f5a', '#3d2a1d', 'Hands pulling the neck of a tall jug on the wheel'],
].map(([back = '', front = '', alt = ''], index) => ({
  file_id: `fil_01JC8Q4W7N2T5V9X3Z6B8D0P${index}A`,
  type: 'image/png',
  alt,
  url: plate(back, front),
  thumb_url: plate(back, front),
  width: 640,
  height: 640,
}));

/** What one delivery of a sample ends as, whatever its time says. */
export type Ending = 'published' | 'failed' | 'unknown' | 'retrying' | 'overdue' | 'held';

/** One post of the sample weeks. */
export interface Sample {
  /** Days from today, and the wall clock in the organization's zone; no day is a draft. */
  day?: number;
  clock: string;
  text: string;
  /** Which of the three accounts: p(age), b(luesky), m(astodon). */
  to: string;
  picture?: number;
  /** Belongs to a series. */
  series?: true;
  endings?: Partial<Record<'p' | 'b' | 'm', Ending>>;
  variant?: Partial<Record<'p' | 'b' | 'm', string>>;
}

export const SAMPLES: Sample[] = [
  {
    day: -19,
    clock: '09:00',
    to: 'pbm',
    picture: 1,
    text: 'New in the shop: the cobalt tile panels, made in pairs.',
  },
  {
    day: -17,
    clock: '18:30',
    to: 'pb',
    text: 'Tonight the wheel is free from seven. Bring old clothes and no plans.',
  },
  {
    day: -14,
    clock: '10:15',
    to: 'pbm',
    picture: 0,
    text: 'Six bowls, one afternoon, zero cracks. We are as surprised as you are.',
  },
  {
    day: -12,
    clock: '12:00',
    to: 'm',
    text: 'Lunch break glaze test: tin white over iron slip.',
    endings: { m: 'failed' },
  },
  {
    day: -9,
    clock: '09:00',
    to: 'pbm',
    text: 'Kiln day! Doors stay closed until Saturday, however nicely you ask.',
  },
  {
    day: -7,
    clock: '17:45',
    to: 'pb',
    picture: 2,
    text: 'Tall jugs, taller ambitions. Advanced throwing starts again in December.',
  },
  {
    day: -4,
    clock: '11:20',
    to: 'pbm',
    text: 'The winter timetable is out: four evening classes, two weekends, one very early kiln.',
    endings: { m: 'failed' },
  },
  {
    day: -3,
    clock: '08:30',
    to: 'pb',
    text: 'Seconds sale on Sunday: small flaws, small prices.',
    endings: { b: 'unknown' },
  },
  {
    day: -1,
    clock: '09:00',
    to: 'pbm',
    picture: 1,
    text: 'Behind the blue: how Inês mixes her cobalt, in four pictures.',
  },
  {
    day: 0,
    clock: '07:30',
    to: 'pb',
    text: 'Good morning from a warm studio. The kiln is at 240° and the coffee is not far behind.',
  },
  {
    day: -1,
    clock: '18:00',
    to: 'pm',
    text: 'Last call for the glaze workshop: two places, one apron each.',
    endings: { m: 'overdue' },
  },
  {
    day: 0,
    clock: '22:15',
    to: 'pbm',
    picture: 0,
    text: 'Three places left for Saturday’s beginners’ class. Clay, apron and cake included.',
  },
  { day: 0, clock: '23:30', to: 'b', text: 'Night shift: unloading the small kiln.' },
  { day: 1, clock: '09:00', to: 'pbm', text: 'Kiln opening today at four. Come and see what the fire did.' },
  { day: 1, clock: '12:30', to: 'pb', text: 'افتتاح معرض الفخار مساء الغد — الدخول مجاني للجميع' },
  { day: 1, clock: '16:00', to: 'b', picture: 2, text: '🏺✨ Opening the kiln, live from four. 👩‍🎨👨🏽‍🎨' },
  { day: 1, clock: '18:00', to: 'pm', text: 'What came out of the fire: a thread of favourites.' },
  { day: 1, clock: '19:30', to: 'p', text: 'Notes for tomorrow’s class, with the reading list.' },
  {
    day: 3,
    clock: '09:00',
    to: 'pbm',
    picture: 0,
    text: 'Gift vouchers are back. They fit every envelope and every budget.',
  },
  { day: 4, clock: '08:45', to: 'pb', series: true, text: 'Open studio on Thursday, ten to ten.' },
  {
    day: 5,
    clock: '17:00',
    to: 'pbm',
    picture: 1,
    text: 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft visits the studio: a long word for a short tour.',
    variant: { b: 'A long word visits the studio. A short tour, promised.' },
  },
  { day: 8, clock: '09:00', to: 'pbm', text: 'December classes: booking opens today at nine.' },
  { day: 9, clock: '02:30', to: 'b', text: 'For our friends in Osaka: the workshop film, with subtitles.' },
  { clock: '', to: 'pb', text: 'Idea: a post about the old tile oven. Ask Tomás for the pictures.' },
  { clock: '', to: '', text: '' },
];

export type Stored = Omit<Post, 'files'> & { endings: Record<string, Ending> };

/**
 * What in a text may give its writer away: said while they write, and to nobody else. It warns too
 * often rather than too seldom, and stops nobody.
 */

/** Each by what the page's sentences call it. No look-behind: older Safari has none. */
export const TRACES = [
  { code: "nik", pattern: /(?:^|\D)(?:\d[ .-]?){15}\d(?!\d)/ },
  { code: "phone", pattern: /(?:^|\D)(?:\+?62|0)[ .-]?8(?:[ .-]?\d){7,11}(?!\d)/ },
  { code: "mail", pattern: /[^\s@]+@[^\s@]+\.[a-z]{2,}/i },
  {
    code: "only-me",
    pattern:
      /\b(?:(?:hanya|cuma|cuman|tinggal) (?:saya|aku|kami)|(?:saya|aku) satu-?satunya|satu-?satunya saksi|selain (?:saya|aku)|only (?:i|me)\b|nobody else knows)/i,
  },
  { code: "name", pattern: /\b(?:nama (?:saya|aku)|namaku|(?:saya|aku) bernama|my name is)\b/i },
  {
    code: "kin",
    pattern:
      /\b(?:istri|suami|anak|ayah|ibu|adik|kakak|rumah|alamat|motor|mobil|kantor|toko|warung) (?:saya|aku|kami)\b|\bmy (?:wife|husband|son|daughter|house|address|shop)\b/i,
  },
  {
    code: "colleague",
    pattern: /\b(?:(?:saya|aku) (?:adalah |juga |sebagai )?(?:anggota|polisi|bawahan)|komandan (?:saya|kami)|atasan (?:saya|kami)|nrp)\b/i,
  },
];

/** The codes of what in `text` may give its writer away. */
export function tracesIn(text) {
  return TRACES.filter(({ pattern }) => pattern.test(text)).map(({ code }) => code);
}

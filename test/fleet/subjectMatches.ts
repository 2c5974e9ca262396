/** Whether a subject of NATS fits a pattern: `*` stands for any one part, a last `>` for one part or more. */
export const subjectMatches = (pattern: string, subject: string): boolean => {
  const wanted = pattern.split('.');
  const parts = subject.split('.');
  const open = wanted.at(-1) === '>';
  if (open ? parts.length < wanted.length : parts.length !== wanted.length) return false;
  return wanted.every((part, at) => part === '>' || part === '*' || part === parts[at]);
};

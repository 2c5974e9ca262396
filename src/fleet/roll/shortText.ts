/** A record has some texts for each host and for the restart, and each change is sent to all hosts, which cannot read a very long one. */
const maxText = 300;

/** A text of any length as it is kept in a record. */
export const shortText = (text: string): string => text.slice(0, maxText);

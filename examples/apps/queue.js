// Takes jobs from a queue over HTTP and listens nowhere. A job is a page to look at: { id, url }.
// GET /next answers when there is one; the queue gives it to somebody else if it is not reported to /done.
const queue = process.env.QUEUE ?? 'http://127.0.0.1:8081';

// Asked to leave: take no other job, and finish this one. Nothing holds the process after that.
const leaving = new AbortController();
process.once('disconnect', () => leaving.abort());
process.once('SIGTERM', () => leaving.abort());

const next = async () => {
  try {
    const response = await fetch(`${queue}/next`, { signal: leaving.signal });
    return await response.json();
  } catch (error) {
    if (leaving.signal.aborted) return undefined;
    throw error;
  }
};

const work = async ({ id, url }) => {
  const { status } = await fetch(url);
  await fetch(`${queue}/done`, { method: 'POST', body: JSON.stringify({ id, status, pid: process.pid }) });
};

for (let job = await next(); job; job = await next()) await work(job);

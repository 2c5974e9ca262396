// A worker that takes jobs from a queue over HTTP and does not listen. A job is a page to fetch: { id, url }.
// GET /next answers when there is a job. If the job is not reported to /done, the queue gives it to another worker.
const queue = process.env.QUEUE ?? 'http://127.0.0.1:8081';

// When the worker is asked to leave, it takes no further job and finishes the current one. Then nothing holds the process.
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

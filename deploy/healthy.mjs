// Health check of a container: ends with 0 where the URL answers anything below 500.
const [url] = process.argv.slice(2);
const answer = await fetch(url, { signal: AbortSignal.timeout(3_000) }).catch(() => null);
process.exit(answer && answer.status < 500 ? 0 : 1);

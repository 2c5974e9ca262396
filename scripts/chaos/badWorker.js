// A release that does not start.
throw new Error('this release does not start');

throw new Error('this release does not start');

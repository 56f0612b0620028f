/** A worker that lives and never answers. */
setInterval(() => undefined, 1000);

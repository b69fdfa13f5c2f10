-- Letters on their way. No address stands here: it is looked up when a letter is sent, so that who was erased gets none.
-- key says what a letter is and for whom: the same is never written twice. The body is gone once it is sent.
-- state: waiting; held (by a sender, until next_at); handing (the receiver may have it); sent; returned; dropped.
CREATE TABLE letter (
  id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, reader TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,
  written_at TEXT NOT NULL, next_at TEXT NOT NULL, tries BIGINT NOT NULL, unsure BIGINT NOT NULL, holder TEXT, body TEXT,
  ended_at TEXT, problem TEXT);
CREATE INDEX letter_next ON letter (state, next_at);

-- Steps of escalation that were reached, each once for a due date.
CREATE TABLE step (
  recommendation TEXT NOT NULL REFERENCES recommendation (id), deadline BIGINT NOT NULL, due_on TEXT NOT NULL,
  rung TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (recommendation, deadline, due_on, rung));

-- Who wants letters about an assembly, or about one recommendation (else ''). The secret confirms and ends this and nothing
-- else; it stands in every letter. The row is deleted when it ends.
CREATE TABLE follower (
  id TEXT PRIMARY KEY, secret TEXT NOT NULL UNIQUE, address TEXT NOT NULL, language TEXT NOT NULL,
  assembly TEXT NOT NULL REFERENCES assembly (id), recommendation TEXT NOT NULL, asked_at TEXT NOT NULL, confirmed_at TEXT,
  told_until TEXT NOT NULL, UNIQUE (address, assembly, recommendation));

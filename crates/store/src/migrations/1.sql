-- TEXT, BYTES and BIGINT are put into the words of the database by migrations.rs. Times are UTC with six decimals, so that
-- their text sorts as they do; days are ISO 8601; hashes are hexadecimal; true is 1.

-- The end of the audit log. Every change locks this row first: changes wait for each other here and nowhere else.
CREATE TABLE audit_head (one BIGINT PRIMARY KEY CHECK (one = 1), seq BIGINT NOT NULL, hash TEXT NOT NULL);

-- hash = SHA-256(tag, seq, previous, canonical JSON of actor, at, body, kind, subject). Ids only, never a name.
CREATE TABLE audit (
  seq BIGINT PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
  body TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL);
CREATE INDEX audit_subject ON audit (subject, seq);

-- Personal data of staff stands here only; erasure empties the row and leaves the id.
CREATE TABLE person (
  id TEXT PRIMARY KEY, email TEXT UNIQUE, name TEXT, password TEXT, totp TEXT, totp_step BIGINT NOT NULL,
  language TEXT NOT NULL, disabled BIGINT NOT NULL, failures BIGINT NOT NULL, locked_until TEXT, created_at TEXT NOT NULL,
  erased_at TEXT);

CREATE TABLE role_grant (
  id TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES person (id), role TEXT NOT NULL, assembly TEXT, unit TEXT,
  from_on TEXT NOT NULL, until_on TEXT);
CREATE INDEX role_grant_person ON role_grant (person);

-- The browser holds the token, the table its SHA-256 only.
CREATE TABLE session (
  hash TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES person (id), stage TEXT NOT NULL, created_at TEXT NOT NULL,
  seen_at TEXT NOT NULL, expires_at TEXT NOT NULL);
CREATE INDEX session_person ON session (person);

CREATE TABLE link (
  hash TEXT PRIMARY KEY, purpose TEXT NOT NULL, person TEXT REFERENCES person (id), created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL, used_at TEXT);

CREATE TABLE unit (id TEXT PRIMARY KEY, parent TEXT REFERENCES unit (id), names TEXT NOT NULL, body TEXT NOT NULL);

CREATE TABLE post (id TEXT PRIMARY KEY, unit TEXT NOT NULL REFERENCES unit (id), names TEXT NOT NULL, body TEXT NOT NULL);

-- Who holds a post from when until when: work belongs to posts.
CREATE TABLE holding (
  id TEXT PRIMARY KEY, post TEXT NOT NULL REFERENCES post (id), person TEXT NOT NULL REFERENCES person (id),
  from_on TEXT NOT NULL, until_on TEXT);
CREATE INDEX holding_person ON holding (person);

CREATE TABLE assembly (
  id TEXT PRIMARY KEY, revision BIGINT NOT NULL, names TEXT NOT NULL, updated_at TEXT NOT NULL, body TEXT NOT NULL);

-- The columns before the body are what lists need; sorting is the reference with its numbers padded, words what a
-- search finds, lower case and without accents; external_id what another system calls it.
CREATE TABLE recommendation (
  id TEXT PRIMARY KEY, assembly TEXT NOT NULL REFERENCES assembly (id), reference TEXT NOT NULL, external_id TEXT,
  sorting TEXT NOT NULL,
  revision BIGINT NOT NULL, state TEXT NOT NULL, position TEXT, delivery TEXT, grade TEXT, theme TEXT, unit TEXT, post TEXT,
  deputy TEXT, due_on TEXT, updated_at TEXT NOT NULL, titles TEXT NOT NULL, words TEXT NOT NULL, body TEXT NOT NULL,
  UNIQUE (assembly, reference));
CREATE INDEX recommendation_reference ON recommendation (assembly, sorting, id);
CREATE INDEX recommendation_sorting ON recommendation (sorting, id);
CREATE INDEX recommendation_updated ON recommendation (updated_at, id);
CREATE INDEX recommendation_due ON recommendation (due_on, id);
CREATE INDEX recommendation_unit ON recommendation (unit, sorting, id);
CREATE INDEX recommendation_state ON recommendation (state, sorting, id);
CREATE INDEX recommendation_external ON recommendation (assembly, external_id, sorting, id);
-- Lists of one assembly in a state; and everything that is counted of an assembly, so that no row is read for it.
CREATE INDEX recommendation_in_state ON recommendation (assembly, state, sorting, id);
CREATE INDEX recommendation_counted ON recommendation (
  assembly, due_on, state, position, delivery, grade, theme, unit, revision);

CREATE TABLE event (
  recommendation TEXT NOT NULL REFERENCES recommendation (id), seq BIGINT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL,
  body TEXT NOT NULL, PRIMARY KEY (recommendation, seq));
CREATE INDEX event_at ON event (at, recommendation, seq);

-- What somebody has written and not sent yet. Seen by them only, not in the audit log.
CREATE TABLE draft (
  person TEXT NOT NULL REFERENCES person (id), subject TEXT NOT NULL, kind TEXT NOT NULL, based_on BIGINT NOT NULL,
  saved_at TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (person, subject, kind));

-- Archived evidence. The bytes stand in a table of their own, by their hash, once.
CREATE TABLE file_bytes (sha256 TEXT PRIMARY KEY, bytes BYTES NOT NULL);
CREATE TABLE file (
  id TEXT PRIMARY KEY, recommendation TEXT NOT NULL REFERENCES recommendation (id),
  sha256 TEXT NOT NULL REFERENCES file_bytes (sha256), name TEXT NOT NULL, media TEXT NOT NULL, size BIGINT NOT NULL,
  added_at TEXT NOT NULL, added_by TEXT NOT NULL);
CREATE INDEX file_recommendation ON file (recommendation, added_at);

-- Keys of programs that use the API: SHA-256 only.
CREATE TABLE token (
  id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, name TEXT NOT NULL, scopes TEXT NOT NULL, assembly TEXT, unit TEXT,
  created_by TEXT NOT NULL REFERENCES person (id), created_at TEXT NOT NULL, expires_at TEXT NOT NULL, revoked_at TEXT);

-- The answer to a request that may be sent again, in the transaction of what it did.
CREATE TABLE answer (
  token TEXT NOT NULL, idempotency_key TEXT NOT NULL, request TEXT NOT NULL, status BIGINT NOT NULL, body TEXT NOT NULL,
  at TEXT NOT NULL, PRIMARY KEY (token, idempotency_key));

-- Files of a draw's public record, of a programme, and of the sittings. Only open ones are for everybody.
CREATE TABLE publication (
  assembly TEXT NOT NULL REFERENCES assembly (id), part TEXT NOT NULL, path TEXT NOT NULL, is_open BIGINT NOT NULL,
  revision BIGINT NOT NULL, media TEXT NOT NULL, sha256 TEXT NOT NULL, published_at TEXT NOT NULL, bytes BYTES NOT NULL,
  PRIMARY KEY (assembly, part, path));

-- Whatever needs no table of its own. Where there may be one only, its id is made of what it is about.
CREATE TABLE entry (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, revision BIGINT NOT NULL, assembly TEXT REFERENCES assembly (id),
  unit TEXT REFERENCES unit (id), subject TEXT, from_on TEXT, until_on TEXT, updated_at TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX entry_kind ON entry (kind, assembly, from_on);
CREATE INDEX entry_subject ON entry (kind, subject);

-- Who came, by member's number.
CREATE TABLE attendance (
  assembly TEXT NOT NULL REFERENCES assembly (id), block TEXT NOT NULL, member TEXT NOT NULL, present BIGINT NOT NULL,
  marked_at TEXT NOT NULL, marked_by TEXT NOT NULL, PRIMARY KEY (assembly, block, member));

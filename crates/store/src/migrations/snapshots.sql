-- What an assembly's public data was on a day, as one file. Added and read, never changed.
CREATE TABLE snapshot (
  assembly TEXT NOT NULL REFERENCES assembly (id), number BIGINT NOT NULL, title TEXT NOT NULL, taken_at TEXT NOT NULL,
  sha256 TEXT NOT NULL, size BIGINT NOT NULL, bytes BYTES NOT NULL, PRIMARY KEY (assembly, number));

-- Ballots are counted, not kept: nothing here says who gave which scores, or when, or which scores one ballot had.
-- The rows of a round are made before its first ballot, so that their order says nothing either.
CREATE TABLE ballot (hash TEXT PRIMARY KEY, round TEXT NOT NULL REFERENCES entry (id), used BIGINT NOT NULL);
CREATE INDEX ballot_round ON ballot (round, used);
CREATE TABLE score (
  round TEXT NOT NULL REFERENCES entry (id), recommendation TEXT NOT NULL REFERENCES recommendation (id),
  score BIGINT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (round, recommendation, score));

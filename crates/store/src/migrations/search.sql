-- What a search looks up: each word of the texts once, and the recommendations in which it stands. Made from
-- recommendation.words by search.rs, and made anew from there when a backup is taken in.
CREATE TABLE word (word TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE word_in (word TEXT NOT NULL, recommendation TEXT NOT NULL, PRIMARY KEY (word, recommendation)) WITHOUT ROWID;

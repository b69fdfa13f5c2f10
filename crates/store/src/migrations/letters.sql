-- The next letter is found without looking at those that were sent, and without sorting those that wait.
DROP INDEX letter_next;
CREATE INDEX letter_due ON letter (next_at, written_at, id) WHERE ended_at IS NULL;

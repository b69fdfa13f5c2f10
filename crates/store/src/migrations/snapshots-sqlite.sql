CREATE TRIGGER snapshot_no_update BEFORE UPDATE ON snapshot BEGIN SELECT RAISE(ABORT, 'a snapshot is never changed'); END;
CREATE TRIGGER snapshot_no_delete BEFORE DELETE ON snapshot BEGIN SELECT RAISE(ABORT, 'a snapshot is never changed'); END;
-- INSERT OR REPLACE would delete without the trigger above.
CREATE TRIGGER snapshot_no_replace BEFORE INSERT ON snapshot
  WHEN EXISTS (SELECT 1 FROM snapshot WHERE assembly = NEW.assembly AND number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'a snapshot is never changed'); END;

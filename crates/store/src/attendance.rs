//! Who came, as it was marked at the door.

use jiff::Timestamp;

use crate::columns::{Columns as _, time};
use crate::{Change, Result, Store};

/// One mark; the last one of a member in a block holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The round or block.
    pub block: String,
    /// The member's number.
    pub member: String,
    /// Whether they came.
    pub present: bool,
    /// When it was marked.
    pub marked_at: Timestamp,
    /// By whom: an opaque id.
    pub marked_by: String,
}

impl Store {
    /// The marks of an assembly, by block and member.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn marks(&self, assembly: &str) -> Result<Vec<Mark>> {
        let rows = sqlx::query("SELECT * FROM attendance WHERE assembly = $1 ORDER BY block, member")
            .bind(assembly.to_owned())
            .fetch_all(&self.pool)
            .await?;
        let read = |row: &sqlx::any::AnyRow| {
            Ok(Mark {
                block: row.text("block")?,
                member: row.text("member")?,
                present: row.yes("present")?,
                marked_at: row.time("marked_at")?,
                marked_by: row.text("marked_by")?,
            })
        };
        rows.iter().map(read).collect()
    }
}

impl Change {
    /// Marks somebody, in the place of an earlier mark.
    ///
    /// # Errors
    /// [`crate::Error::Missing`] if there is no such assembly.
    pub async fn mark(&mut self, assembly: &str, mark: &Mark) -> Result<()> {
        sqlx::query(
            "INSERT INTO attendance (assembly, block, member, present, marked_at, marked_by) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (assembly, block, member) \
             DO UPDATE SET present = $4, marked_at = $5, marked_by = $6",
        )
        .bind(assembly.to_owned())
        .bind(mark.block.clone())
        .bind(mark.member.clone())
        .bind(i64::from(mark.present))
        .bind(time(mark.marked_at))
        .bind(mark.marked_by.clone())
        .execute(&mut *self.within)
        .await?;
        Ok(())
    }

    /// Takes a mark back, as if it had not been made.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn unmark(&mut self, assembly: &str, block: &str, member: &str) -> Result<()> {
        sqlx::query("DELETE FROM attendance WHERE assembly = $1 AND block = $2 AND member = $3")
            .bind(assembly.to_owned())
            .bind(block.to_owned())
            .bind(member.to_owned())
            .execute(&mut *self.within)
            .await?;
        Ok(())
    }
}

//! People of the staff and what they may do from when until when.

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::any::AnyRow;

use crate::columns::{Columns as _, time};
use crate::{Change, Result, Session, Store};

/// Somebody who can sign in. The id is opaque and stays when the person is erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Opaque, unguessable.
    pub id: String,
    /// Unique, in lower case; none once erased.
    pub email: Option<String>,
    /// None once erased.
    pub name: Option<String>,
    /// The password's hash with its parameters (PHC text); none until one is set.
    pub password: Option<String>,
    /// The secret of the second factor, as the caller writes it.
    pub totp: Option<String>,
    /// The last time step whose code was used.
    pub totp_step: i64,
    /// The language of pages and letters (BCP 47).
    pub language: String,
    /// May not sign in.
    pub disabled: bool,
    /// Failed attempts to sign in since the last success.
    pub failures: i64,
    /// No attempt before then.
    pub locked_until: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When the person was erased.
    pub erased_at: Option<Timestamp>,
}

impl Person {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.text("id")?,
            email: row.maybe("email")?,
            name: row.maybe("name")?,
            password: row.maybe("password")?,
            totp: row.maybe("totp")?,
            totp_step: row.whole("totp_step")?,
            language: row.text("language")?,
            disabled: row.yes("disabled")?,
            failures: row.whole("failures")?,
            locked_until: row.maybe_time("locked_until")?,
            created_at: row.time("created_at")?,
            erased_at: row.maybe_time("erased_at")?,
        })
    }
}

/// A role that somebody has, everywhere or in one assembly or unit, from a day on, until a day (that day included).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Opaque.
    pub id: String,
    /// Whose.
    pub person: String,
    /// The role's name.
    pub role: String,
    /// Only in this assembly.
    pub assembly: Option<String>,
    /// Only in this unit.
    pub unit: Option<String>,
    /// The first day.
    pub from: Date,
    /// The last day; none: until further notice.
    pub until: Option<Date>,
}

impl Grant {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.text("id")?,
            person: row.text("person")?,
            role: row.text("role")?,
            assembly: row.maybe("assembly")?,
            unit: row.maybe("unit")?,
            from: row.day("from_on")?,
            until: row.maybe_day("until_on")?,
        })
    }
}

impl Store {
    /// The person with this id.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn person(&self, id: &str) -> Result<Option<Person>> {
        let query = sqlx::query("SELECT * FROM person WHERE id = $1").bind(id.to_owned());
        query.fetch_optional(&self.pool).await?.as_ref().map(Person::read).transpose()
    }

    /// The person with this address.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn person_by_email(&self, email: &str) -> Result<Option<Person>> {
        let query = sqlx::query("SELECT * FROM person WHERE email = $1").bind(email.to_lowercase());
        query.fetch_optional(&self.pool).await?.as_ref().map(Person::read).transpose()
    }

    /// Everybody, by name.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn people(&self) -> Result<Vec<Person>> {
        let rows =
            sqlx::query("SELECT * FROM person ORDER BY COALESCE(name, ''), id").fetch_all(&self.pool).await?;
        rows.iter().map(Person::read).collect()
    }

    /// All grants, past, present and future, of one person or of everybody.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn grants(&self, person: Option<&str>) -> Result<Vec<Grant>> {
        let query = match person {
            Some(person) => sqlx::query("SELECT * FROM role_grant WHERE person = $1 ORDER BY from_on, id")
                .bind(person.to_owned()),
            None => sqlx::query("SELECT * FROM role_grant ORDER BY person, from_on, id"),
        };
        query.fetch_all(&self.pool).await?.iter().map(Grant::read).collect()
    }

    /// The grants that a person has on a day.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn grants_on(&self, person: &str, day: Date) -> Result<Vec<Grant>> {
        let mut grants = self.grants(Some(person)).await?;
        grants.retain(|grant| grant.from <= day && grant.until.is_none_or(|until| day <= until));
        Ok(grants)
    }

    /// Counts an attempt to sign in that failed. Not in the audit log by itself: the caller notes what matters. Answers the
    /// number of failures since the last success; none for whoever may not sign in.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn failed_to_sign_in(&self, person: &str) -> Result<i64> {
        let row = sqlx::query(
            "UPDATE person SET failures = failures + 1 WHERE id = $1 AND disabled = 0 AND erased_at IS NULL \
             RETURNING failures",
        )
        .bind(person.to_owned())
        .fetch_optional(&self.pool)
        .await?;
        row.map_or(Ok(0), |row| row.whole("failures"))
    }
}

impl Change {
    /// Writes a new person, or name, address and language of a known one who is not erased. Whatever lets somebody in has
    /// statements of its own, so that nothing that was read long before is written back over what others did meanwhile.
    ///
    /// # Errors
    /// [`crate::Error::Taken`] if somebody else has the address.
    pub async fn save_person(&mut self, person: &Person) -> Result<()> {
        sqlx::query(
            "INSERT INTO person (id, email, name, password, totp, totp_step, language, disabled, failures, locked_until, \
               created_at, erased_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
             ON CONFLICT (id) DO UPDATE SET email = $2, name = $3, language = $7 WHERE person.erased_at IS NULL",
        )
        .bind(person.id.clone())
        .bind(person.email.as_ref().map(|email| email.to_lowercase()))
        .bind(person.name.clone())
        .bind(person.password.clone())
        .bind(person.totp.clone())
        .bind(person.totp_step)
        .bind(person.language.clone())
        .bind(i64::from(person.disabled))
        .bind(person.failures)
        .bind(person.locked_until.map(time))
        .bind(time(person.created_at))
        .bind(person.erased_at.map(time))
        .execute(&mut *self.within)
        .await?;
        Ok(())
    }

    /// Whether a person is open still, with the password and the second factor that were read. Nobody else changes that before
    /// this change ends.
    async fn is_still(&mut self, person: &Person) -> Result<bool> {
        let held = sqlx::query(
            "UPDATE person SET failures = failures WHERE id = $1 AND disabled = 0 AND erased_at IS NULL \
               AND COALESCE(password, '') = $2 AND COALESCE(totp, '') = $3",
        )
        .bind(person.id.clone())
        .bind(person.password.clone().unwrap_or_default())
        .bind(person.totp.clone().unwrap_or_default())
        .execute(&mut *self.within)
        .await?;
        Ok(held.rows_affected() == 1)
    }

    /// Begins a session of a person who was read before. False, and none begins, if the person has been disabled or erased
    /// since, or has another password or second factor.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn sign_in(&mut self, person: &Person, session: &Session) -> Result<bool> {
        let still = self.is_still(person).await?;
        if still {
            self.start_session(session).await?;
        }
        Ok(still)
    }

    /// Uses a code of the second factor: true once for each time step, only for steps after the last one used, and only for
    /// a person who is as was read.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn use_totp_step(&mut self, person: &Person, step: i64) -> Result<bool> {
        if !self.is_still(person).await? {
            return Ok(false);
        }
        let done = sqlx::query("UPDATE person SET totp_step = $2 WHERE id = $1 AND totp_step < $2")
            .bind(person.id.clone())
            .bind(step)
            .execute(&mut *self.within)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Forgets the failures to sign in, and opens an account that they have closed.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn forgive(&mut self, person: &str) -> Result<()> {
        let query = sqlx::query("UPDATE person SET failures = 0, locked_until = NULL WHERE id = $1");
        query.bind(person.to_owned()).execute(&mut *self.within).await?;
        Ok(())
    }

    /// Closes an account until a time, if attempts to sign in have failed since the last success.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn close_until(&mut self, person: &str, until: Timestamp) -> Result<()> {
        let query = sqlx::query("UPDATE person SET locked_until = $2 WHERE id = $1 AND failures > 0");
        query.bind(person.to_owned()).bind(time(until)).execute(&mut *self.within).await?;
        Ok(())
    }

    /// Sets the password of a person who is as was read, as a hash; else false.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn set_password(&mut self, person: &Person, password: &str) -> Result<bool> {
        let still = self.is_still(person).await?;
        if still {
            let query = sqlx::query("UPDATE person SET password = $2 WHERE id = $1");
            query.bind(person.id.clone()).bind(password.to_owned()).execute(&mut *self.within).await?;
        }
        Ok(still)
    }

    /// Sets the secret of the second factor, or none, of a person who is as was read, with the step whose code proved it;
    /// else false.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn set_totp(&mut self, person: &Person, totp: Option<&str>, step: i64) -> Result<bool> {
        if !self.use_totp_step(person, step).await? {
            return Ok(false);
        }
        let query = sqlx::query("UPDATE person SET totp = $2 WHERE id = $1");
        query.bind(person.id.clone()).bind(totp.map(str::to_owned)).execute(&mut *self.within).await?;
        Ok(true)
    }

    /// Shuts a person out, or lets one in again. False for whoever is erased.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn set_disabled(&mut self, person: &str, disabled: bool) -> Result<bool> {
        let done = sqlx::query("UPDATE person SET disabled = $2 WHERE id = $1 AND erased_at IS NULL")
            .bind(person.to_owned())
            .bind(i64::from(disabled))
            .execute(&mut *self.within)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Forgets who a person is: name, address, secrets, sessions, links and drafts are gone; the id, and with it history,
    /// stays. Grants and posts end the day before.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn erase_person(&mut self, person: &str, today: Date) -> Result<()> {
        sqlx::query(
            "UPDATE person SET email = NULL, name = NULL, password = NULL, totp = NULL, disabled = 1, failures = 0, \
               locked_until = NULL, erased_at = $2 WHERE id = $1",
        )
        .bind(person.to_owned())
        .bind(time(self.at))
        .execute(&mut *self.within)
        .await?;
        let yesterday = today.yesterday().unwrap_or(today).to_string();
        for ends in [
            "UPDATE role_grant SET until_on = $2 WHERE person = $1 AND (until_on IS NULL OR until_on > $2)",
            "UPDATE holding SET until_on = $2 WHERE person = $1 AND (until_on IS NULL OR until_on > $2)",
        ] {
            sqlx::query(ends)
                .bind(person.to_owned())
                .bind(yesterday.clone())
                .execute(&mut *self.within)
                .await?;
        }
        for gone in [
            "DELETE FROM session WHERE person = $1",
            "DELETE FROM link WHERE person = $1",
            "DELETE FROM draft WHERE person = $1",
        ] {
            sqlx::query(gone).bind(person.to_owned()).execute(&mut *self.within).await?;
        }
        Ok(())
    }

    /// Writes a grant, new or known by the id.
    ///
    /// # Errors
    /// [`crate::Error::Missing`] if there is no such person.
    pub async fn save_grant(&mut self, grant: &Grant) -> Result<()> {
        sqlx::query(
            "INSERT INTO role_grant (id, person, role, assembly, unit, from_on, until_on) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET until_on = $7",
        )
        .bind(grant.id.clone())
        .bind(grant.person.clone())
        .bind(grant.role.clone())
        .bind(grant.assembly.clone())
        .bind(grant.unit.clone())
        .bind(grant.from.to_string())
        .bind(grant.until.map(|day| day.to_string()))
        .execute(&mut *self.within)
        .await?;
        Ok(())
    }
}

//! Files that show something: taken in with their hash, kept in the store, given out as downloads only.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use store::Change;
use tracking::Seen;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::desk;
use crate::fault::Fault;
use crate::form::Typed;
use crate::page::escaped;
use crate::posts::INSIDE;
use crate::secret::{fingerprint, id};
use crate::visit::{Signed, Visit};

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/a/{assembly}/recommendations/{reference}/evidence/{number}", Access::Public, download)
}

/// A file on its way into the store.
#[derive(Debug)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl File {
    /// Keeps it with a recommendation, as part of a change.
    ///
    /// # Errors
    /// If the store cannot be written.
    pub async fn keep(self, change: &mut Change, case: &str, by: &str, at: Timestamp) -> Result<(), Fault> {
        let file = store::File {
            id: id()?,
            recommendation: case.to_owned(),
            sha256: String::new(),
            name: self.name,
            media: "application/octet-stream".to_owned(),
            size: 0,
            added_at: at,
            added_by: by.to_owned(),
        };
        change.add_file(&file, self.bytes).await?;
        Ok(())
    }
}

/// The file of a form, if there is one; its name and hash go into the form's fields.
pub fn take(typed: &mut Typed) -> Option<File> {
    // Only a file that is here has a name and a hash, whatever else was typed.
    typed.forget("file-name");
    typed.forget("file-sha256");
    let upload = typed.take_file("file")?;
    let sha256 = fingerprint(&upload.bytes);
    let name: String = upload.name.chars().filter(|c| !c.is_control()).take(120).collect();
    typed.put("file-name", name.clone());
    typed.put("file-sha256", sha256);
    Some(File { name, bytes: upload.bytes })
}

/// A file, of what is not published yet for those inside only, as a download that no browser shows or runs (ASVS 5.4.1, 3.2.1).
async fn download(
    State(app): State<App>,
    visit: Visit,
    Path((assembly, reference, number)): Path<(String, String, u32)>,
) -> Result<Response, Fault> {
    let case = desk::find_public(&app, &assembly, &reference).await?;
    let evidence = case.recommendation.evidence.iter().find(|evidence| evidence.number == number);
    let evidence = evidence.ok_or(Fault::NotFound)?;
    let inside = |signed: &Signed| {
        signed.holds_in(INSIDE, &case.assembly.id) && desk::may_see(signed, &case.recommendation)
    };
    if evidence.seen != Seen::ByAll && !visit.signed.as_deref().is_some_and(inside) {
        return Err(Fault::NotFound);
    }
    let item = &evidence.item;
    let (Some(name), Some(sha256)) = (&item.file, &item.sha256) else { return Err(Fault::NotFound) };
    let files = app.store.files(&case.id).await?;
    let kept = files.into_iter().find(|file| file.sha256 == *sha256).ok_or(Fault::NotFound)?;
    let (_, bytes) = app.store.file(&kept.id).await?.ok_or(Fault::NotFound)?;
    let disposition = format!("attachment; filename*=UTF-8''{}", escaped(name).replace('/', "%2F"));
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(Fault::broken)?);
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'"),
    );
    Ok(response)
}

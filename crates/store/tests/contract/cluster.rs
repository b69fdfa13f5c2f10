//! A PostgreSQL for tests: the one that BOULE_TEST_POSTGRES names, or a cluster of its own that ends with the test.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running server.
pub struct Cluster {
    url: String,
    own: Option<(Child, tempfile::TempDir)>,
}

impl Cluster {
    /// A server, or why there is none here.
    pub fn start() -> Result<Self, String> {
        if let Ok(url) = std::env::var("BOULE_TEST_POSTGRES") {
            return Ok(Self { url, own: None });
        }
        let programs = programs().ok_or("no initdb on the path or under /usr/lib/postgresql")?;
        let folder = tempfile::tempdir().expect("a folder");
        let user = account();
        if let Some((user, group)) = user {
            chown(folder.path(), Some(user), Some(group)).expect("the server's account owns its folder");
        }
        let command = |program: &str| {
            let mut command = Command::new(programs.join(program));
            if let Some((user, group)) = user {
                command.gid(group).uid(user);
            }
            command.current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let data = folder.path().join("data");
        let made = command("initdb")
            .args(["--auth=trust", "--username=boule", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"])
            .arg("-D")
            .arg(&data)
            .status()
            .expect("initdb runs");
        assert!(made.success(), "initdb made no cluster");
        let server = command("postgres")
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .args(["-c", "listen_addresses=", "-c", "fsync=off"])
            .spawn()
            .expect("postgres runs");
        let socket = folder.path().to_str().expect("a plain path").to_owned();
        let cluster = Self {
            url: format!("postgres://boule@localhost/postgres?host={socket}"),
            own: Some((server, folder)),
        };
        cluster.wait(Path::new(&socket));
        Ok(cluster)
    }

    fn wait(&self, socket: &Path) {
        for _ in 0..600 {
            if std::os::unix::net::UnixStream::connect(socket.join(".s.PGSQL.5432")).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("postgres did not start within 30 seconds");
    }

    /// The URL of a new database with this name.
    pub async fn database(&self, name: &str) -> String {
        sqlx::any::install_default_drivers();
        let mut url = self.url.clone();
        for tries in 0.. {
            // The socket is there before the server takes connections.
            match sqlx::AnyPool::connect(&url).await {
                Ok(pool) => {
                    let drop = format!("DROP DATABASE IF EXISTS {name}");
                    sqlx::raw_sql(sqlx::AssertSqlSafe(drop)).execute(&pool).await.expect("dropped");
                    let create = format!("CREATE DATABASE {name}");
                    sqlx::raw_sql(sqlx::AssertSqlSafe(create)).execute(&pool).await.expect("created");
                    break;
                }
                Err(error) if tries > 100 => panic!("{error}"),
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
        let query = url.find('?').unwrap_or(url.len());
        let path = url[..query].rfind('/').expect("a URL names a database") + 1;
        url.replace_range(path..query, name);
        url
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some((server, _)) = &mut self.own {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

/// Where initdb and postgres are.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let folders = std::env::split_paths(&path).chain(debian.map(|version| version.path().join("bin")));
    folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

/// The account for the server where this runs as root, under which PostgreSQL refuses to run.
pub fn account() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| {
        let said =
            Command::new("id").args(arguments).output().ok().filter(|output| output.status.success())?;
        String::from_utf8(said.stdout).ok()?.trim().parse::<u32>().ok()
    };
    if id(&["-u"])? != 0 {
        return None;
    }
    ["postgres", "nobody"].into_iter().find_map(|user| Some((id(&["-u", user])?, id(&["-g", user])?)))
}

//! New databases in a PostgreSQL for tests.

use std::time::Duration;

use crate::cluster::Cluster;

impl Cluster {
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

//! The database: the only file with SQL.

use std::collections::HashMap;
use std::str::FromStr as _;

use async_graphql::SimpleObject;
use async_graphql::dataloader::Loader;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{Error, FromRow, QueryBuilder};

/// A house of the school.
#[derive(Clone, FromRow, SimpleObject)]
pub struct House {
    pub id: i64,
    pub name: String,
    pub founder: String,
}

#[derive(Clone, FromRow)]
pub struct StudentRow {
    pub id: i64,
    pub name: String,
    pub house_id: i64,
    pub year: i64,
}

#[derive(Clone)]
pub struct Db(SqlitePool);

impl Db {
    /// Opens the database, creates it if it is missing, and fills it if it is empty.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let options = SqliteConnectOptions::from_str(url)?.create_if_missing(true).foreign_keys(true);
        // A database in memory belongs to its connection.
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        sqlx::raw_sql(include_str!("schema.sql")).execute(&pool).await?;
        Ok(Self(pool))
    }

    /// So many students behind an id, in the order of their ids.
    pub async fn students(&self, after: i64, most: i64) -> Result<Vec<StudentRow>, Error> {
        let query = sqlx::query_as("SELECT id, name, house_id, year FROM students WHERE id > ? ORDER BY id LIMIT ?");
        query.bind(after).bind(most).fetch_all(&self.0).await
    }

    pub async fn house_named(&self, name: &str) -> Result<Option<House>, Error> {
        let query = sqlx::query_as("SELECT id, name, founder FROM houses WHERE name = ?");
        query.bind(name).fetch_optional(&self.0).await
    }

    pub async fn add(&self, name: &str, house: i64, year: i64) -> Result<StudentRow, Error> {
        let query = "INSERT INTO students (name, house_id, year) VALUES (?, ?, ?) RETURNING id, name, house_id, year";
        sqlx::query_as(query).bind(name).bind(house).bind(year).fetch_one(&self.0).await
    }
}

/// Loads the houses of any number of students by one query.
pub struct Houses(pub Db);

impl Loader<i64> for Houses {
    type Value = House;
    type Error = std::sync::Arc<Error>;

    async fn load(&self, ids: &[i64]) -> Result<HashMap<i64, House>, Self::Error> {
        let mut query = QueryBuilder::new("SELECT id, name, founder FROM houses WHERE id IN (");
        let mut list = query.separated(", ");
        for id in ids {
            list.push_bind(*id);
        }
        query.push(")");
        let houses: Vec<House> = query.build_query_as().fetch_all(&self.0.0).await?;
        Ok(houses.into_iter().map(|house| (house.id, house)).collect())
    }
}

//! The types of the API.

#![allow(clippy::unused_async, reason = "async-graphql wants each resolver to be async")]

use async_graphql::connection::{Connection, Edge, query};
use async_graphql::dataloader::DataLoader;
use async_graphql::{ComplexObject, Context, Error, Object, Result, SchemaBuilder, SimpleObject, Subscription, Upload};
use futures_util::{Stream, stream};
use tokio::sync::broadcast::{self, Sender};

use crate::db::{Db, House, Houses, StudentRow};

pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// How many students may wait for a client that reads slowly. It misses those before.
const WAITING: usize = 100;

fn build() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query, Mutation, Subscription)
}

/// The types alone, for the command line.
pub fn empty() -> Schema {
    build().finish()
}

pub fn schema(db: &Db) -> Schema {
    let (arrivals, _) = broadcast::channel::<Student>(WAITING);
    let houses = DataLoader::new(Houses(db.clone()), tokio::spawn);
    build().data(db.clone()).data(houses).data(arrivals).finish()
}

/// A student.
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub struct Student {
    id: i64,
    name: String,
    /// The year of arrival.
    year: i64,
    #[graphql(skip)]
    house_id: i64,
}

impl From<StudentRow> for Student {
    fn from(StudentRow { id, name, year, house_id }: StudentRow) -> Self {
        Self { id, name, year, house_id }
    }
}

#[ComplexObject]
impl Student {
    /// The house. Those of a whole page are read at once.
    async fn house(&self, ctx: &Context<'_>) -> Result<House> {
        let house = ctx.data::<DataLoader<Houses>>()?.load_one(self.house_id).await?;
        house.ok_or_else(|| Error::new("the house is gone"))
    }
}

pub struct Query;

#[Object]
impl Query {
    /// The students, page by page: `first` of them (10 unless set, 100 at most) behind the cursor `after`.
    #[graphql(complexity = "first.unwrap_or(10).clamp(0, 100) as usize * child_complexity")]
    async fn students(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        first: Option<i32>,
    ) -> Result<Connection<i64, Student>> {
        let db = ctx.data::<Db>()?;
        query(after, None, first, None, async |after, _, first, _| {
            let most = first.unwrap_or(10).min(100);
            let after: i64 = after.unwrap_or(0);
            // One more says whether there is a next page.
            let mut rows = db.students(after, i64::try_from(most)? + 1).await?;
            let mut page = Connection::new(after > 0, rows.len() > most);
            rows.truncate(most);
            page.edges.extend(rows.into_iter().map(|row| Edge::new(row.id, Student::from(row))));
            Ok::<_, Error>(page)
        })
        .await
    }

    async fn house(&self, ctx: &Context<'_>, name: String) -> Result<Option<House>> {
        Ok(ctx.data::<Db>()?.house_named(&name).await?)
    }
}

pub struct Mutation;

#[Object]
impl Mutation {
    /// Adds a student to a house.
    async fn add_student(&self, ctx: &Context<'_>, name: String, house: String, year: i64) -> Result<Student> {
        let db = ctx.data::<Db>()?;
        let Some(house) = db.house_named(&house).await? else {
            return Err(Error::new(format!("there is no house {house}")));
        };
        let student = Student::from(db.add(&name, house.id, year).await?);
        // Nobody may listen.
        let _ = ctx.data::<Sender<Student>>()?.send(student.clone());
        Ok(student)
    }

    /// The size of a portrait, in bytes.
    async fn portrait(&self, ctx: &Context<'_>, file: Upload) -> Result<u64> {
        Ok(file.value(ctx)?.size()?)
    }
}

pub struct Subscription;

#[Subscription]
impl Subscription {
    /// Each student who is added from now on.
    async fn arrivals(&self, ctx: &Context<'_>) -> Result<impl Stream<Item = Student>> {
        let arrivals = ctx.data::<Sender<Student>>()?.subscribe();
        Ok(stream::unfold(arrivals, async |mut arrivals| {
            loop {
                match arrivals.recv().await {
                    Ok(student) => return Some((student, arrivals)),
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return None,
                }
            }
        }))
    }
}

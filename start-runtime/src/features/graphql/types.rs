//! Which fields may be null, as the schema says.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{OperationType, Type, TypeKind, TypeSystemDefinition};

use super::schema::GraphqlSchema;

/// The types of the fields of a schema.
#[derive(Default, Debug)]
pub struct Types {
    fields: HashMap<String, HashMap<String, Type>>,
    query: Option<String>,
    mutation: Option<String>,
    subscription: Option<String>,
}

impl Types {
    /// Those of a schema. They are only asked for when a field has failed.
    pub fn of<S: GraphqlSchema>(schema: &S) -> Arc<Self> {
        static KNOWN: LazyLock<Mutex<HashMap<TypeId, Arc<Types>>>> = LazyLock::new(Mutex::default);
        if !S::IS_FIXED {
            return Arc::new(Self::parse(&schema.sdl()));
        }
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(TypeId::of::<S>()).or_insert_with(|| Arc::new(Self::parse(&schema.sdl()))).clone()
    }

    pub fn parse(sdl: &str) -> Self {
        let mut types = Self::default();
        let Ok(document) = parse_schema(sdl) else { return types };
        for definition in document.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    let name = |name: Option<async_graphql::Positioned<async_graphql::Name>>| {
                        name.map(|name| name.node.to_string())
                    };
                    types.query = name(schema.node.query).or(types.query);
                    types.mutation = name(schema.node.mutation).or(types.mutation);
                    types.subscription = name(schema.node.subscription).or(types.subscription);
                }
                TypeSystemDefinition::Type(kind) => {
                    let fields = match kind.node.kind {
                        TypeKind::Object(object) => object.fields,
                        TypeKind::Interface(interface) => interface.fields,
                        _ => continue,
                    };
                    let known = types.fields.entry(kind.node.name.node.to_string()).or_default();
                    known
                        .extend(fields.into_iter().map(|field| (field.node.name.node.to_string(), field.node.ty.node)));
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        types
    }

    /// The type that the fields of such an operation belong to.
    pub fn root(&self, operation: OperationType) -> &str {
        match operation {
            OperationType::Query => self.query.as_deref().unwrap_or("Query"),
            OperationType::Mutation => self.mutation.as_deref().unwrap_or("Mutation"),
            OperationType::Subscription => self.subscription.as_deref().unwrap_or("Subscription"),
        }
    }

    /// The type of a field.
    pub fn field(&self, owner: &str, name: &str) -> Option<&Type> {
        self.fields.get(owner)?.get(name)
    }
}

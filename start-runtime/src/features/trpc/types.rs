//! The types of the procedures: the `AppRouter` that `@trpc/client` infers everything from.
//!
//! For version 11 it is spelled structurally, without imports: it works where `@trpc/server` is not installed, and with all
//! of 11 from 11.0.0 on. Version 10 checks for its own types, so that form imports them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::code::Code;
use crate::describe::{ProcedureInput, ProducedShape, Schemas};
use crate::kernel::{PrintTypes, Procedure, Subcommand, TypesView};
use crate::typescript::{doc_comment, key};

/// `types --trpc`: how the command is asked for the view.
pub const FLAG: Subcommand = Subcommand {
    name: "types",
    needs_routes: false,
    define: |command| {
        let argument = clap::Arg::new(VIEW.flag)
            .long(VIEW.flag)
            .value_name("VERSION")
            .help("Print the `AppRouter` of the tRPC procedures, for @trpc/client 11 or 10")
            .num_args(0..=1)
            .default_missing_value("11")
            .value_parser(["11", "10"]);
        command.arg(argument)
    },
    answer: |_, _| Err("error: the command `types` needs the feature `types` of start-runtime".to_owned()),
};

pub const VIEW: TypesView = TypesView {
    flag: "trpc",
    forms: &["11", "10"],
    reserved: &[
        "AppRouter",
        "CreateRouterInner",
        "DefaultDataTransformer",
        "Observable",
        "Procedure",
        "TrpcConfig",
        "TrpcErrorCode",
        "TrpcErrorShape",
        "TrpcMutation",
        "TrpcParams",
        "TrpcProcedure",
        "TrpcQuery",
        "TrpcRouter",
        "TrpcSubscription",
        "TrpcTracked",
    ],
    describe,
    render,
    inputs,
};

/// Describes all procedures: a list for each root, in the order of their modules.
fn describe(schemas: &mut Schemas) -> Option<Value> {
    let mut routers: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for procedure in Procedure::all() {
        let root = procedure.root().map_or("", |root| root.module);
        routers.entry(root).or_default().push(described(procedure, schemas));
    }
    let list = |(module, procedures)| json!({ "module": module, "procedures": procedures });
    (!routers.is_empty()).then(|| routers.into_iter().map(list).collect())
}

fn described(procedure: &Procedure, schemas: &mut Schemas) -> Value {
    let types = procedure.types(schemas);
    let any = || json!({});
    let input = match types.input {
        ProcedureInput::Nothing => json!({ "kind": "nothing" }),
        ProcedureInput::Json { schema, is_optional } => {
            json!({ "kind": "json", "schema": schema.unwrap_or_else(any), "optional": is_optional })
        }
        ProcedureInput::Form { .. } => json!({ "kind": "form" }),
        ProcedureInput::Bytes => json!({ "kind": "bytes" }),
    };
    let shape = match types.output.shape {
        ProducedShape::Nothing => "nothing",
        ProducedShape::Value => "value",
        ProducedShape::MaybeValue => "maybe",
        ProducedShape::Stream => "stream",
        ProducedShape::TrackedStream => "tracked",
    };
    json!({
        "path": procedure.path(),
        "type": procedure.kind.name(),
        "docs": procedure.declaration.doc_text(),
        "deprecated": procedure.declaration.deprecated,
        "input": input,
        "output": { "kind": shape, "schema": types.output.schema.unwrap_or_else(any) },
    })
}

/// The inputs that are JSON, by the paths of the procedures.
fn inputs(described: &Value) -> Vec<(String, Value)> {
    let json = procedures(described).filter(|procedure| procedure["input"]["kind"] == "json");
    let input = |procedure: &Value| {
        let mut schema = procedure["input"]["schema"].clone();
        if procedure["input"]["optional"] == true {
            schema = json!({ "anyOf": [schema, { "type": "null" }] });
        }
        (procedure["path"].as_str().unwrap_or_default().to_owned(), schema)
    };
    json.map(input).collect()
}

fn procedures(described: &Value) -> impl Iterator<Item = &Value> {
    let routers = described.as_array().into_iter().flatten();
    routers.flat_map(|router| router["procedures"].as_array().into_iter().flatten())
}

/// A version of the client. The helpers of both are exported, so that no compiler finds them unused.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    Ten,
    Eleven,
}

const ELEVEN: &str = "\
export type TrpcErrorShape = { code: number; message: string; data: { code: TrpcErrorCode; httpStatus: number; path?: string; stack?: string; issues?: { path: (string | number)[]; message: string }[]; [member: string]: unknown } };
export type TrpcProcedure<T extends 'query' | 'mutation' | 'subscription', I, O> = { _def: { $types: { input: I; output: O; errorShape: unknown }; procedure: true; type: T; meta: unknown; experimental_caller: boolean; inputs: any[] }; meta: unknown; (opts: any): Promise<O> };
export type TrpcQuery<I, O> = TrpcProcedure<'query', I, O>;
export type TrpcMutation<I, O> = TrpcProcedure<'mutation', I, O>;
export type TrpcSubscription<I, O> = TrpcProcedure<'subscription', I, AsyncIterable<O, void, any>>;
export type TrpcTracked<T> = { id: string; data: T };
export type TrpcRouter<R> = { _def: { _config: { $types: { ctx: object; meta: object; errorShape: TrpcErrorShape; transformer: false }; transformer: any; errorFormatter: any; allowOutsideOfServer: boolean; isServer: boolean; isDev: boolean; defaultMeta?: object; pathSeparator: any }; router: true; procedure?: never; procedures: R; record: R; lazy: any }; createCaller: any };
";

const TEN: &str = "\
import type { CreateRouterInner, DefaultDataTransformer, Procedure } from '@trpc/server';
import type { Observable } from '@trpc/server/observable';
export type TrpcErrorShape = { code: number; message: string; data: { code: TrpcErrorCode; httpStatus: number; path?: string; stack?: string; issues?: { path: (string | number)[]; message: string }[]; [member: string]: unknown } };
export type TrpcConfig = { $types: { ctx: object; meta: object; errorShape: TrpcErrorShape; transformer: DefaultDataTransformer }; transformer: DefaultDataTransformer; errorFormatter: any; allowOutsideOfServer: boolean; isServer: boolean; isDev: boolean; defaultMeta?: object };
export type TrpcParams<I, O> = { _config: TrpcConfig; _meta: object; _ctx_out: object; _input_in: I; _input_out: I; _output_in: O; _output_out: O };
export type TrpcQuery<I, O> = Procedure<'query', TrpcParams<I, O>>;
export type TrpcMutation<I, O> = Procedure<'mutation', TrpcParams<I, O>>;
export type TrpcSubscription<I, O> = Procedure<'subscription', TrpcParams<I, Observable<O, unknown>>>;
export type TrpcTracked<T> = { id: string; data: T };
export type TrpcRouter<R extends Record<string, any>> = CreateRouterInner<TrpcConfig, R>;
";

fn render(described: &Value, types: &dyn PrintTypes, form: &str) -> String {
    let version = if form == "10" { Version::Ten } else { Version::Eleven };
    let mut text = if version == Version::Ten { TEN } else { ELEVEN }.to_owned();
    let codes: Vec<String> = Code::ALL.iter().map(|code| format!("'{}'", code.key())).collect();
    text += &format!("export type TrpcErrorCode = {};\n", codes.join(" | "));
    let routers: Vec<&Value> = described.as_array().into_iter().flatten().collect();
    for (index, router) in routers.iter().enumerate() {
        let module = router["module"].as_str().unwrap_or_default();
        // The outermost router is that of the program.
        let name = if index == 0 { "AppRouter".to_owned() } else { format!("{}Router", pascal_case(module)) };
        let comment = match index {
            0 => "The procedures of the program: `createTRPCClient<AppRouter>`.".to_owned(),
            _ => format!("The procedures below `{module}`."),
        };
        let mut root = Node::default();
        for procedure in router["procedures"].as_array().into_iter().flatten() {
            root.add(procedure["path"].as_str().unwrap_or_default(), procedure);
        }
        let body = root.members(types, version, 0);
        text += &format!("\n{}export type {name} = TrpcRouter<{body}>;\n", doc_comment(&comment, 0));
    }
    text
}

/// Routers in routers, by the parts of the procedures' paths.
#[derive(Default)]
struct Node<'v> {
    procedure: Option<&'v Value>,
    inside: BTreeMap<&'v str, Node<'v>>,
}

impl<'v> Node<'v> {
    fn add(&mut self, path: &'v str, procedure: &'v Value) {
        let mut node = self;
        for name in path.split('.') {
            node = node.inside.entry(name).or_default();
        }
        node.procedure = Some(procedure);
    }

    fn members(&self, types: &dyn PrintTypes, version: Version, indent: usize) -> String {
        let space = " ".repeat(indent);
        let line = |(name, node): (&&str, &Node<'_>)| {
            let (comment, text) = match node.procedure {
                Some(procedure) => {
                    (comment(procedure, indent + 2), procedure_type(procedure, types, version, indent + 2))
                }
                None => {
                    let inside = node.members(types, version, indent + 2);
                    let is_ten = version == Version::Ten;
                    (String::new(), if is_ten { format!("TrpcRouter<{inside}>") } else { inside })
                }
            };
            format!("{comment}{space}  {}: {text};\n", key(name))
        };
        format!("{{\n{}{space}}}", self.inside.iter().map(line).collect::<String>())
    }
}

fn comment(procedure: &Value, indent: usize) -> String {
    let mut text = procedure["docs"].as_str().unwrap_or_default().trim().to_owned();
    if procedure["deprecated"] == true {
        text += "\n\n@deprecated";
    }
    doc_comment(&text, indent)
}

fn procedure_type(procedure: &Value, types: &dyn PrintTypes, version: Version, indent: usize) -> String {
    let (input, output) = (&procedure["input"], &procedure["output"]);
    let taken = match input["kind"].as_str().unwrap_or_default() {
        "json" => {
            let text = types.of(&input["schema"], indent);
            if input["optional"] == true { format!("{text} | undefined | void") } else { text }
        }
        "form" => "FormData".to_owned(),
        "bytes" => "Uint8Array | Blob | File".to_owned(),
        _ if version == Version::Ten => "undefined".to_owned(),
        _ => "void".to_owned(),
    };
    let item = || types.of(&output["schema"], indent);
    let is_subscription = procedure["type"] == "subscription";
    let made = match output["kind"].as_str().unwrap_or_default() {
        "value" => item(),
        "maybe" => format!("{} | undefined", item()),
        "stream" if is_subscription => item(),
        "tracked" if is_subscription => format!("TrpcTracked<{}>", item()),
        "stream" => format!("AsyncIterable<{}, void, any>", item()),
        "tracked" => format!("AsyncIterable<TrpcTracked<{}>, void, any>", item()),
        _ => "void".to_owned(),
    };
    let kind = match procedure["type"].as_str().unwrap_or_default() {
        "mutation" => "TrpcMutation",
        "subscription" => "TrpcSubscription",
        _ => "TrpcQuery",
    };
    format!("{kind}<{taken}, {made}>")
}

/// `Admin` for `app::admin`.
fn pascal_case(module: &str) -> String {
    let name = module.rsplit("::").next().unwrap_or(module);
    let words = name.split('_').filter(|word| !word.is_empty());
    words
        .map(|word| {
            let mut chars = word.chars();
            chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
        })
        .collect()
}

//! The types of the procedures: the `AppRouter` that `@trpc/client` infers everything from.
//!
//! For version 11 it is spelled structurally, without imports: it works where `@trpc/server` is not installed, and with all
//! of 11 from 11.0.0 on. Version 10 checks for its own types, so that form imports them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::code::Code;
use crate::describe::{ProcedureInput, ProducedShape, Schemas, TRANSFORMED};
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
    let list = |(module, procedures)| {
        let mut router = json!({ "module": module, "procedures": procedures });
        if is_transformed(module) {
            router[TRANSFORMED] = true.into();
        }
        router
    };
    (!routers.is_empty()).then(|| routers.into_iter().map(list).collect())
}

/// Whether the router of a module has a transformer.
fn is_transformed(module: &str) -> bool {
    let root = |procedure: &Procedure| procedure.root().filter(|root| root.module == module);
    Procedure::all().into_iter().find_map(root).is_some_and(|root| root.transformer.is_some())
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

/// Where some router has a transformer, the types take it as an argument.
const EITHER_ELEVEN: &[(&str, &str)] =
    &[("TrpcRouter<R> =", "TrpcRouter<R, T extends boolean = false> ="), ("transformer: false }", "transformer: T }")];

const EITHER_TEN: &[(&str, &str)] = &[
    (
        "import type { CreateRouterInner, DefaultDataTransformer, Procedure }",
        "import type { CombinedDataTransformer, CreateRouterInner, DefaultDataTransformer, Procedure }",
    ),
    (
        "TrpcConfig = { $types: { ctx: object; meta: object; errorShape: TrpcErrorShape; transformer: DefaultDataTransformer }; transformer: DefaultDataTransformer;",
        "TrpcConfig<T = DefaultDataTransformer> = { $types: { ctx: object; meta: object; errorShape: TrpcErrorShape; transformer: T }; transformer: T;",
    ),
    (
        "TrpcParams<I, O> = { _config: TrpcConfig;",
        "TrpcParams<I, O, T = DefaultDataTransformer> = { _config: TrpcConfig<T>;",
    ),
    (
        "TrpcQuery<I, O> = Procedure<'query', TrpcParams<I, O>>",
        "TrpcQuery<I, O, T = DefaultDataTransformer> = Procedure<'query', TrpcParams<I, O, T>>",
    ),
    (
        "TrpcMutation<I, O> = Procedure<'mutation', TrpcParams<I, O>>",
        "TrpcMutation<I, O, T = DefaultDataTransformer> = Procedure<'mutation', TrpcParams<I, O, T>>",
    ),
    (
        "TrpcSubscription<I, O> = Procedure<'subscription', TrpcParams<I, Observable<O, unknown>>>",
        "TrpcSubscription<I, O, T = DefaultDataTransformer> = Procedure<'subscription', TrpcParams<I, Observable<O, unknown>, T>>",
    ),
    (
        "TrpcRouter<R extends Record<string, any>> = CreateRouterInner<TrpcConfig, R>",
        "TrpcRouter<R extends Record<string, any>, T = DefaultDataTransformer> = CreateRouterInner<TrpcConfig<T>, R>",
    ),
];

/// How a router is spelled.
struct Form<'t> {
    types: &'t dyn PrintTypes,
    version: Version,
    is_transformed: bool,
}

impl Form<'_> {
    fn of(&self, schema: &Value, indent: usize) -> String {
        if self.is_transformed { self.types.of_transformed(schema, indent) } else { self.types.of(schema, indent) }
    }

    /// What stands behind the procedures of a router.
    fn router_argument(&self) -> &'static str {
        match (self.is_transformed, self.version) {
            (false, _) => "",
            (true, Version::Ten) => ", CombinedDataTransformer",
            (true, Version::Eleven) => ", true",
        }
    }

    /// What stands behind input and output of a procedure.
    fn procedure_argument(&self) -> &'static str {
        if self.version == Version::Ten { self.router_argument() } else { "" }
    }
}

fn render(described: &Value, types: &dyn PrintTypes, form: &str) -> String {
    let version = if form == "10" { Version::Ten } else { Version::Eleven };
    let mut text = if version == Version::Ten { TEN } else { ELEVEN }.to_owned();
    if described.as_array().into_iter().flatten().any(|router| router[TRANSFORMED] == true) {
        for (plain, either) in if version == Version::Ten { EITHER_TEN } else { EITHER_ELEVEN } {
            text = text.replace(plain, either);
        }
    }
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
        let form = Form { types, version, is_transformed: router[TRANSFORMED] == true };
        let body = root.members(&form, 0);
        text += &format!(
            "\n{}export type {name} = TrpcRouter<{body}{}>;\n",
            doc_comment(&comment, 0),
            form.router_argument()
        );
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

    fn members(&self, form: &Form<'_>, indent: usize) -> String {
        let space = " ".repeat(indent);
        let line = |(name, node): (&&str, &Node<'_>)| {
            let (comment, text) = match node.procedure {
                Some(procedure) => (comment(procedure, indent + 2), procedure_type(procedure, form, indent + 2)),
                None => {
                    let inside = node.members(form, indent + 2);
                    let is_ten = form.version == Version::Ten;
                    let argument = form.router_argument();
                    (String::new(), if is_ten { format!("TrpcRouter<{inside}{argument}>") } else { inside })
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

fn procedure_type(procedure: &Value, form: &Form<'_>, indent: usize) -> String {
    let (input, output) = (&procedure["input"], &procedure["output"]);
    let taken = match input["kind"].as_str().unwrap_or_default() {
        "json" => {
            let text = form.of(&input["schema"], indent);
            if input["optional"] == true { format!("{text} | undefined | void") } else { text }
        }
        "form" => "FormData".to_owned(),
        "bytes" => "Uint8Array | Blob | File".to_owned(),
        _ if form.version == Version::Ten => "undefined".to_owned(),
        _ => "void".to_owned(),
    };
    let item = || form.of(&output["schema"], indent);
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
    format!("{kind}<{taken}, {made}{}>", form.procedure_argument())
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

//! What `trpc::router!(…)` takes.

use syn::parse::{Parse, ParseStream};
use syn::{Ident, Token};

const EXPECTED: &str = "write `router!()` or `router!(transformer = superjson)`: the procedures of a router are those of the module that it stands in, and of the modules in it";

/// A router as written.
pub struct Router {
    /// How its values are written beside plain JSON: the variant of `trpc::Transformer`.
    pub transformer: Option<Ident>,
}

impl Parse for Router {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.is_empty() {
            return Ok(Self { transformer: None });
        }
        let expected = |error: syn::Error| syn::Error::new(error.span(), EXPECTED);
        let option: Ident = input.parse().map_err(expected)?;
        if option != "transformer" {
            return Err(syn::Error::new(option.span(), EXPECTED));
        }
        input.parse::<Token![=]>().map_err(expected)?;
        let name: Ident = input.parse().map_err(expected)?;
        if name != "superjson" {
            let message = format!("there is no transformer `{name}`: write `transformer = superjson`");
            return Err(syn::Error::new(name.span(), message));
        }
        input.parse::<Option<Token![,]>>()?;
        if !input.is_empty() {
            return Err(input.error(EXPECTED));
        }
        Ok(Self { transformer: Some(Ident::new("Superjson", name.span())) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_router_takes_its_transformer_alone() {
        let cases = [
            ("", Ok(None)),
            ("transformer = superjson", Ok(Some("Superjson"))),
            ("transformer = superjson,", Ok(Some("Superjson"))),
            ("transformer = devalue", Err("there is no transformer `devalue`: write `transformer = superjson`")),
            ("transformer", Err(EXPECTED)),
            ("transformer = \"superjson\"", Err(EXPECTED)),
            ("superjson", Err(EXPECTED)),
            ("transformer = superjson, x", Err(EXPECTED)),
            ("hello, post", Err(EXPECTED)),
        ];
        for (text, expected) in cases {
            let router = syn::parse_str::<Router>(text).map(|router| router.transformer.map(|name| name.to_string()));
            let expected = expected.map(|name| name.map(str::to_owned)).map_err(str::to_owned);
            assert_eq!(router.map_err(|error| error.to_string()), expected, "{text}");
        }
    }
}

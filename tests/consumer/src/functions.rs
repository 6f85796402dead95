//! Functions with the names of generated locals, and of functions of the runtime.

use ::start_runtime::api_route;

/// A function and its argument of the same name, so that all generated locals are in use.
macro_rules! hostile {
    ($($name:ident $path:literal),* $(,)?) => {$(
        #[api_route(GET, $path)]
        async fn $name($name: ::std::option::Option<u8>) -> ::std::result::Result<u8, ::start_runtime::Problem> {
            ::std::result::Result::Ok($name.unwrap_or(1))
        }
    )*};
}

hostile! {
    call "/hostile/functions/call/[[call]]",
    bad "/hostile/functions/bad/[[bad]]",
    value "/hostile/functions/value/[[value]]",
    out "/hostile/functions/out/[[out]]",
    docs "/hostile/functions/docs/[[docs]]",
    output "/hostile/functions/output/[[output]]",
    status "/hostile/functions/status/[[status]]",
    nothing "/hostile/functions/nothing/[[nothing]]",
    error "/hostile/functions/error/[[error]]",
    problem "/hostile/functions/problem/[[problem]]",
    a0 "/hostile/functions/a0/[[a0]]",
    a1 "/hostile/functions/a1/[[a1]]",
    extract "/hostile/functions/extract/[[extract]]",
    respond "/hostile/functions/respond/[[respond]]",
    respond_with "/hostile/functions/respond_with/[[respond_with]]",
    boxed "/hostile/functions/boxed/[[boxed]]",
    param "/hostile/functions/param/[[param]]",
    optional_param "/hostile/functions/optional_param/[[optional_param]]",
    rest_param "/hostile/functions/rest_param/[[rest_param]]",
    any "/hostile/functions/any/[[any]]",
    async_output "/hostile/functions/async_output/[[async_output]]",
    inventory "/hostile/functions/inventory/[[inventory]]",
    levels "/hostile/functions/levels/[[levels]]",
    of "/hostile/functions/of/[[of]]",
    split "/hostile/functions/split/[[split]]",
    fail "/hostile/functions/fail/[[fail]]",
    describe "/hostile/functions/describe/[[describe]]",
    into_problem "/hostile/functions/into_problem/[[into_problem]]",
    submit "/hostile/functions/submit/[[submit]]",
    ctor "/hostile/functions/ctor/[[ctor]]",
    main "/hostile/functions/main/[[main]]",
    entry "/hostile/functions/entry/[[entry]]",
}

/// Handlers remain functions with their names.
#[api_route(GET, "/hostile/call")]
async fn call_alone() -> ::std::result::Result<u8, ::start_runtime::Problem> {
    call(::std::option::Option::None).await
}

use super::{Name, Naming, nested_name};
use crate::grammar::pattern;

fn route(pattern: &str) -> Name {
    Name::Route(pattern.into())
}

#[test]
fn a_nested_name_stands_for_a_pattern() {
    let cases = [
        ("index.rs", "/"),
        ("health.rs", "/health"),
        ("api/index.rs", "/api"),
        ("api/reindex.rs", "/api/reindex"),
        ("api/[house]/students/year-[year].rs", "/api/[house]/students/year-[year]"),
        ("api/posts/$postId.rs", "/api/posts/$postId"),
        ("api/files/$.rs", "/api/files/$"),
        ("api/students/portrait.png.rs", "/api/students/portrait.png"),
        ("docs/[...path].md.rs", "/docs/[...path].md"),
        ("img/{$}.png.rs", "/img/{$}.png"),
        ("og/[...slug]/image.webp.rs", "/og/[...slug]/image.webp"),
        ("wiki/[[...rest]]/edit/index.rs", "/wiki/[[...rest]]/edit"),
        ("(auth)/login.rs", "/(auth)/login"),
        (".well-known/security.txt.rs", "/.well-known/security.txt"),
        (".well-known/index.rs", "/.well-known"),
        (".well-known.rs", "/.well-known"),
        ("tenants/$id/.well-known/jwks.json.rs", "/tenants/$id/.well-known/jwks.json"),
    ];
    for (file, expected) in cases {
        assert_eq!(Naming::Nested.read(file), route(expected), "{file}");
    }
}

#[test]
fn a_flat_name_stands_for_the_pattern_of_tanstack_router() {
    let cases = [
        ("index.rs", "/"),
        ("route.rs", "/"),
        ("about.rs", "/about"),
        ("api.rpc.$.rs", "/api/rpc/$"),
        ("api/auth.$.rs", "/api/auth/$"),
        ("api.users/$id.posts.rs", "/api/users/$id/posts"),
        ("users.index.rs", "/users"),
        ("users/index.rs", "/users"),
        ("users.route.rs", "/users"),
        ("users/route.rs", "/users"),
        ("users.route.index.rs", "/users/route"),
        ("users.index.route.rs", "/users"),
        ("users.reindex.rs", "/users/reindex"),
        ("route.posts.rs", "/route/posts"),
        ("index.posts.rs", "/index/posts"),
        // Escapes.
        ("feed[.]xml.rs", "/feed.xml"),
        ("api.v1[.]2.users.rs", "/api/v1.2/users"),
        ("{$}[.]png.rs", "/{$}.png"),
        ("docs/{$}/image[.]webp.rs", "/docs/{$}/image.webp"),
        ("a[b]c.rs", "/abc"),
        ("[index].rs", "/index"),
        ("[route].rs", "/route"),
        ("posts.[index].rs", "/posts/index"),
        ("posts/[route].rs", "/posts/route"),
        ("in[d]ex.rs", "/index"),
        ("[.]well-known.jwks[.]json.rs", "/.well-known/jwks.json"),
        ("[.well-known].jwks[.]json.rs", "/.well-known/jwks.json"),
        ("[.]well-known/jwks[.json].rs", "/.well-known/jwks.json"),
        (".well-known/jwks[.]json.rs", "/.well-known/jwks.json"),
        (".well-known.jwks[.]json.rs", "/.well-known/jwks.json"),
        (".well-known.rs", "/.well-known"),
        ("api/.well-known.oauth.rs", "/api/.well-known/oauth"),
        ("[-]dash.rs", "/-dash"),
        ("[_]layout.rs", "/_layout"),
        ("[_layout].rs", "/_layout"),
        ("[_]layout.posts.rs", "/_layout/posts"),
        ("posts[_].$id.rs", "/posts_/$id"),
        ("[posts_].$id.rs", "/posts_/$id"),
        ("[$]id.rs", "/%24id"),
        ("[(]a[)].rs", "/%28a%29"),
        ("[{]a[}].rs", "/%7Ba%7D"),
        ("a[%]20.rs", "/a%2520"),
        ("größe.rs", "/größe"),
        // Underscores.
        ("_authed.me.rs", "/me"),
        ("_authed/me.rs", "/me"),
        ("app._authed.me.rs", "/app/me"),
        ("app/_authed/_admin/users.rs", "/app/users"),
        ("_authed.index.rs", "/"),
        ("_authed/index.rs", "/"),
        ("_authed/$id.index.rs", "/$id"),
        ("posts_.$postId.edit.rs", "/posts/$postId/edit"),
        ("posts_/$postId.edit.rs", "/posts/$postId/edit"),
        ("posts.$postId_.edit.rs", "/posts/$postId/edit"),
        ("posts_.rs", "/posts"),
        ("a_b.rs", "/a_b"),
        ("a_b_.c.rs", "/a_b/c"),
        ("a__.c.rs", "/a_/c"),
        // Params.
        ("$.rs", "/$"),
        ("{$}.rs", "/{$}"),
        ("$lang.about.rs", "/$lang/about"),
        ("{-$lang}.about.rs", "/{-$lang}/about"),
        ("posts.{-$category}.rs", "/posts/{-$category}"),
        ("user-{$id}.rs", "/user-{$id}"),
        ("prefix{$id}suffix.rs", "/prefix{$id}suffix"),
        ("v{$major}[.]{$minor}.rs", "/v{$major}.{$minor}"),
        ("$.edit.rs", "/$/edit"),
        // Groups.
        ("(app).users.rs", "/(app)/users"),
        ("(app)/users.$id.rs", "/(app)/users/$id"),
        ("(app).rs", "/(app)"),
        // Two dots are one.
        ("a..b.rs", "/a/b"),
    ];
    for (file, expected) in cases {
        assert_eq!(Naming::Flat.read(file), route(expected), "{file}");
        pattern::parse(expected).unwrap_or_else(|errors| panic!("{file}: {errors:?}"));
    }
}

#[test]
fn a_name_that_is_no_route_says_why() {
    let cases = [
        (Naming::Nested, "_authed/me.rs", "`_authed` begins with `_` (a group is written `(authed)`)"),
        (Naming::Nested, "api/_layout.rs", "`_layout` begins with `_` (a group is written `(layout)`)"),
        (Naming::Nested, "__root.rs", "`__root` begins with `_` (a group is written `(root)`)"),
        (Naming::Nested, "-draft.rs", "`-draft` begins with `-`"),
        (Naming::Nested, ".hidden/a.rs", "`.hidden` begins with `.`"),
        (Naming::Nested, ".well-known.oauth.rs", "`.well-known.oauth` begins with `.`"),
        (Naming::Nested, "api/mod.rs", "a file `mod.rs` belongs to the module of its folder"),
        (Naming::Flat, "api/mod.rs", "a file `mod.rs` belongs to the module of its folder"),
        (Naming::Flat, "-components/button.rs", "`-components` begins with `-`"),
        (Naming::Flat, ".hidden.rs", "`.hidden` begins with `.`"),
        (Naming::Flat, ".well-knownish.rs", "`.well-knownish` begins with `.`"),
        (Naming::Flat, "__root.rs", "`__root` begins with `_`, so it has no path of its own"),
        (Naming::Flat, "_authed.rs", "`_authed` begins with `_`, so it has no path of its own"),
        (Naming::Flat, "app._authed.rs", "`_authed` begins with `_`, so it has no path of its own"),
        (Naming::Flat, "_authed/route.rs", "`_authed` begins with `_`, so it has no path of its own"),
    ];
    for (naming, file, reason) in cases {
        assert_eq!(naming.read(file), Name::LeftOut(reason.into()), "{file}");
    }
}

#[test]
fn a_flat_name_with_brackets_of_the_other_spelling_is_told_ours() {
    let cases = [
        ("[[lang]]/about.rs", "write `{-$lang}` for `[[lang]]`"),
        ("files/[...path].rs", "write `$` for `[...path]`"),
        ("files/[[...path]].rs", "write `$` for `[[...path]]`"),
        ("a[.rs", "unclosed `[`"),
        ("a[].rs", "`[]` escapes nothing"),
    ];
    for (file, cure) in cases {
        let Name::Bad(mistake) = Naming::Flat.read(file) else { panic!("{file}") };
        assert!(mistake.contains(cure), "{file}: {mistake}");
    }
}

#[test]
fn a_flat_name_has_a_nested_one() {
    let cases = [
        ("feed[.]xml.rs", Some("feed.xml.rs")),
        ("api.rpc.$.rs", Some("api/rpc/$.rs")),
        ("api/$id.download.rs", Some("api/$id/download.rs")),
        ("api.$id.feed[.]xml.rs", Some("api/$id/feed.xml.rs")),
        ("webhooks.$webhookId.index.rs", Some("webhooks/$webhookId/index.rs")),
        ("posts_.$postId.edit.rs", Some("posts/$postId/edit.rs")),
        ("_authed.users.$id.rs", Some("(authed)/users/$id.rs")),
        ("[.]well-known/jwks[.]json.rs", Some(".well-known/jwks.json.rs")),
        ("{$}[.]png.rs", Some("{$}.png.rs")),
        ("api/posts/$id.rs", None),
        ("api/[a.rs", None),
    ];
    for (file, expected) in cases {
        assert_eq!(nested_name(file).as_deref(), expected, "{file}");
    }
}

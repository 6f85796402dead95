mod auth {
    pub fn require_user() {}
}

mod routes {
    start_runtime::guard!(crate::auth::require_user);

    #[start_runtime::api_route("/api/admin")]
    async fn GET() {}
}

mod others {
    start_runtime::guard!("require_user");
}

fn main() {}

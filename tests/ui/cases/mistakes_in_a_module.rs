use start_runtime::prelude::*;

#[api_route("/api/[house]")]
mod students {
    use start_runtime::prelude::*;

    pub async fn GET(hose: String) -> String {
        hose
    }

    #[api_route("/year-[year]")]
    pub async fn students(house: String, year: u16) -> String {
        format!("{house} {year}")
    }
}

fn main() {}

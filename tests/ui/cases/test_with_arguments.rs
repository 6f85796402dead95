#[start_runtime::test]
async fn there_is_a_greeting(house: String) {
    assert_eq!(house, "hello");
}

fn main() {}

use start_runtime::prelude::*;

#[api_route("/many")]
#[allow(clippy::too_many_arguments)]
#[rustfmt::skip]
async fn GET(
    _a0: Data<u8>,
    _a1: Data<u8>,
    _a2: Data<u8>,
    _a3: Data<u8>,
    _a4: Data<u8>,
    _a5: Data<u8>,
    _a6: Data<u8>,
    _a7: Data<u8>,
    _a8: Data<u8>,
    _a9: Data<u8>,
    _a10: Data<u8>,
    _a11: Data<u8>,
    _a12: Data<u8>,
    _a13: Data<u8>,
    _a14: Data<u8>,
    _a15: Data<u8>,
    _a16: Data<u8>,
    _a17: Data<u8>,
    _a18: Data<u8>,
    _a19: Data<u8>,
    _a20: Data<u8>,
    _a21: Data<u8>,
    _a22: Data<u8>,
    _a23: Data<u8>,
    _a24: Data<u8>,
) {
}

fn main() {}

//! Sessions that other programs have sealed. The seals below were made by h3 1.15.11 and iron-webcrypto 2.0.0.

use std::time::Duration;

use start_runtime::serde_json::{Value, json};
use start_runtime::{Iron, SessionConfig, prelude::*, test};

use crate::{Client, config, set};

const PASSWORD: &str = "interop-password-interop-password-32";

/// Seals of `{ "id": "8f2d1b1c-…", "createdAt": 1764144000000, "data": { "user": "luna", "visits": 3, "größe": ["ä", null] } }`
/// and of what is none.
const SEALS: [(&str, &str); 12] = [
    (
        "h3",
        "Fe26.2**0f20d04cb8c32d830a5593829cd763c522d43c146d8a419b4c73cfe97b89e3db*xF7RkOrdTkr_fZuqVWlDyA*utCh-SCX274Bitzq06e9Yz1DEvv5BYQ3GO4TPfwE8QyCSgQQGHJAESkXa07JlNk6djl6JG-b0OPoZoyisVuRHv52lCMIrMLc9B9EEnfjPtNzfYdpo3opU4anX_zU12IpgoWUVPTS1EfvxxdK6_0s6vvXkiLKLrDTRQ999XwPPZM**8f78f35eeef93b8ffcf7a5e7598fa57c5946225a559dc658b7f88d02c172db9b*9IGj2Il4QjWf8mygjsU2kZJ8Bl-n79aiGeYINFUvLQk",
    ),
    (
        "h3_max_age",
        "Fe26.2**f27979e4dcac25de556e6fc8724627d59856ac7a92145dd97efe0d99c0c02134*KphqxXsyL46fgC2U9BalKw*UTtW72JRt7s_JL7-7XQTViXiA6bgmGlOCYpP_qmTIOua1iAUyfMLdUYD760feauw-9GGhoohU8y5esvvu81oYPq138YxWd-rd4rM417mmk5zZ_ubHmVIwXjDY7jR72xj3GP-QPJwJETOR_dJqXVgSeDfH-bGADmRXPtPtlJmTSc*4949281092271*0fc7d935fcc76d5a70e5656fb21439d16605f0ab29db8e19dd4cc370c2180b4f*6NVnznBqtBsSJ0ql0m1fGFoCUzx-B3ybogOx6hSYw7s",
    ),
    (
        "h3_over",
        "Fe26.2**d90ea807189ab639f88f48dfc350f4135e5850122c778e76e0cf68c0e2d1e291*BtdZ6wlbRDF6J4s79QuZXg*EamDcxoGQ88GylDru9Ajv9-y0pAD3cGbJqtE0HE8FXFI8QxpWSzELuNrBFS731FRtM80e0PjKAgsS1MBYqsw2ydcgSi9MBPu0EZXRgKSmAHDo6ZO83jd5WRvDcndv-RZwXd-SplIMvZ-po0BK62OrPBh5kgi7bulAOPGrzjXhOg*1795681093272*c356d216512dc9198d29aa11fba0d6b16154e15304ca3e4392f93854f5286556*7dhFnH1ViZKOuFEpOzDoPis8pBz3fbg15XW6cUDs2N0",
    ),
    (
        "iron2",
        "Fe26.2*key1*adc1668281e623938f8f40c8a375d587654d9bff536a8218fc0a5bd2575fb5bc*Lgav9xsOzEuFR2eDyDD2fA*ad_QBYLS5gx2EvL6szHuDUfaFMLr-2oGxbA8oujgb_G0Qvc4gnVbtbyZdolUlviFH3PKszoeeyW2RAr4w6cyifcAx-fK48XmVIbg39qJaKHafJQRXML1wjjatFqihnwJft1bGp1WD5PUxEvDXwokutdZB8jD8KGo6sR5WcLrt4k**675e3a04998c6e8e54b51449d7f6e618822acc1924a6270aea705e8a5352099f*oVrZHuTMEyol-BMfmuEfNSjKmpbt1PAxw1pJLUuh5rE",
    ),
    (
        "iterations_8192",
        "Fe26.2**ae8d01965fe51a9151ac33e497cd42a617c9dc4108bb7e2ea7842e760f0422c0*jWR9xaY2jLvsh7LsG1ZpNA*I2r5Qll7I9Q8M9eRKInS75P0KO_TNb-IxxyvABKEzV-sBperLheXkvhir3qpuWFme7TBg2abFhB6TnivHGxpckwGxWqWKOTWZE50J5ICu0zKK4hk0AzI79wmd7G1_0RgxO2ro5fgBYx2tmailH9CTxBowUMpZPZKnkaFNjFRSKU27NDmptsYIo5ZzggVUAt28X9D55A82x3fk2bchyo7TQ**93ae3b2506fd8a142864393fbb2da126e7757075be02b87d2d7548e73561d102*f2ru6pJBPUDBoR6IlcnJ62BdHZHsQeSNbesf4ZzTUFA",
    ),
    (
        "iterations_100",
        "Fe26.2**20bcb6f9385687d421419ca440765a5d7427c9f241baca8d34bf4455501471fd*MltXOj6MKt1VnQd2DpASVQ*8RkpJnhes6kyvmcM5BaEv57GfpXizOBRTV3J97SvLiDgXsSahgRIDEhWnyPsbH9T10enY4J9OzJslwQDNPZAs2x5QeWeLM86D26EWikOJQUooEBLEdbiZQLzl5v46QvkJiYA-svVwRswqUt_RXG8u-ZUmTOBCbezSsuUOtZBc_M**489ff7016943a0fcef9656eb375297becce9e3593c32e713ed27a27e86570650*TIAVyDlCoAAhfL6jKFjnhpiA2iBj7xFfpeF1GR-Loms",
    ),
    (
        "other_password",
        "Fe26.2**a76d817cf575c3b87176b632a14820a5cd269d00f58ae85c6f3d319a906ce559*_PHTvkA8E3BBXM8ro1tuvA*Ljxh26ZGNo7uVCiJHFPiXLZEhA6Qe6ViFiudFzhB5Lrh7HbdhBbQEW_48adtNPHDeE8D6vg7iN6sbPBntnG6-O3-BZYTk6Cn9mpAlCX4Dy2p2d4WaONPHZwl4KbGf53W3Eu3b5E43CdXcwa6FeJUI-d2jPXmSVuoF57KXETJ6vg**b33df432ab78d8897b848297c5c7c45a159da35acc336a8ae1f0264f3931e595*m3bMhhgsHokjBxpxbbCKKLZFB20jg5QlGpOqc-T-2qg",
    ),
    (
        "aes_128_ctr",
        "Fe26.2**67f20ba88f7915e9edddea674c7f261d7ee6ab09dabfd34a5c922baa0f17a1d1*yPpN3FeKex81qP9ino731A*rOS27vBusNnLuPilgF156IwXJuSNE-RjZ1VuYNV5d_u5PJU0QgUCC1YsF56zvE3UIhafl-NDVXaKBL8jH0DXHo08E4UjLO28wq_wPfnx4TgmUsnuwNjUuoe5lx9oI0pDBFKHOOQa5WN_uurU57EwDNCVUD24FwuFudc0J0rRkg**e3fe029dc2f5121c80e3b44ca78a24ef89b941a416752977ba848c47f5c96a4a*-E4DD2oNvt-MzrqhruKXT7GQsymiWw9D-MlD3qQE_Xk",
    ),
    (
        "no_session",
        "Fe26.2**e2f19fdd3f071efdef8eb43a55905718027914b9bde1aa16dc7af8f7560328ac*JdeeRQ3zxzNt8l1XbnoWpQ*y-6nBcYgQiZNn_DVPh7_Vg**3d2cfd492d9c0a28f34deb48e8671f903d8534a645b7e568e6fa8204dbc073f6*7UfqPOmatA9DTlNCmt1ShaM_v4lOFzRspABwhmDv_WQ",
    ),
    (
        "text",
        "Fe26.2**17338d04647dad8d456813d9a723f769b0f80355c51de6f1e4eb619e4312cc9f*SIVhN4cNzdF-8DWEmBZSCQ*trww6b99nvucZ_dZzcQ5mg**e867a01aed33ba577bcd2650aac172ecb33e59e9a8820c1ed6d7fb4f0fb4a6c1*uR44EW9nlwDqSwdPOCYesnrsAsVDL1v6i_hQkjX5nCk",
    ),
    (
        "no_data",
        "Fe26.2**4c8693c350e0b942bbe22abe09d41d7293596e18bd52ac31e5ae24cc345c1889*j-AsuMdyT6R3uYD1Lo-RDg*Gp_d2jOnpnhTTsZXEPooRL7gWXqk-jmuNctoumOu33q5r8g7-uWwsnkv-1JfhXwz**3e1007aabc9c2e5807c8ff9a3df6d13ffadfe8d839f2a8853ff8793a5df97622*99_MsuPvCguxf_4fic0yekt4mlGfeRDWwGgfq63iWY0",
    ),
    (
        "early",
        "Fe26.2**27010776e393e96b01bbd54eb4f3921532df2f3700af804477c2fdd4b579e4e6*P9ozn7z2RBU1YGGNlT8Wfg*92VGELbbREYPglWemi6cfnw3mkAbdQ6IsPWy5SjKHcnkK_8YRUN24YM-jII3lwgdAspkQY3OzHwwNlxVgw4j-X8EIOf4Ashhk4Y_aP2zMy-g6gQ-MSgaVJY8iszAMZPWDNTjbGaTLcHiDjuUBoU7CHrwn7hUFAa5E-q-29m-jQ8**2353d85870d34ccd1ba168ca6d9d7920f101da2ab89bb43a357c6802799135e4*QbLNlkWbRLD9V8L3Vdpx3Wd0L1G9zFwpDNG7OJIH7x4",
    ),
];

const FOR_EVER: Duration = Duration::from_secs(200 * 365 * 24 * 60 * 60);

fn seal(name: &str) -> &'static str {
    SEALS.iter().find(|(known, _)| *known == name).unwrap().1
}

fn opening(iron: impl Into<Iron>) -> SessionConfig {
    config().max_age(FOR_EVER).open_iron(iron)
}

#[api_route("/iron")]
mod iron {
    use super::*;

    async fn GET(event: APIEvent) -> Result<Value, Problem> {
        let session = event.session::<Value>().await?;
        Ok(json!({ "id": session.id(), "data": *session, "isNew": session.is_new() }))
    }

    async fn POST(event: APIEvent) -> Result<(), Problem> {
        event.session::<Value>().await?.update(|data| data["more"] = json!("Å"));
        Ok(())
    }
}

fn is_session(value: &Value) -> bool {
    value["id"] == "8f2d1b1c-3f2e-4a55-9a53-0e5d7a4c3b10"
        && value["data"] == json!({ "user": "luna", "visits": 3, "größe": ["ä", null] })
}

#[start_runtime::test]
async fn seals_of_others_open_with_the_old_password_alone() {
    let good = ["h3", "h3_max_age", "iron2", "iterations_8192"];
    let client = Client::new(opening(PASSWORD));
    for (name, seal) in SEALS {
        client.set_cookie("session", seal);
        let answer = client.get("/iron").await;
        assert_eq!(answer.status(), 200, "{name}");
        let is_resealed = set(&answer).len() == 1;
        let session: Value = answer.json().await.unwrap();
        assert_eq!(is_session(&session), good.contains(&name), "{name}: {session}");
        assert_eq!(is_resealed, good.contains(&name) || name == "no_data", "{name}");
        let value = client.cookie("session").unwrap();
        assert_eq!(value.starts_with("Fe26.2"), !is_resealed, "{name}: {value}");
        if is_resealed {
            // From now on without the password.
            let after = Client::new(config().max_age(FOR_EVER));
            after.set_cookie("session", value);
            assert_eq!(after.get("/iron").await.json::<Value>().await.unwrap(), session, "{name}");
        }
    }
    for (iron, name) in [
        (Iron::new("another-password-another-password-32"), "other_password"),
        (Iron::new(PASSWORD).iterations(100), "iterations_100"),
        (Iron::new(PASSWORD).iterations(8192), "iterations_8192"),
    ] {
        let client = Client::new(opening(iron.clone()));
        client.set_cookie("session", seal(name));
        assert!(is_session(&client.get("/iron").await.json().await.unwrap()), "{name}");
        let client = Client::new(opening(iron));
        client.set_cookie("session", seal("h3"));
        assert!(!is_session(&client.get("/iron").await.json().await.unwrap()), "{name}");
    }
    let two = Client::new(opening("another-password-another-password-32").open_iron(PASSWORD));
    for name in ["h3", "other_password"] {
        two.set_cookie("session", seal(name));
        assert!(is_session(&two.get("/iron").await.json().await.unwrap()), "{name}");
    }
}

#[start_runtime::test]
async fn without_the_option_they_are_nobodys_sessions() {
    let client = Client::new(config().max_age(FOR_EVER));
    client.set_cookie("session", seal("h3"));
    let answer = client.get("/iron").await;
    assert_eq!((answer.status().as_u16(), set(&answer)), (200, vec![]));
    assert!(answer.json::<Value>().await.unwrap()["isNew"].as_bool().unwrap());
}

#[start_runtime::test]
async fn the_time_of_a_session_counts_whoever_sealed_it() {
    let client = Client::new(config().max_age(Duration::from_secs(60 * 60)).open_iron(PASSWORD));
    client.set_cookie("session", seal("h3_max_age"));
    assert!(client.get("/iron").await.json::<Value>().await.unwrap()["isNew"].as_bool().unwrap());
}

#[start_runtime::test]
async fn no_change_of_a_seal_opens() {
    let client = Client::new(opening(Iron::new(PASSWORD).iterations(1)));
    client.get("/iron").await;
    let good = seal("h3_max_age");
    for at in 0..good.len() {
        let other = if &good[at..=at] == "1" { "2" } else { "1" };
        for bad in [good[..at].to_owned(), format!("{}{other}{}", &good[..at], &good[at + 1..])] {
            client.set_cookie("session", bad.clone());
            let answer = client.get("/iron").await;
            assert_eq!((answer.status().as_u16(), set(&answer)), (200, vec![]), "{bad}");
            assert!(answer.json::<Value>().await.unwrap()["isNew"].as_bool().unwrap(), "{bad}");
        }
    }
}

#[start_runtime::test]
async fn a_long_seal_in_several_cookies_is_put_together() {
    let client = Client::new(opening(PASSWORD));
    let pieces: Vec<&str> =
        seal("h3").as_bytes().chunks(100).map(|piece| std::str::from_utf8(piece).unwrap()).collect();
    client.set_cookie("session", format!("__chunked__{}", pieces.len()));
    for (index, piece) in pieces.iter().enumerate() {
        client.set_cookie(&format!("session.{}", index + 1), *piece);
    }
    let answer = client.get("/iron").await;
    assert_eq!(set(&answer).len(), 1 + pieces.len(), "sealed anew, and the pieces are gone");
    assert!(is_session(&answer.json().await.unwrap()));
    assert_eq!(client.jar.borrow().len(), 1);
    assert!(is_session(&client.get("/iron").await.json().await.unwrap()));

    for (count, missing) in [("101", 0), ("1e3", 0), ("-1", 0), ("", 0), ("5", 3)] {
        let client = Client::of(&client.app);
        client.set_cookie("session", format!("__chunked__{count}"));
        for (index, piece) in pieces.iter().enumerate().filter(|(index, _)| index + 1 != missing) {
            client.set_cookie(&format!("session.{}", index + 1), *piece);
        }
        assert_eq!(client.get("/iron").await.json::<Value>().await.unwrap()["isNew"], true, "{count}");
    }
}

#[start_runtime::test]
async fn both_programs_share_their_sessions_while_they_run_side_by_side() {
    let ours = Client::new(config().max_age(FOR_EVER));
    ours.post("/iron").await;
    let sealed_by_us = ours.cookie("session").unwrap();

    let client = Client::new(opening(PASSWORD).keep_iron());
    client.set_cookie("session", seal("h3"));
    let answer = client.get("/iron").await;
    assert_eq!(set(&answer), [""; 0], "it stays as it is");
    client.post("/iron").await;
    let kept = client.cookie("session").unwrap();
    assert!(kept.starts_with("Fe26.2**") && kept.split('*').count() == 8, "{kept}");
    let session: Value = client.get("/iron").await.json().await.unwrap();
    assert_eq!(
        (&session["id"], &session["data"]["more"]),
        (&json!("8f2d1b1c-3f2e-4a55-9a53-0e5d7a4c3b10"), &json!("Å"))
    );

    client.set_cookie("session", sealed_by_us);
    assert_eq!(client.get("/iron").await.json::<Value>().await.unwrap()["data"]["more"], "Å");
    assert!(client.cookie("session").unwrap().starts_with("Fe26.2"), "the other program reads it from now on");
}

#[start_runtime::test]
async fn use_is_written_down_once_in_a_while_in_their_format_too() {
    for (config, is_written) in [
        (config().max_age(Duration::from_secs(60)), false),
        (config().idle_timeout(Duration::from_secs(60)), false),
        // A tenth of it is longer than a busy machine takes for a request.
        (config().idle_timeout(Duration::from_secs(10)), true),
        (config().max_age(Duration::MAX).idle_timeout(Duration::MAX), false),
    ] {
        let client = Client::new(config.open_iron(PASSWORD).keep_iron());
        client.post("/iron").await;
        assert_eq!(set(&client.get("/iron").await), [""; 0]);
        actix_web::rt::time::sleep(Duration::from_millis(1100)).await;
        let answer = client.get("/iron").await;
        assert_eq!(set(&answer).len(), usize::from(is_written));
        assert_eq!(answer.json::<Value>().await.unwrap()["isNew"], false);
    }
}

#[start_runtime::test]
async fn a_password_that_h3_would_refuse_is_refused() {
    for (config, expected) in [
        (config().open_iron("short"), "5 characters"),
        (config().open_iron(""), "0 characters"),
        (config().keep_iron(), "open_iron(password)"),
    ] {
        let listening = Start::new().session(config).listen(([127, 0, 0, 1], 0).into()).await;
        let text = listening.err().unwrap().to_string();
        assert!(text.contains(expected), "{text}");
    }
}

#[start_runtime::test]
async fn many_seals_at_once_are_opened() {
    let app = test::app_with(Start::new().session(opening(PASSWORD)));
    app.get("/iron").await;
    let tasks: Vec<_> = (0..40)
        .map(|number| {
            let client = Client::of(&app);
            client.set_cookie("session", seal(if number % 2 == 0 { "iterations_8192" } else { "iterations_100" }));
            actix_web::rt::spawn(async move {
                let session: Value = client.get("/iron").await.json().await.unwrap();
                assert_eq!(is_session(&session), number % 2 == 0);
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

//! `ca` in the settings: a robot and a mail server inside the house, for whose certificates only the
//! house itself vouches.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::Arc,
    thread::JoinHandle,
};

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use serde_json::json;

use super::support::{
    fake_mail::{FakeMail, Rules, Security},
    workplace::Workplace,
};

/// An authority of the house, and a certificate it gave to `localhost`.
struct House {
    authority: String,
    tls: Arc<ServerConfig>,
}

impl House {
    fn found() -> Self {
        let mut of_authority = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
        of_authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = rcgen::KeyPair::generate().unwrap();
        let authority = of_authority.self_signed(&key).unwrap();
        let issuer = rcgen::Issuer::new(of_authority, key);
        let own = rcgen::KeyPair::generate().unwrap();
        let certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = certificate.signed_by(&own, &issuer).unwrap();
        let own = PrivatePkcs8KeyDer::from(own.serialize_der());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(own))
            .unwrap();
        Self { authority: authority.pem(), tls: Arc::new(tls) }
    }

    /// A receiver that says yes to the next `count` connections, however far they come. Returns its
    /// port, and in the end what it read.
    fn receiver(&self, count: usize) -> (u16, JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let tls = Arc::clone(&self.tls);
        let serving = std::thread::spawn(move || {
            let mut read = Vec::new();
            for stream in listener.incoming().take(count) {
                let connection = ServerConnection::new(Arc::clone(&tls)).unwrap();
                let mut stream = StreamOwned::new(connection, stream.unwrap());
                let mut bytes = [0; 4096];
                if let Ok(length) = stream.read(&mut bytes) {
                    read.push(String::from_utf8_lossy(&bytes[..length]).into_owned());
                    let answer =
                        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";
                    let _ = stream.write_all(answer);
                    let _ = stream.flush();
                }
            }
            read
        });
        (port, serving)
    }
}

const SCHEDULE: &str = "reminders:\n  a: { when: every day at 09:00, to: TARGET, text: 政策 }\n";

#[test]
fn a_robot_of_the_house_is_trusted_by_its_authority_alone() {
    let house = House::found();
    let (port, serving) = house.receiver(2);
    let office = Workplace::empty().variable("HOOK", &format!("https://localhost:{port}/x"));
    let settings = "targets: { board: { robot: webhook, webhook: env:HOOK } }\n";
    office.write("schedules/a.yaml", SCHEDULE.replace("TARGET", "board"));
    office.write("house.pem", &house.authority);
    office.write("dingdong.yaml", settings);
    let (_, sent) = office.json(&["send", "a", "--yes", "--wait", "0"]);
    assert_eq!(sent["deliveries"][0]["code"], json!("tls"), "{sent}");
    let id = sent["deliveries"][0]["id"].as_str().unwrap();
    assert_eq!(office.run(&["cancel", id]).code, Some(0));
    office.write("dingdong.yaml", format!("{settings}ca: house.pem\n"));
    let (code, sent) = office.json(&["send", "a", "--yes"]);
    assert_eq!((code, &sent["deliveries"][0]["state"]), (Some(0), &json!("delivered")), "{sent}");
    let read = serving.join().unwrap();
    assert!(read.len() == 1 && read[0].starts_with("POST /x HTTP/1.1"), "{read:?}");
}

#[test]
fn a_mail_server_of_the_house_is_trusted_by_the_same_file() {
    let fake = FakeMail::start(Rules { security: Security::StartTls, ..Rules::default() });
    let office = Workplace::empty();
    let settings = format!(
        "targets:\n  staff: {{ robot: email, host: localhost, port: {}, tls: starttls, \
         from: a@example.com, to: b@example.com }}\n",
        fake.port()
    );
    office.write("schedules/a.yaml", SCHEDULE.replace("TARGET", "staff"));
    // The file may hold several: the one that counts is not the first.
    office.write("house.pem", House::found().authority + &fake.certificate);
    office.write("dingdong.yaml", &settings);
    let (_, sent) = office.json(&["send", "a", "--yes", "--wait", "0"]);
    assert_eq!(sent["deliveries"][0]["code"], json!("tls"), "{sent}");
    // A file that is not there is named, and not taken for a server nobody trusts.
    office.write("dingdong.yaml", format!("{settings}ca: nowhere.pem\n"));
    let (_, sent) = office.json(&["send", "a", "--yes", "--wait", "0"]);
    assert_eq!(sent["deliveries"][0]["code"], json!("setup"), "{sent}");
    assert!(sent["deliveries"][0]["reason"].as_str().unwrap().contains("nowhere.pem"), "{sent}");
    assert!(fake.taken().is_empty());
    office.write("dingdong.yaml", format!("{settings}ca: house.pem\n"));
    let (code, sent) = office.json(&["send", "a", "--yes"]);
    assert_eq!((code, &sent["deliveries"][0]["state"]), (Some(0), &json!("delivered")), "{sent}");
    assert!(fake.taken()[0].secured);
}

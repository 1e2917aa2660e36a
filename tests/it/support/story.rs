//! A story told with the manual clock: the service's loops as `run` puts them together, moved from
//! instant to instant by the test. Nobody waits for real time, and every round is the loops' own.

use std::{
    io,
    path::Path,
    sync::{Arc, Mutex},
};

use dingdong::{
    app::{self, FileSource, Machine},
    clock::ManualClock,
    daemon::{
        alerter::Alerter,
        answers::Answers,
        chance::Chance,
        changes::Changes,
        composer::Composer,
        dispatcher::Dispatcher,
        folders::Folders,
        housekeeping::Housekeeping,
        reloader::{Reloaded, Reloader},
        rescuer::Rescuer,
        scheduler::Scheduler,
        shared::Shared,
        world::Source,
    },
    outbox::{OccurrenceRecord, OpenMode, Outbox, OwnerLock},
    send::Printer,
    settings::{environment::Environment, zones::Zones},
};
use jiff::{SignedDuration, Timestamp, civil, tz};
use tokio_util::sync::CancellationToken;

use super::{fake_dingtalk::FakeDingtalk, workplace::Workplace};

/// An instant on Shanghai's clocks; seconds may be left out.
pub(crate) fn at(civil: &str) -> Timestamp {
    let time: civil::DateTime = civil.parse().unwrap();
    tz::Offset::constant(8).to_timestamp(time).unwrap()
}

/// A process of the service, with a clock that moves only when told.
pub(crate) struct Story<'a> {
    fake: &'a FakeDingtalk,
    clock: ManualClock,
    /// How far the vendor's clock is ahead of this machine's.
    vendor_ahead: SignedDuration,
    pub(crate) shared: Shared,
    scheduler: Scheduler,
    folders: Folders,
    changes: Box<Changes>,
    composer: Composer,
    dispatcher: Dispatcher,
    rescuer: Rescuer,
    alerter: Alerter,
    answers: Answers,
    reloader: Reloader,
    pub(crate) housekeeping: Housekeeping,
    rescues: bool,
    _owner: OwnerLock,
}

/// No jitter, and tokens that count.
#[derive(Debug, Default)]
struct Steady(Mutex<u64>);

impl Chance for Steady {
    fn unit(&self) -> f64 {
        0.5
    }

    fn token(&self) -> String {
        let mut count = self.0.lock().unwrap();
        *count += 1;
        format!("token{count}")
    }
}

/// Whatever the console robot prints is not looked at.
struct Nowhere;

impl Printer for Nowhere {
    fn print(&self, _card: &str) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> Story<'a> {
    /// Starts the service in this office at that instant.
    pub(crate) async fn begin(office: &Workplace, fake: &'a FakeDingtalk, now: Timestamp) -> Self {
        let variables: Vec<_> = office
            .variables()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let machine = Machine {
            environment: Environment::fixed(&variables, Some("Asia/Shanghai")),
            zones: Zones::newest(Path::new("/nowhere")),
        };
        let config = office.path("dingdong.yaml");
        let settings = machine.settings(Some(&config)).settings.unwrap();
        let outbox = Outbox::open(&settings.store, OpenMode::Write).await.unwrap();
        let source = Arc::new(FileSource::new(Some(config), machine.clone()));
        let loaded = source.load(&outbox.last_good().await.unwrap()).unwrap();
        outbox.keep_good(&loaded.good, now).await.unwrap();
        let parts =
            app::parts(outbox, loaded.world, &settings, &machine, Arc::new(Nowhere)).unwrap();
        let clock = ManualClock::new(now);
        let shared = Shared {
            clock: Arc::new(clock.clone()),
            chance: Arc::new(Steady::default()),
            ..parts.shared
        };
        let dispatcher = Dispatcher::new(shared.clone());
        let mut story = Self {
            fake,
            clock,
            vendor_ahead: SignedDuration::ZERO,
            scheduler: Scheduler::new(shared.clone()),
            folders: Folders::new(shared.clone()),
            changes: Box::new(Changes::new(shared.clone())),
            composer: Composer::new(shared.clone()).handing_to(dispatcher.seats()),
            dispatcher,
            rescuer: Rescuer::new(shared.clone()),
            alerter: Alerter::new(shared.clone(), parts.channels.alerts),
            answers: Answers::new(shared.clone()),
            reloader: Reloader::new(shared.clone(), source, parts.channels.swap),
            housekeeping: Housekeeping::new(shared.clone()),
            rescues: true,
            shared,
            _owner: parts.owner,
        };
        fake.set_now(now);
        story.folders.run_once().await.unwrap();
        story.scheduler.load().await.unwrap();
        Box::pin(story.work()).await;
        story
    }

    /// What the clock shows.
    pub(crate) fn now(&self) -> Timestamp {
        use dingdong::clock::Clock as _;
        self.clock.now()
    }

    /// Lets time pass: the loops work at every instant at which one of them wakes, and at the end.
    pub(crate) async fn pass_until(&mut self, end: Timestamp) {
        while let Some(next) = self.next_wake().await.filter(|next| *next <= end) {
            self.show(next.max(self.now()));
            self.work().await;
        }
        self.show(end);
        self.work().await;
    }

    /// Somebody sets the clock: every loop wakes and looks again. The vendor's goes on as it went.
    pub(crate) async fn step_to(&mut self, to: Timestamp) {
        self.vendor_ahead += self.now().duration_since(to);
        self.clock.step_to(to);
        self.scheduler.load().await.unwrap();
        self.work().await;
    }

    /// From now on the vendor's clock is so far ahead of this machine's.
    pub(crate) fn set_vendor_ahead(&mut self, ahead: SignedDuration) {
        self.vendor_ahead = ahead;
        self.show(self.now());
    }

    /// Time passes and no loop works, as when they hang, or the machine sleeps.
    pub(crate) fn stall_until(&self, now: Timestamp) {
        self.show(now);
    }

    /// The rescuer does not get to its work any more, as when the process is about to end.
    pub(crate) fn stop_rescuing(&mut self) {
        self.rescues = false;
    }

    /// What follows SIGHUP or a saved file.
    pub(crate) async fn reload(&mut self) -> Reloaded {
        let reloaded = self.reloader.run_once().await.unwrap();
        self.folders.run_once().await.unwrap();
        self.scheduler.load().await.unwrap();
        // Saving is over.
        self.answers.run_once().await.unwrap();
        self.work().await;
        reloaded
    }

    /// One round of every loop, until none has anything left to do.
    pub(crate) async fn work(&mut self) {
        loop {
            let planned = self.scheduler.run_once().await.unwrap();
            let noticed = Box::pin(self.changes.run_once()).await.unwrap();
            let composed = self.composer.run_once().await.unwrap();
            let sent = self.dispatcher.run_once(None).await.unwrap();
            let saved = match self.rescues {
                true => self.rescuer.run_once().await.unwrap(),
                false => Default::default(),
            };
            let told = self.alerter.run_once().await;
            let idle = planned == Default::default()
                && noticed.rows == 0
                && composed == Default::default()
                && sent == Default::default()
                && saved == Default::default();
            if idle && told == 0 {
                return;
            }
        }
    }

    /// What the loops raised is told, and nothing else is done. Returns how many messages.
    pub(crate) async fn tell(&mut self) -> usize {
        self.alerter.run_once().await
    }

    /// One round of the loop that sees changes, and of no other.
    pub(crate) async fn notice(&mut self) -> usize {
        Box::pin(self.changes.run_once()).await.unwrap().rows
    }

    /// Plans and composes what is due and has the dispatcher send it; once `amid` is over, while
    /// requests hang, the service is told to stop, and time goes on until it has. The log is left.
    pub(crate) async fn stop_amid(
        mut self,
        amid: impl Future<Output = ()>,
    ) -> Vec<OccurrenceRecord> {
        self.scheduler.run_once().await.unwrap();
        self.composer.run_once().await.unwrap();
        let stop = CancellationToken::new();
        let dispatcher =
            std::mem::replace(&mut self.dispatcher, Dispatcher::new(self.shared.clone()));
        let mut running = std::pin::pin!(dispatcher.run(stop.clone()));
        tokio::select! {
            () = &mut running => panic!("the dispatcher ended by itself"),
            () = amid => stop.cancel(),
        }
        loop {
            tokio::select! {
                biased;
                () = &mut running => break,
                () = tokio::task::yield_now() => {}
            }
            // Time goes on when somebody waits for it.
            if let Some(next) = self.clock.first_sleeper() {
                self.show(next.max(self.now()));
            }
        }
        self.log().await
    }

    /// The whole log, oldest first.
    pub(crate) async fn log(&self) -> Vec<OccurrenceRecord> {
        let all = dingdong::outbox::LogQuery { limit: 10_000, ..Default::default() };
        let mut log = self.shared.outbox.log(&all).await.unwrap();
        log.reverse();
        log
    }

    fn show(&self, now: Timestamp) {
        self.clock.advance_to(now);
        self.fake.set_now(now + self.vendor_ahead);
    }

    async fn next_wake(&self) -> Option<Timestamp> {
        let dispatcher = self.dispatcher.next_claim().await.unwrap();
        let rescuer = match self.rescues {
            true => self.shared.outbox.next_rescue().await.unwrap(),
            false => None,
        };
        let timed = self.scheduler.next_due().into_iter().chain(self.changes.next_wake());
        timed.chain(dispatcher).chain(rescuer).min()
    }
}

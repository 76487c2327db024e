//! The refresh protocol as a model: three processes, a lock file, a record with its write-ahead
//! file, a server whose refresh tokens are good once and which ends a session when one comes twice.
//! Every order of their steps is tried, with a death at any of them.
//!
//! The names are the code's: `settle`, `prepare`, `commit`, `refused`, `Intent`. Not in the model:
//! time, several machines, a server's grace (but see [`Server::forgives`]), and the pair of a
//! caller and its helper process: they share one lock, and are one process here. Where a lock
//! cannot be lent (Windows) the pair is still one process, which gives the lock up and takes it
//! again as the helper ([`Protocol::hands_over`]); what keeps others from coming between is not in
//! the model, so that they always can. A `login` in
//! another process takes the same lock and adds no new step; a program that writes the record
//! without the lock is the [`Outsider`](Action::Outsider).

use stateright::{Checker, Model, Property};

mod steps;

use steps::{die, serve};

/// What a refresh token is here: how many came before it.
type Token = u8;

/// What is promised, and what a mutant breaks.
const ONE_SPEND: &str = "never two spends of one token while its successor is stored";
const WHOLE: &str = "the record is always whole";
const NO_WAY_BACK: &str = "a stored refresh token is never older than one that was stored";
const OWN_END: &str = "a refusal ends only the session that was refused";
const NO_LOSS: &str = "a session is lost only to a death inside the window";

/// What is taken away from the protocol, to see whether a promise breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mutant {
    None,
    NoLock,
    NoCheckAfterLock,
    UnlinkTheLockFile,
    BreakTheLockByAge,
    ClearWithoutComparing,
    NoRollForward,
    RenameBeforeItIsWhole,
    HelperWithoutTheLock,
    HelperWithoutComparing,
}

#[derive(Clone, Debug)]
struct Protocol {
    mutant: Mutant,
    forgives: bool,
    /// Whether the lock is given up for the helper process, which takes it again.
    hands_over: bool,
    /// How often each process looks again when it is done.
    again: u8,
    deaths: u8,
    /// Requests or answers that the network loses.
    losses: u8,
    outsiders: u8,
}

/// The next step of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Step {
    Peek,
    /// `open` of the lock file.
    Open,
    /// `flock` on the file that was opened.
    Acquire,
    /// Is it still the file that the path leads to?
    IsStill,
    /// Read under the lock; roll forward what a dead writer left whole.
    Settle,
    /// The caller gives up the lock; from here on the process is the helper.
    HandOver,
    /// The helper waits for the lock.
    TakeOver,
    /// Is everything as the caller found it?
    Compare,
    Prepare,
    Send,
    /// Waits for the answer.
    Sent,
    /// The successor is in memory.
    Commit(Token),
    /// Half of the successor is in the write-ahead file.
    Torn(Token),
    /// All of it.
    Rename,
    /// The server said no.
    Refused,
    Unlock,
    Done,
    Dead,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Process {
    step: Step,
    /// How often it will look again when it is done.
    again: u8,
    /// The generation that it found expired.
    seen: u8,
    /// The lock file that it has open.
    file: u8,
    /// The refresh token that it read, and the generation of its record.
    token: Token,
    generation: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Record {
    generation: u8,
    token: Token,
    whole: bool,
    /// Which login began it: the outsider's is another.
    session: u8,
    refused: bool,
    cleared: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Pending {
    Nothing,
    Intent { spends: Token },
    Torn,
    Whole(Record),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Server {
    newest: Token,
    /// A spent token came again: everything of this family is dead.
    revoked: bool,
    /// Whether the token directly before the newest is taken again, and gives the same pair.
    forgives: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    processes: Vec<Process>,
    /// Which process holds each lock file that ever had the name; the last one has it now.
    locks: Vec<Option<usize>>,
    record: Record,
    pending: Pending,
    server: Server,
    /// Requests that have left and not arrived, the eldest first. A death does not call them back.
    network: Vec<(usize, Token)>,
    deaths: u8,
    losses: u8,
    outsiders: u8,
    /// The newest token that was ever stored.
    newest_stored: Token,
    /// A process died between the server's rotation and the record.
    window: bool,
    broken: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Action {
    Go(usize),
    /// The request arrives; the process that sent it hears the answer, if it lives.
    Serve(usize, Token),
    Die(usize),
    /// The request never arrives.
    LoseRequest(usize, Token),
    /// It is served, and the answer never arrives.
    LoseAnswer(usize, Token),
    /// A program without the lock puts another login's record there.
    Outsider,
}

impl Model for Protocol {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        let process = Process {
            step: Step::Peek,
            again: self.again,
            seen: 0,
            file: 0,
            token: 0,
            generation: 0,
        };
        let record = Record {
            generation: 1,
            token: 0,
            whole: true,
            session: 0,
            refused: false,
            cleared: false,
        };
        vec![World {
            processes: vec![process; 3],
            locks: vec![None],
            record,
            pending: Pending::Nothing,
            server: Server {
                newest: 0,
                revoked: false,
                forgives: self.forgives,
            },
            network: vec![],
            deaths: self.deaths,
            losses: self.losses,
            outsiders: self.outsiders,
            newest_stored: 0,
            window: false,
            broken: None,
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        for (who, process) in world.processes.iter().enumerate() {
            let waits = match process.step {
                Step::Done => process.again == 0,
                Step::Sent | Step::Dead => true,
                Step::Acquire | Step::TakeOver => self.must_wait(world, process),
                _ => false,
            };
            if !waits {
                actions.push(Action::Go(who));
            }
            if world.deaths > 0 && !matches!(process.step, Step::Done | Step::Dead) {
                actions.push(Action::Die(who));
            }
        }
        // A server that forgives only the last token has to be asked in order: no client can do
        // anything about a request of the dead that comes two refreshes later.
        let arriving = if self.forgives {
            1
        } else {
            world.network.len()
        };
        for (who, token) in world.network.iter().take(arriving).copied() {
            actions.push(Action::Serve(who, token));
            if world.losses > 0 {
                actions.extend([
                    Action::LoseRequest(who, token),
                    Action::LoseAnswer(who, token),
                ]);
            }
        }
        if world.outsiders > 0 {
            actions.push(Action::Outsider);
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut next = world.clone();
        match action {
            Action::Go(who) => self.go(&mut next, who),
            Action::Serve(who, token) => serve(&mut next, who, token),
            Action::Die(who) => die(&mut next, who),
            Action::LoseRequest(who, token) | Action::LoseAnswer(who, token) => {
                next.losses -= 1;
                let unheard = &mut next.processes[who];
                // It hears of no answer, and leaves its intent where it is.
                if unheard.step == Step::Sent {
                    unheard.step = Step::Unlock;
                }
                if action == Action::LoseAnswer(who, token) {
                    serve(&mut next, who, token);
                }
                next.network.retain(|request| *request != (who, token));
            }
            Action::Outsider => {
                next.outsiders -= 1;
                let generation = next.record.generation + 1;
                next.record = Record {
                    generation,
                    session: 1,
                    refused: false,
                    cleared: false,
                    ..next.record
                };
            }
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(ONE_SPEND, |_, world: &World| {
                world.broken != Some("spent again")
            }),
            Property::always(WHOLE, |_, world: &World| world.record.whole),
            Property::always(NO_WAY_BACK, |_, world: &World| {
                let waiting = if let Pending::Whole(record) = world.pending {
                    record.token
                } else {
                    0
                };
                let newest = world.record.token.max(waiting);
                world.record.session != 0 || world.record.cleared || newest >= world.newest_stored
            }),
            Property::always(OWN_END, |_, world: &World| {
                world.broken != Some("another's session")
            }),
            Property::always(NO_LOSS, |protocol: &Protocol, world: &World| {
                !world.server.revoked || world.window && !protocol.forgives
            }),
            Property::always(
                "only the one who has the lock spends",
                |_, world: &World| world.network.len() <= 1 || world.window,
            ),
            Property::eventually("no process waits for ever", |_, world: &World| {
                world
                    .processes
                    .iter()
                    .all(|process| matches!(process.step, Step::Done | Step::Dead))
            }),
            Property::sometimes("a refresh succeeds", |_, world: &World| {
                world.record.generation > 1
            }),
        ]
    }
}

fn protocol(mutant: Mutant) -> Protocol {
    Protocol {
        mutant,
        forgives: false,
        hands_over: false,
        again: 0,
        deaths: 2,
        losses: 1,
        outsiders: 0,
    }
}

#[test]
fn every_order_of_every_step_with_two_deaths_keeps_every_promise() {
    // Many mishaps to each process once; and one, to processes that come again.
    let again = Protocol {
        again: 1,
        deaths: 1,
        losses: 1,
        ..protocol(Mutant::None)
    };
    let hands_over = Protocol {
        hands_over: true,
        ..protocol(Mutant::None)
    };
    for protocol in [protocol(Mutant::None), again, hands_over] {
        let checker = protocol.clone().checker().threads(2).spawn_bfs().join();
        checker.assert_properties();
        let worlds = checker.unique_state_count();
        println!("{worlds} worlds: {protocol:?}");
        assert!(worlds > 10_000, "{worlds} worlds are too few");
    }
}

#[test]
fn a_forgiving_server_loses_no_session_at_all() {
    let forgiving = Protocol {
        forgives: true,
        ..protocol(Mutant::None)
    };
    forgiving
        .checker()
        .threads(2)
        .spawn_bfs()
        .join()
        .assert_properties();
}

#[test]
fn a_program_that_writes_without_the_lock_is_not_written_over() {
    let visited = Protocol {
        outsiders: 1,
        deaths: 1,
        ..protocol(Mutant::None)
    };
    visited
        .checker()
        .threads(2)
        .spawn_bfs()
        .join()
        .assert_properties();
}

#[test]
fn whatever_is_taken_away_is_missed() {
    let all = [
        (Mutant::NoLock, NO_LOSS),
        (Mutant::NoCheckAfterLock, ONE_SPEND),
        (Mutant::UnlinkTheLockFile, NO_LOSS),
        (Mutant::BreakTheLockByAge, NO_LOSS),
        (Mutant::ClearWithoutComparing, OWN_END),
        (Mutant::NoRollForward, NO_WAY_BACK),
        (Mutant::RenameBeforeItIsWhole, WHOLE),
        (Mutant::HelperWithoutTheLock, ONE_SPEND),
        (Mutant::HelperWithoutComparing, ONE_SPEND),
    ];
    for (mutant, promise) in all {
        let outsiders = u8::from(mutant == Mutant::ClearWithoutComparing);
        let is_of_hand_over = [Mutant::HelperWithoutTheLock, Mutant::HelperWithoutComparing];
        let broken = Protocol {
            outsiders,
            hands_over: is_of_hand_over.contains(&mutant),
            ..protocol(mutant)
        };
        let checker = broken.checker().threads(2).spawn_bfs().join();
        let path = checker.discovery(promise);
        assert!(path.is_some(), "{mutant:?}: no promise broke");
    }
}

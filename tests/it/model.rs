//! The refresh protocol as a model: three processes, a lock file, a record with its write-ahead
//! file, a server whose refresh tokens are good once and which ends a session when one comes twice.
//! Every order of their steps is tried, with a death at any of them.
//!
//! The names are the code's: `settle`, `prepare`, `commit`, `refused`, `Intent`. Not in the model:
//! time, several machines, a server's grace (but see [`Server::forgives`]), and the pair of a
//! caller and its helper process: they share one lock, and are one process here. A `login` in
//! another process takes the same lock and adds no new step; a program that writes the record
//! without the lock is the [`Outsider`](Action::Outsider).

use stateright::{Checker, Model, Property};

/// What a refresh token is here: how many came before it.
type Token = u8;

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
}

#[derive(Clone, Debug)]
struct Protocol {
    mutant: Mutant,
    forgives: bool,
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
                Step::Acquire => self.must_wait(world, process),
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
            Property::always(
                "never two spends of one token while its successor is stored",
                |_, world: &World| world.broken != Some("spent again"),
            ),
            Property::always("the record is always whole", |_, world: &World| {
                world.record.whole
            }),
            Property::always(
                "a stored refresh token is never older than one that was stored",
                |_, world: &World| {
                    let waiting = if let Pending::Whole(record) = world.pending {
                        record.token
                    } else {
                        0
                    };
                    let newest = world.record.token.max(waiting);
                    world.record.session != 0
                        || world.record.cleared
                        || newest >= world.newest_stored
                },
            ),
            Property::always(
                "a refusal ends only the session that was refused",
                |_, world: &World| world.broken != Some("another's session"),
            ),
            Property::always(
                "a session is lost only to a death inside the window",
                |protocol: &Protocol, world: &World| {
                    !world.server.revoked || world.window && !protocol.forgives
                },
            ),
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

impl Protocol {
    fn must_wait(&self, world: &World, process: &Process) -> bool {
        match world.locks[usize::from(process.file)] {
            None => false,
            // Its holder waits for the server, and that takes long.
            Some(holder) if self.mutant == Mutant::BreakTheLockByAge => {
                world.processes[holder].step != Step::Sent
            }
            Some(_) => true,
        }
    }

    fn go(&self, world: &mut World, who: usize) {
        let mut process = world.processes[who].clone();
        process.step = match process.step {
            Step::Peek => {
                (process.seen, process.token) = (world.record.generation, world.record.token);
                process.generation = process.seen;
                match self.mutant {
                    // Refused, or another login's, whose token is fresh.
                    _ if world.record.refused || world.record.session != 0 => Step::Done,
                    Mutant::NoLock => Step::Settle,
                    _ => Step::Open,
                }
            }
            Step::Open => {
                process.file = u8::try_from(world.locks.len() - 1).expect("few files");
                Step::Acquire
            }
            Step::Acquire => {
                world.locks[usize::from(process.file)] = Some(who);
                Step::IsStill
            }
            Step::IsStill => {
                let is_still = usize::from(process.file) == world.locks.len() - 1;
                if is_still || self.mutant == Mutant::UnlinkTheLockFile {
                    Step::Settle
                } else {
                    world.locks[usize::from(process.file)] = None;
                    Step::Open
                }
            }
            Step::Settle => self.settle(world, &mut process),
            Step::Prepare => {
                world.pending = Pending::Intent {
                    spends: process.token,
                };
                Step::Send
            }
            Step::Send => {
                let stored = match world.pending {
                    Pending::Whole(record) => record.token.max(world.record.token),
                    _ => world.record.token,
                };
                if stored > process.token && world.record.session == 0 {
                    world.broken = Some("spent again");
                }
                world.network.push((who, process.token));
                Step::Sent
            }
            Step::Commit(token) => {
                world.pending = Pending::Torn;
                Step::Torn(token)
            }
            Step::Torn(token) => {
                let generation = process.generation + 1;
                let record = Record {
                    generation,
                    token,
                    whole: true,
                    session: 0,
                    refused: false,
                    cleared: false,
                };
                if self.mutant == Mutant::RenameBeforeItIsWhole {
                    world.record = Record {
                        whole: false,
                        ..record
                    };
                }
                world.pending = Pending::Whole(record);
                world.newest_stored = world.newest_stored.max(token);
                Step::Rename
            }
            Step::Rename => {
                // `write_if`: the version is compared first. That and the rename are one step here.
                if let Pending::Whole(record) = world.pending
                    && world.record.generation == process.generation
                {
                    store(world, record);
                }
                Step::Unlock
            }
            Step::Refused => {
                self.refused(world, &process);
                Step::Unlock
            }
            Step::Unlock => {
                let file = usize::from(process.file);
                if world.locks[file] == Some(who) {
                    world.locks[file] = None;
                    if self.mutant == Mutant::UnlinkTheLockFile && world.locks.len() < 4 {
                        world.locks.push(None);
                    }
                }
                Step::Done
            }
            Step::Done => {
                process.again -= 1;
                Step::Peek
            }
            waiting @ (Step::Sent | Step::Dead) => waiting,
        };
        world.processes[who] = process;
    }

    /// Reads under the lock. A dead writer's whole record is rolled forward; what a sibling brought
    /// is taken.
    fn settle(&self, world: &mut World, process: &mut Process) -> Step {
        if self.mutant == Mutant::NoCheckAfterLock {
            return Step::Prepare;
        }
        if let Pending::Whole(record) = world.pending
            && record.generation > world.record.generation
            && self.mutant != Mutant::NoRollForward
        {
            store(world, record);
        }
        if let Pending::Intent { spends } = world.pending
            && spends != world.record.token
        {
            world.pending = Pending::Nothing;
        }
        (process.token, process.generation) = (world.record.token, world.record.generation);
        if world.record.generation > process.seen || world.record.refused {
            return Step::Unlock;
        }
        Step::Prepare
    }

    /// Marks the session as refused, if the record is still the one that was.
    fn refused(&self, world: &mut World, process: &Process) {
        if self.mutant == Mutant::ClearWithoutComparing {
            if world.record.session != 0 || world.record.token != process.token {
                world.broken = Some("another's session");
            }
            world.record.cleared = true;
            return;
        }
        if world.record.generation == process.generation {
            world.record.refused = true;
        }
        world.pending = Pending::Nothing;
    }
}

/// The rename.
fn store(world: &mut World, record: Record) {
    world.record = record;
    world.pending = Pending::Nothing;
}

fn serve(world: &mut World, who: usize, token: Token) {
    world.network.retain(|request| *request != (who, token));
    let server = &mut world.server;
    let forgiven = server.forgives && token + 1 == server.newest;
    let answer = if server.revoked {
        Step::Refused
    } else if token == server.newest {
        server.newest += 1;
        Step::Commit(server.newest)
    } else if forgiven {
        Step::Commit(server.newest)
    } else {
        server.revoked = true;
        Step::Refused
    };
    match (world.processes[who].step, answer) {
        (Step::Sent, answer) => world.processes[who].step = answer,
        (_, Step::Commit(_)) => world.window = true,
        _ => {}
    }
}

fn die(world: &mut World, who: usize) {
    world.deaths -= 1;
    let process = &mut world.processes[who];
    // A request that has left may still be served.
    world.window |= matches!(process.step, Step::Sent | Step::Commit(_) | Step::Torn(_));
    process.step = Step::Dead;
    for lock in &mut world.locks {
        if *lock == Some(who) {
            *lock = None;
        }
    }
}

fn protocol(mutant: Mutant) -> Protocol {
    Protocol {
        mutant,
        forgives: false,
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
    for protocol in [protocol(Mutant::None), again] {
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
        (
            Mutant::NoLock,
            "a session is lost only to a death inside the window",
        ),
        (
            Mutant::NoCheckAfterLock,
            "never two spends of one token while its successor is stored",
        ),
        (
            Mutant::UnlinkTheLockFile,
            "a session is lost only to a death inside the window",
        ),
        (
            Mutant::BreakTheLockByAge,
            "a session is lost only to a death inside the window",
        ),
        (
            Mutant::ClearWithoutComparing,
            "a refusal ends only the session that was refused",
        ),
        (
            Mutant::NoRollForward,
            "a stored refresh token is never older than one that was stored",
        ),
        (Mutant::RenameBeforeItIsWhole, "the record is always whole"),
    ];
    for (mutant, promise) in all {
        let outsiders = u8::from(mutant == Mutant::ClearWithoutComparing);
        let broken = Protocol {
            outsiders,
            ..protocol(mutant)
        };
        let checker = broken.checker().threads(2).spawn_bfs().join();
        let path = checker.discovery(promise);
        assert!(path.is_some(), "{mutant:?}: no promise broke");
    }
}

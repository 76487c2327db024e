//! What each step does to the world.

use super::{Mutant, Pending, Process, Protocol, Record, Step, Token, World};

impl Protocol {
    pub(super) fn must_wait(&self, world: &World, process: &Process) -> bool {
        match world.locks[usize::from(process.file)] {
            None => false,
            // Its holder waits for the server, and that takes long.
            Some(holder) if self.mutant == Mutant::BreakTheLockByAge => {
                world.processes[holder].step != Step::Sent
            }
            Some(_) => true,
        }
    }

    pub(super) fn go(&self, world: &mut World, who: usize) {
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
            Step::HandOver => {
                world.locks[usize::from(process.file)] = None;
                match self.mutant {
                    Mutant::HelperWithoutTheLock => Step::Compare,
                    _ => Step::TakeOver,
                }
            }
            Step::TakeOver => {
                world.locks[usize::from(process.file)] = Some(who);
                Step::Compare
            }
            Step::Compare => self.compare(world, &process),
            Step::Prepare => {
                world.pending = Pending::Intent {
                    spends: process.token,
                };
                Step::Send
            }
            Step::Send => send(world, who, &process),
            Step::Commit(token) => {
                world.pending = Pending::Torn;
                Step::Torn(token)
            }
            Step::Torn(token) => self.write_the_rest(world, &process, token),
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
        if self.hands_over {
            Step::HandOver
        } else {
            Step::Prepare
        }
    }

    fn write_the_rest(&self, world: &mut World, process: &Process, token: Token) -> Step {
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

    /// Reads under the lock that was handed over. What another process has changed since ends the
    /// helper: its caller looks again.
    fn compare(&self, world: &mut World, process: &Process) -> Step {
        if let Pending::Whole(record) = world.pending
            && record.generation > world.record.generation
        {
            store(world, record);
        }
        let is_overtaken = world.record.generation != process.generation || world.record.refused;
        if is_overtaken && self.mutant != Mutant::HelperWithoutComparing {
            Step::Unlock
        } else {
            Step::Prepare
        }
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

fn send(world: &mut World, who: usize, process: &Process) -> Step {
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

/// The rename.
fn store(world: &mut World, record: Record) {
    world.record = record;
    world.pending = Pending::Nothing;
}

pub(super) fn serve(world: &mut World, who: usize, token: Token) {
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

pub(super) fn die(world: &mut World, who: usize) {
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

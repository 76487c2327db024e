//! Disks that can die and come back: for root, on Linux.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use super::machine;

/// What a disk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An ext4 file system in a file. Dead, it answers `EIO`.
    Ext4,
    /// A file system that a process keeps (FUSE). Dead, it answers `ENOTCONN`.
    Fuse,
}

/// A mounted file system, unmounted when it goes out of scope.
pub struct Disk {
    kind: Kind,
    /// The file, or the directory, whose content it shows.
    behind: PathBuf,
    at: PathBuf,
    /// The process that keeps a FUSE file system.
    keeper: Option<Child>,
}

impl Disk {
    /// An empty one at `at`, which is made; `behind` is a path for what it needs. `None` where no
    /// such disk can be mounted.
    #[track_caller]
    pub fn mount(kind: Kind, behind: &Path, at: &Path) -> Option<Self> {
        let programs: &[&str] = match kind {
            Kind::Ext4 => &["mount", "mkfs.ext4", "perl"],
            Kind::Fuse => &["mount", "bindfs"],
        };
        if !machine::has_root() || !machine::has_programs(programs) {
            return None;
        }
        fs::create_dir_all(at).expect("a directory");
        match kind {
            Kind::Ext4 => make_file_system(behind),
            Kind::Fuse => fs::create_dir(behind).expect("a directory"),
        }
        let mut disk = Self {
            kind,
            behind: behind.to_owned(),
            at: at.to_owned(),
            keeper: None,
        };
        let why_not = format!("no {kind:?} can be mounted here");
        if !machine::allows(disk.attach(), &why_not) {
            return None;
        }
        fs::set_permissions(at, fs::Permissions::from_mode(0o700)).expect("owned");
        Some(disk)
    }

    fn attach(&mut self) -> bool {
        match self.kind {
            Kind::Ext4 => {
                machine::succeeds(&["mount", "-o", "loop", &text(&self.behind), &text(&self.at)])
            }
            Kind::Fuse => self.keep(),
        }
    }

    /// Starts the process that keeps a FUSE file system, and waits until that is there.
    fn keep(&mut self) -> bool {
        let mut bindfs = Command::new("bindfs");
        bindfs.arg("-f").args([&self.behind, &self.at]);
        self.keeper = bindfs.spawn().ok();
        let device = |path: &Path| fs::metadata(path).map(|found| found.dev()).ok();
        let before = device(&self.behind);
        for _ in 0..1000 {
            let now = device(&self.at);
            if now.is_some() && now != before {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }

    /// Nothing is read from it or written to it any more.
    pub fn die(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            keeper.kill().expect("it runs");
            keeper.wait().expect("it ends");
            return;
        }
        // EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_DEFAULT.
        let ioctl = "my $how = pack('L', 0); \
            open(my $dir, '<', $ARGV[0]) || die; ioctl($dir, 0x8004587d, $how) || die";
        assert!(machine::succeeds(&["perl", "-e", ioctl, &text(&self.at)]));
    }

    /// It can be read and written again. A mount namespace that another test has made meanwhile
    /// may hold the dead file system for some seconds, and a mount of its file finds it again.
    pub fn come_back(&mut self) {
        let written = self.at.join(".written");
        for _ in 0..600 {
            assert!(machine::succeeds(&["umount", "-l", &text(&self.at)]));
            assert!(self.attach());
            if fs::write(&written, "").is_ok() {
                fs::remove_file(&written).expect("there");
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{} stays dead", self.at.display());
    }
}

fn make_file_system(file: &Path) {
    let sparse = fs::File::create(file).expect("a file");
    sparse.set_len(16 << 20).expect("sparse");
    let path = text(file);
    let words = ["env", "PATH=/usr/sbin:/sbin", "mkfs.ext4", "-q", &path];
    assert!(machine::succeeds(&words));
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            let _ = keeper.kill();
            let _ = keeper.wait();
        }
        let _ = machine::succeeds(&["umount", "-l", &text(&self.at)]);
    }
}

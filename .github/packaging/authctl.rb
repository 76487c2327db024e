# A formula for Homebrew. The release fills in what stands between @ signs.
class Authctl < Formula
  desc "Keeps you logged in: OAuth 2.0 and OpenID Connect tokens for people and scripts"
  homepage "@REPOSITORY@"
  url "@REPOSITORY@/archive/v@VERSION@.tar.gz"
  sha256 "@SHA256_SOURCE@"
  license any_of: ["MIT", "Apache-2.0"]

  depends_on "rust" => :build

  def install
    system "cargo", "install", *std_cargo_args
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/authctl.bash" => "authctl"
    zsh_completion.install "completions/_authctl"
    fish_completion.install "completions/authctl.fish"
    # The names by which clients call their helpers, in the directory that an upgrade keeps.
    %w[git-credential docker-credential cargo-credential bazel-credential terraform-credentials].each do |name|
      bin.install_symlink "authctl" => "#{name}-authctl"
    end
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/authctl --version")
    system bin/"authctl", "demo"
  end
end

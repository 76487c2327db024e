# A flake for Nix. The release fills in what stands between @ signs.
{
  description = "authctl @VERSION@ (@REPOSITORY@)";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      each = nixpkgs.lib.genAttrs systems;
    in {
      packages = each (system:
        let pkgs = nixpkgs.legacyPackages.${system};
        in {
          default = pkgs.rustPlatform.buildRustPackage {
            pname = "authctl";
            version = "@VERSION@";
            src = ./../..;
            cargoLock.lockFile = ./../../Cargo.lock;
            # The system's libdbus, not one of authctl's own.
            buildNoDefaultFeatures = true;
            buildFeatures = [ "keyring" ];
            nativeBuildInputs = [ pkgs.pkg-config pkgs.installShellFiles ];
            buildInputs = pkgs.lib.optionals pkgs.stdenv.isLinux [ pkgs.dbus ];
            # The other tests start servers and clients that a build's sandbox does not have.
            cargoTestFlags = [ "--lib" ];
            postInstall = ''
              installManPage man/*.1
              installShellCompletion --cmd authctl --bash completions/authctl.bash \
                --zsh completions/_authctl --fish completions/authctl.fish
            '';
            meta.license = with pkgs.lib.licenses; [ mit asl20 ];
            meta.mainProgram = "authctl";
          };
        });
    };
}

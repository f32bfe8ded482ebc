{ config, lib, modulesPath, ... }:
{
  imports = [ (modulesPath + "/profiles/qemu-guest.nix") ];
  # the serial console must come first
  boot.kernelParams = [
    "console=ttyS0,115200n8"
    "console=tty0"
  ];
  boot.growPartition = true;
  boot = {
    loader.grub.device = "/dev/sda";
    crashDump.enable = true;
  };
  services.journald.extraConfig = "Storage=volatile";
}

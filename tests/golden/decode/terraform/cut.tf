module "vm" {
  source = "./modules/nixos-vm"
  disk_size = 20
  providers = {

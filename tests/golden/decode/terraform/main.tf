resource "proxmox_virtual_environment_vm" "nixos" {
  name      = "nixos-1"
  node_name = var.node # where it runs
  disk {
    datastore_id = "local-lvm"
    interface    = "scsi0"
    size         = 20
  }
  serial_device {}
  initialization {
    ip_config {
      ipv4 { address = "dhcp" }
    }
  }
}

resource "proxmox_virtual_environment_vm" "other" {
  clone {
    vm_id = 9000
  }
  tags = { "a" = "{not a block}" }
}

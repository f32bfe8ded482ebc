// PCI devices, and the drivers that had them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vmcore/kernel.h"

namespace inquest::vmcore {

struct PciDevice {
  VirtAddr address;   // of its struct pci_dev
  std::string place;  // "0000:00:1f.2"
  uint16_t vendor = 0, device = 0, subsystem_vendor = 0, subsystem_device = 0;
  uint32_t class_code = 0;  // 24 bits: class, subclass, programming interface
  uint8_t revision = 0;
  uint32_t interrupt = 0;
  std::string driver;  // empty: none was bound
  bool bridge = false;
  bool offline = false;  // the channel to it was frozen or had failed
};

struct PciDevices {
  std::vector<PciDevice> devices;  // by place
  std::vector<std::string> problems;
};

PciDevices read_pci_devices(Kernel& kernel);

// "Ethernet controller", as pci.ids names the class; "" for one that is rare.
std::string_view pci_class_words(uint32_t class_code);

}  // namespace inquest::vmcore

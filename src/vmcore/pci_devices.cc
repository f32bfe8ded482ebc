#include "vmcore/pci_devices.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "vmcore/walk.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kMaxBuses = 65'536;
constexpr size_t kMaxDevices = 200'000;
constexpr uint64_t kChannelNormal = 1;  // pci_channel_io_normal; 0 where the kernel never set it

class Reader {
 public:
  explicit Reader(Kernel& kernel) : kernel_(kernel) {}

  PciDevices read() {
    const auto roots = kernel_.symbol("pci_root_buses");
    node_ = kernel_.types().offset("pci_bus", "node");
    devices_ = kernel_.types().offset("pci_bus", "devices");
    children_ = kernel_.types().offset("pci_bus", "children");
    link_ = kernel_.types().offset("pci_dev", "bus_list");
    if (!roots) {
      out_.problems.emplace_back("this kernel has no PCI");
    } else if (!node_ || !devices_ || !children_ || !link_) {
      out_.problems.emplace_back("the types of PCI are not known");
    } else {
      read_buses(*roots);
    }
    std::ranges::stable_sort(out_.devices, {}, &PciDevice::place);
    return std::move(out_);
  }

 private:
  void read_buses(VirtAddr roots) {
    std::vector<VirtAddr> lists = {roots};
    std::unordered_set<uint64_t> seen;
    while (!lists.empty() && seen.size() < kMaxBuses) {
      const VirtAddr list = lists.back();
      lists.pop_back();
      const Walk walk = walk_list_of(kernel_.space(), list, *node_, kMaxBuses);
      if (!walk.complete()) out_.problems.push_back("PCI buses: " + walk.problem);
      for (const VirtAddr bus : walk.found) {
        if (!seen.insert(bus.value).second) continue;
        read_bus(bus);
        lists.push_back(bus + *children_);
      }
    }
  }

  void read_bus(VirtAddr bus) {
    const Walk walk = walk_list_of(kernel_.space(), bus + *devices_, *link_, kMaxDevices);
    if (!walk.complete()) out_.problems.push_back(fmt::format("PCI bus at {:#x}: {}", bus.value, walk.problem));
    for (const VirtAddr address : walk.found) {
      if (out_.devices.size() < kMaxDevices) read_device(kernel_.object("pci_dev", address));
    }
  }

  void read_device(const Object& device) {
    PciDevice out;
    out.address = device.address();
    const auto vendor = device.number("vendor");
    if (!vendor) {
      out_.problems.push_back(fmt::format("PCI device at {:#x}: {}", out.address.value, vendor.error().text()));
      return;
    }
    out.vendor = static_cast<uint16_t>(*vendor);
    out.device = static_cast<uint16_t>(device.number_or("device", 0));
    out.subsystem_vendor = static_cast<uint16_t>(device.number_or("subsystem_vendor", 0));
    out.subsystem_device = static_cast<uint16_t>(device.number_or("subsystem_device", 0));
    out.class_code = static_cast<uint32_t>(device.number_or("class", 0));
    out.revision = static_cast<uint8_t>(device.number_or("revision", 0));
    out.interrupt = static_cast<uint32_t>(device.number_or("irq", 0));
    out.bridge = (device.number_or("hdr_type", 0) & 0x7f) == 1;
    out.offline = device.number_or("error_state", 0) > kChannelNormal;
    out.place = device.string("dev.kobj.name", 64).value_or("?");
    if (const auto driver = device.follow("dev.driver")) out.driver = driver->string("name", 128).value_or("?");
    out_.devices.push_back(std::move(out));
  }

  Kernel& kernel_;
  std::optional<uint64_t> node_, devices_, children_, link_;
  PciDevices out_;
};

struct ClassWords {
  uint32_t code;  // class and subclass
  std::string_view words;
};

// Of pci.ids, those that machines have.
constexpr ClassWords kClasses[] = {
    {0x0002, "unclassified"},
    {0x0100, "SCSI storage"},
    {0x0101, "IDE interface"},
    {0x0104, "RAID controller"},
    {0x0106, "SATA controller"},
    {0x0107, "SAS controller"},
    {0x0108, "NVMe controller"},
    {0x0180, "storage controller"},
    {0x0200, "Ethernet controller"},
    {0x0207, "InfiniBand controller"},
    {0x0280, "network controller"},
    {0x0300, "VGA controller"},
    {0x0302, "3D controller"},
    {0x0380, "display controller"},
    {0x0400, "video controller"},
    {0x0401, "audio controller"},
    {0x0403, "audio device"},
    {0x0480, "multimedia controller"},
    {0x0500, "memory"},
    {0x0580, "memory controller"},
    {0x0600, "host bridge"},
    {0x0601, "ISA bridge"},
    {0x0604, "PCI bridge"},
    {0x0680, "bridge"},
    {0x0700, "serial controller"},
    {0x0780, "communication controller"},
    {0x0800, "PIC"},
    {0x0805, "SD host controller"},
    {0x0806, "IOMMU"},
    {0x0880, "system peripheral"},
    {0x0900, "keyboard controller"},
    {0x0c03, "USB controller"},
    {0x0c04, "Fibre Channel"},
    {0x0c05, "SMBus"},
    {0x0d80, "wireless controller"},
    {0x1080, "encryption controller"},
    {0x1101, "performance counters"},
    {0x1180, "signal processing controller"},
    {0x1200, "processing accelerator"},
    {0x1300, "instrumentation"},
};

}  // namespace

PciDevices read_pci_devices(Kernel& kernel) { return Reader(kernel).read(); }

std::string_view pci_class_words(uint32_t class_code) {
  const auto* const found = std::ranges::find(kClasses, class_code >> 8, &ClassWords::code);
  return found == std::end(kClasses) ? std::string_view() : found->words;
}

}  // namespace inquest::vmcore

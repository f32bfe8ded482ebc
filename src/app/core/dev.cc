// dev: PCI devices with their drivers, disks with what was under way on them.
#include <algorithm>

#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "base/text.h"
#include "vmcore/block_devices.h"
#include "vmcore/pci_devices.h"

namespace inquest::app {
namespace {

using vmcore::BlockDevice;
using vmcore::PciDevice;

std::string pci_text(const std::vector<PciDevice>& devices) {
  std::string out =
      fmt::format("{:<16}  {:<12}  {:<6}  {:<9}  {:<20}  {}\n", "PCI DEVICE", "PLACE", "CLASS", "ID", "DRIVER", "KIND");
  for (const PciDevice& one : devices) {
    out +=
        fmt::format("{:016x}  {:<12}  {:06x}  {:04x}:{:04x}  {:<20}  {}{}\n", one.address.value, printable(one.place),
                    one.class_code, one.vendor, one.device, one.driver.empty() ? "-" : printable(one.driver),
                    vmcore::pci_class_words(one.class_code), one.offline ? " (its channel has failed)" : "");
  }
  return out;
}

std::string disks_text(const std::vector<BlockDevice>& devices) {
  std::string out = fmt::format("{:<16}  {:<12}  {:>7}  {:>12}  {:>6}  {:>6}  {:>7}  {:<12}  {}\n", "DISK", "NAME",
                                "NUMBER", "SIZE", "READ", "WRITE", "WAITING", "SCHEDULER", "DRIVER");
  for (const BlockDevice& one : devices) {
    const auto waiting = std::ranges::count(one.requests, vmcore::RequestState::Waiting, &vmcore::BlockRequest::state);
    out += fmt::format("{:016x}  {:<12}  {:>7}  {:>8} MiB  {:>6}  {:>6}  {:>7}  {:<12}  {}{}{}\n", one.disk.value,
                       printable(one.name), fmt::format("{}:{}", one.major, one.minor), one.bytes / 1048576,
                       one.reads_in_flight, one.writes_in_flight, waiting,
                       one.scheduler.empty() ? "-" : printable(one.scheduler),
                       one.driver.empty() ? "-" : printable(one.driver), one.frozen ? " (frozen)" : "",
                       one.quiesced ? " (quiesced)" : "");
  }
  return out;
}

std::string pci_json(const PciDevice& one) {
  return JsonObject()
      .add("place", one.place)
      .add("address", one.address)
      .add("vendor", one.vendor)
      .add("device", one.device)
      .add("subsystem_vendor", one.subsystem_vendor)
      .add("subsystem_device", one.subsystem_device)
      .add("class", one.class_code)
      .add("class_words", vmcore::pci_class_words(one.class_code))
      .add("revision", one.revision)
      .add("irq", one.interrupt)
      .add("driver", one.driver)
      .add("bridge", one.bridge)
      .add("offline", one.offline)
      .text();
}

std::string disk_json(const BlockDevice& one) {
  return JsonObject()
      .add("name", one.name)
      .add("disk", one.disk)
      .add("queue", one.queue)
      .add("major", one.major)
      .add("minor", one.minor)
      .add("bytes", one.bytes)
      .add("read_only", one.read_only)
      .add("driver", one.driver)
      .add("scheduler", one.scheduler)
      .add("hardware_queues", one.hardware_queues)
      .add("frozen", one.frozen)
      .add("quiesced", one.quiesced)
      .add("reads_in_flight", one.reads_in_flight)
      .add("writes_in_flight", one.writes_in_flight)
      .add("requests", one.requests.size())
      .text();
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  bool pci = words.empty(), disks = words.empty();
  for (const std::string& word : words) {
    if (word == "-p") {
      pci = true;
    } else if (word == "-d" || word == "-D") {
      disks = true;
    } else {
      return fail(ErrorCode::Failed, fmt::format("dev takes -p and -d, not {}", word));
    }
  }
  CoreAnswer out;
  const auto take = [&out](const std::vector<std::string>& problems) {
    out.problems.insert(out.problems.end(), problems.begin(), problems.end());
  };
  JsonObject json;
  if (pci) {
    const vmcore::PciDevices found = vmcore::read_pci_devices(session.kernel);
    take(found.problems);
    json.raw("pci", json_array(found.devices, pci_json));
    out.text += pci_text(found.devices);
  }
  if (disks) {
    const vmcore::BlockDevices found = vmcore::read_block_devices(session.kernel);
    take(found.problems);
    json.raw("disks", json_array(found.devices, disk_json));
    out.text += (out.text.empty() ? "" : "\n") + disks_text(found.devices);
  }
  if (session.json) out.text = json.text() + "\n";
  add_kernel_problems(session.kernel, out);
  return out;
}

}  // namespace

extern const CoreCommand dev_core_command;
const CoreCommand dev_core_command = {.name = "dev",
                                      .other_names = "",
                                      .synopsis = "dev [-p] [-d]",
                                      .summary = "PCI devices with drivers (-p), disks with requests in flight (-d)",
                                      .run = run};

}  // namespace inquest::app

// Does a VM that Terraform makes get the serial port that its cloud image writes to?
// Source: bpg/terraform-provider-proxmox docs/resources/virtual_environment_vm.md (serial_device) and issues 1639 and
// 1770; Telmate/terraform-provider-proxmox docs/resources/vm_qemu.md (serial).
#include <map>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/finding_rule.h"

namespace inquest::reason {
namespace {

using model::Fact;
using model::Finding;

// A kind of resource that is a VM, and the block that gives it a serial port.
struct Provider {
  std::string_view resource;
  std::string_view block;
  std::string_view mend;
};
constexpr Provider kProviders[] = {
    {"proxmox_virtual_environment_vm", "serial_device", "serial_device {}"},
    {"proxmox_vm_qemu", "serial", "serial { id = 0 type = \"socket\" }"},
};

struct Machine {
  const Provider* provider = nullptr;
  const Fact* declared = nullptr;
  const Fact* cloud = nullptr;  // what shows that it is made from an image or a template
  bool template_only = false;   // ... of which a clone takes the port along
  bool serial = false;
};

const Provider* provider_of(std::string_view address) {
  for (const Provider& provider : kProviders) {
    if (address.find(fmt::format("resource {}.", provider.resource)) != std::string_view::npos) return &provider;
  }
  return nullptr;
}

// "serial_device", "dynamic serial_device", "disk.file_id" begins with "disk".
bool names_block(std::string_view rest, std::string_view block) {
  for (const std::string_view word : split_blanks(rest)) {
    if (word.substr(0, word.find('.')) == block) return true;
  }
  return false;
}

void gather(const HostFacts& facts, std::map<std::string_view, Machine>& machines) {
  for (const Fact* fact : facts.all("terraform.declares")) {
    if (const Provider* provider = provider_of(fact->value)) machines[fact->value] = {provider, fact, {}, {}, {}};
  }
  for (const std::string_view key : {"terraform.block", "terraform.setting"}) {
    for (const Fact* fact : facts.all(key)) {
      const std::string_view value = fact->value;
      const size_t colon = value.find(": ");
      const auto machine = machines.find(value.substr(0, colon));
      if (colon == std::string_view::npos || machine == machines.end()) continue;
      const std::string_view rest = value.substr(colon + 2);
      Machine& one = machine->second;
      one.serial = one.serial || names_block(rest, one.provider->block);
      const bool image = rest.starts_with("initialization") || rest.starts_with("disk.file_id") ||
                         rest.starts_with("disk.import_from") || rest.starts_with("ciuser") ||
                         rest.find("cloud-init") != std::string_view::npos ||
                         rest.find("cloudinit") != std::string_view::npos;
      const bool clone = rest.starts_with("clone");
      if (!image && !clone) continue;
      if (one.cloud == nullptr) one.cloud = fact;
      one.template_only = one.template_only || clone;
    }
  }
}

void find(const Scene& /*scene*/, const HostFacts& facts, std::vector<Finding>& out) {
  std::map<std::string_view, Machine> machines;
  gather(facts, machines);
  for (const auto& [address, machine] : machines) {
    if (machine.serial || machine.cloud == nullptr) continue;
    const std::string_view name = address.substr(address.rfind('.') + 1);
    out.push_back(
        {"terraform-no-serial-device",
         {},
         fmt::format("The VM \"{}\" that Terraform declares is made from {} and has no {}.", printable(name),
                     machine.template_only ? "a template" : "a cloud image", machine.provider->block),
         fmt::format("Cloud images have console=ttyS0 on their command line; without a port behind it they "
                     "have been seen to panic (\"Attempted to kill init!\") when the disk was enlarged before "
                     "the first start, and nothing of what they say at a crash can be read.{}",
                     machine.template_only ? " A clone has the port if its template has one." : ""),
         {fmt::format("Add to the resource: {}", machine.provider->mend), "terraform plan"},
         {machine.declared->cite, machine.cloud->cite}});
  }
}

}  // namespace

extern const FindingRule terraform_guests_finding_rule;
const FindingRule terraform_guests_finding_rule{"does a VM of Terraform's have a serial port?", find};

}  // namespace inquest::reason

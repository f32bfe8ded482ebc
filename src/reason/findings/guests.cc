// How are the guests of a Proxmox host set up, and what does that do to a crash of theirs or of the host's?
// Source: qm.conf(5), sections serial, agent, hostpci, balloon; bpg/terraform-provider-proxmox issues 1639 and 1770.
#include <map>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/finding_rule.h"

namespace inquest::reason {
namespace {

using model::Fact;
using model::Finding;

// The settings in force of one guest.
using Settings = std::map<std::string_view, const Fact*>;

const Fact* find_setting(const Settings& guest, std::string_view key) {
  const auto found = guest.find(key);
  return found == guest.end() ? nullptr : found->second;
}

// The first setting whose key begins so and goes on with digits: "hostpci" finds hostpci0.
const Fact* find_numbered(const Settings& guest, std::string_view start) {
  for (const auto& [key, fact] : guest) {
    if (key.starts_with(start) && key.size() > start.size() && key[start.size()] >= '0' && key[start.size()] <= '9')
      return fact;
  }
  return nullptr;
}

// What shows that cloud-init sets the guest up.
const Fact* cloud_image(const Settings& guest) {
  for (const auto& [key, fact] : guest) {
    if (fact->value.find("cloudinit") != std::string::npos) return fact;
  }
  for (const std::string_view key : {"ciuser", "cicustom", "cipassword", "sshkeys"}) {
    if (const Fact* fact = find_setting(guest, key)) return fact;
  }
  return find_numbered(guest, "ipconfig");
}

void machine(std::string_view id, const Settings& guest, std::vector<Finding>& out) {
  const std::string name = id == "?" ? std::string("A VM") : fmt::format("VM {}", printable(id));
  const std::string number = id == "?" ? std::string("VMID") : printable(id);
  const Fact* serial = find_numbered(guest, "serial");
  if (const Fact* cloud = cloud_image(guest); cloud != nullptr && serial == nullptr) {
    out.push_back(
        {"guest-no-serial-port",
         {},
         fmt::format("{} is made from a cloud image (\"{}\") and has no serial port.", name,
                     ellipsis(printable(cloud->value), 60)),
         "Cloud images have console=ttyS0 on their command line; without a port behind it they have been seen "
         "to panic (\"Attempted to kill init!\") when the disk was enlarged before the first start, and "
         "nothing of what they say at a crash can be read.",
         {"Give it one (in Terraform with bpg/proxmox: serial_device {}).",
          fmt::format("qm set {} --serial0 socket", number)},
         {cloud->cite}});
  }
  const Fact* pci = find_numbered(guest, "hostpci");
  if (pci != nullptr) {
    out.push_back(
        {"guest-passthrough",
         {},
         fmt::format("{} has a device of the host passed through (\"{}\").", name, ellipsis(printable(pci->value), 60)),
         "A passed-through device that hangs can take the host with it without a word, and whether the guest "
         "was running at the death matters.",
         {"Say whether it was running, and try without the device.", ""},
         {pci->cite}});
    const Fact* balloon = find_setting(guest, "balloon");
    if (balloon != nullptr && balloon->value != "0") {
      out.push_back({"guest-balloon-passthrough",
                     {},
                     fmt::format("{} has a balloon and a device passed through.", name),
                     "VFIO pins all memory of the guest, so the balloon gives nothing back to the host.",
                     {"Turn the balloon off, and count the guest's whole memory as used.",
                      fmt::format("qm set {} --balloon 0", number)},
                     {balloon->cite, pci->cite}});
    }
  }
  const Fact* agent = find_setting(guest, "agent");
  if (agent != nullptr && (agent->value.starts_with('0') || agent->value.find("enabled=0") != std::string::npos)) {
    out.push_back({"guest-agent-off",
                   {},
                   fmt::format("{} has its guest agent switched off.", name),
                   "It is shut down by ACPI alone, and backups do not freeze its file systems.",
                   {},
                   {agent->cite}});
  }
}

void find(const Scene& scene, const HostFacts& facts, std::vector<Finding>& out) {
  std::map<std::string_view, Settings> guests;
  for (const Fact& fact : scene.the_case.facts) {
    if (!fact.key.starts_with("guest.") || scene.names.host(fact.host) != facts.host()) continue;
    const std::string_view rest = std::string_view(fact.key).substr(6);
    const size_t dot = rest.find('.');
    if (dot != std::string_view::npos) guests[rest.substr(0, dot)].try_emplace(rest.substr(dot + 1), &fact);
  }
  for (const auto& [id, guest] : guests) {
    const Fact* kind = find_setting(guest, "kind");
    if (kind != nullptr && kind->value == "qemu") machine(id, guest, out);
  }
}

}  // namespace

extern const FindingRule guests_finding_rule;
const FindingRule guests_finding_rule{"how are the guests set up?", find};

}  // namespace inquest::reason

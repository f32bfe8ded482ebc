// lspci: `lspci -vvv`: devices, their drivers, link states and recorded errors. docs/formats/lspci.md
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// The length of "01:00.0" or "0000:01:00.0" at the start of a line, 0 for none.
size_t address_length(std::string_view line) {
  const size_t end = line.find(' ');
  if (end == std::string_view::npos || (end != 7 && end != 12)) return 0;
  const std::string_view at = line.substr(0, end);
  for (size_t i = 0; i < at.size(); ++i) {
    const size_t back = at.size() - i;
    const bool colon = back == 5 || back == 8;
    const bool dot = back == 2;
    const bool hex = (at[i] >= '0' && at[i] <= '9') || (at[i] >= 'a' && at[i] <= 'f');
    if (colon ? at[i] != ':' : dot ? at[i] != '.' : !hex) return 0;
  }
  return end;
}

// The flags that are set in "DLP- SDES- CmpltTO+ ...": "CmpltTO".
std::string set_flags(std::string_view flags) {
  std::string out;
  for (const std::string_view word : split_blanks(flags)) {
    if (!word.ends_with('+') || out.size() > 200) continue;
    if (!out.empty()) out += ' ';
    out += word.substr(0, word.size() - 1);
  }
  return out;
}

class Lspci : public ToolReader {
 public:
  explicit Lspci(Sink& sink) : ToolReader(sink, {"lspci"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    if (const size_t length = address_length(text); length != 0) {
      device_ = std::string(text.substr(0, length));
      return add("device", trim(text.substr(length)), place);
    }
    if (device_.empty()) return sink().problem(place, "a line that belongs to no device");
    const auto field = split_field(text);
    if (!field) return;
    const auto& [key, value] = *field;
    if (key == "Kernel driver in use") {
      add("driver", value, place);
    } else if (key == "LnkCap") {
      add("link.capable", value, place);
    } else if (key == "LnkCtl") {
      add("aspm", value.substr(0, value.find(';')), place);
    } else if (key == "LnkSta") {
      add("link", value, place);
      if (value.find("downgraded") != std::string_view::npos) add("link.degraded", value, place);
    } else if (key == "DevSta") {
      flags("errors", value, place);
    } else if (key == "UESta") {
      flags("aer.uncorrectable", value, place);
    } else if (key == "CESta") {
      flags("aer.correctable", value, place);
    } else if (key == "Status" && value.size() > 1 && value[0] == 'D' && value[1] >= '0' && value[1] <= '3') {
      add("power", value.substr(0, value.find(' ')), place);
    }
  }

  // Only what is set says something. A pending transaction and the power that a slot has are no errors.
  void flags(std::string_view key, std::string_view value, const Place& place) {
    std::string set = set_flags(value);
    for (const std::string_view harmless : {"AuxPwr", "TransPend", "UnsupReq"}) {
      if (const size_t at = set.find(harmless); at != std::string::npos) set.erase(at, harmless.size() + 1);
    }
    const std::string_view shown = trim(set);
    if (!shown.empty()) add(key, shown, place);
  }

  void add(std::string_view key, std::string_view value, const Place& place) {
    if (++count_ > kMost) return sink().problem(place, "more devices than a host has: the rest was left out");
    fact(fmt::format("pci.{}", key), fmt::format("{}: {}", device_, value.substr(0, 256)), place);
  }

  static constexpr size_t kMost = 50'000;
  std::string device_;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"lspci"});
  size_t devices = 0;
  size_t details = 0;
  size_t others = 0;
  for (const std::string_view line : tool.lines) {
    if (address_length(line) != 0) {
      ++devices;
    } else if (line.starts_with('\t') || line.starts_with(' ')) {
      ++details;
    } else {
      ++others;
    }
  }
  if (devices == 0 || others > devices + details) return Claim::No;
  return devices + details >= 2 || tool.asked ? Claim::Certain : Claim::Likely;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Lspci>(sink); }

}  // namespace

extern const Decoder lspci_decoder;
const Decoder lspci_decoder{"lspci", "lspci -vvv: PCI devices, links and recorded errors", sniff, open};

}  // namespace inquest::decode

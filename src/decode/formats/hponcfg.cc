// hponcfg: `hponcfg -g`: which server and which iLO firmware it is. Not a log. docs/formats/hponcfg.md
#include <string>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

constexpr std::string_view kBanner = "HP Lights-Out Online Configuration";
constexpr std::string_view kHost = "Host Information";

class Hponcfg : public ToolReader {
 public:
  explicit Hponcfg(Sink& sink) : ToolReader(sink, {"hponcfg"}) {}

 private:
  // "\t\t\tServer Name: node-a", "Firmware Revision = 2.61 Device type = iLO 4 Driver name = hpilo"
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty() || line.find(kBanner) != std::string_view::npos || line.starts_with("HPE Lights-Out") ||
        line.starts_with("Version ") || line.starts_with(kHost))
      return;
    if (line.starts_with("Firmware Revision")) {
      if (!noted_) fact("ilo.firmware", line.substr(0, 256), place);
      noted_ = true;
      return;
    }
    const auto field = split_field(line);
    if (!field || field->value.empty()) return sink().problem(place, "a line that is no property of the host");
    fact("ilo." + key_of(field->key), field->value.substr(0, 256), place);
  }

  bool noted_ = false;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"hponcfg"}, 20);
  bool host = false;
  bool banner = tool.asked;
  for (const std::string_view line : tool.lines) {
    host = host || trim(line).starts_with(kHost);
    banner = banner || line.find("Lights-Out Online Configuration") != std::string_view::npos;
  }
  return host && banner ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Hponcfg>(sink); }

}  // namespace

extern const Decoder hponcfg_decoder;
const Decoder hponcfg_decoder{"hponcfg", "hponcfg -g: the host as iLO knows it (no log)", sniff, open};

}  // namespace inquest::decode

// lsusb: which USB devices were there. docs/formats/lsusb.md
// Source: usbutils lsusb.c (dumpdev(), "Bus %03u Device %03u: ID %04x:%04x").
#include <string>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// "Bus 001 Device 002: ID 051d:0002 American Power Conversion Uninterruptible Power Supply"
bool is_device(std::string_view line) {
  return line.size() > 33 && line.starts_with("Bus ") && line.substr(7, 8) == " Device " &&
         line.substr(18, 5) == ": ID " && line[27] == ':';
}

class Lsusb : public ToolReader {
 public:
  explicit Lsusb(Sink& sink) : ToolReader(sink, {"lsusb"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty()) return;
    if (is_device(line)) {
      if (++count_ > kMost) return sink().problem(place, "more devices than are kept: the rest was left out");
      return fact("usb.device", line.substr(23, 200), place);
    }
    // `lsusb -v` describes each device below its line, and `lsusb -t` draws a tree.
    if (count_ == 0) sink().problem(place, "a line before the first device");
  }

  static constexpr size_t kMost = 5000;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"lsusb"}, 3);
  return !tool.lines.empty() && is_device(trim(tool.lines.front())) ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Lsusb>(sink); }

}  // namespace

extern const Decoder lsusb_decoder;
const Decoder lsusb_decoder{"lsusb", "lsusb: which USB devices were there", sniff, open};

}  // namespace inquest::decode

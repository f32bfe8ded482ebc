// sensors: lm-sensors: temperatures, fans and voltages when they were asked. docs/formats/sensors.md
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// "coretemp-isa-0000", "nvme-pci-0100", "k10temp-pci-00c3"
bool is_chip(std::string_view line) {
  if (line.find(' ') != std::string_view::npos || line.size() > 64) return false;
  for (const std::string_view bus :
       {"-isa-", "-pci-", "-i2c-", "-acpi-", "-virtual-", "-hid-", "-spi-", "-scsi-", "-mdio-"}) {
    if (line.find(bus) != std::string_view::npos) return true;
  }
  return false;
}

bool unit(std::string_view value) {
  for (const std::string_view each : {"\xC2\xB0"
                                      "C",
                                      "RPM", " V", " W", " mV", " A",
                                      "\xC2\xB0"
                                      "F",
                                      " mW", " J", "N/A"}) {
    if (value.find(each) != std::string_view::npos) return true;
  }
  // Where the terminal had no degree sign.
  return value.find(" C") != std::string_view::npos || value.find(
                                                           "\xB0"
                                                           "C") != std::string_view::npos;
}

class Sensors : public ToolReader {
 public:
  explicit Sensors(Sink& sink) : ToolReader(sink, {"sensors"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty() || line.starts_with("Adapter:")) return;
    if (is_chip(line)) {
      chip_ = std::string(line);
      return;
    }
    if (line.starts_with('(')) return;  // the limits of the line before, folded
    const auto field = split_field(line);
    if (!field || !unit(field->value)) return sink().problem(place, "a line that is no reading");
    if (++count_ > kMost) return sink().problem(place, "more sensors than any board has: the rest was left out");
    const std::string reading = fmt::format("{} {}: {}", chip_, field->key.substr(0, 64), field->value.substr(0, 128));
    fact("sensor", reading, place);
    if (field->value.find("ALARM") != std::string_view::npos) fact("sensor.alarm", reading, place);
  }

  static constexpr size_t kMost = 2000;
  std::string chip_;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  bool chip = false;
  bool adapter = false;
  for (const std::string_view line : tool_head(head, {"sensors"}, 20).lines) {
    chip = chip || is_chip(trim(line));
    adapter = adapter || line.starts_with("Adapter:");
  }
  return chip && adapter ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Sensors>(sink); }

}  // namespace

extern const Decoder sensors_decoder;
const Decoder sensors_decoder{"sensors", "lm-sensors: temperatures, fans and voltages", sniff, open};

}  // namespace inquest::decode

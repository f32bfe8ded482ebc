// ipmi_sensor: `ipmitool sensor` and `sdr`: what the sensors read when they were asked. docs/formats/ipmi_sensor.md
#include <array>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// "CPU1 Temp | 45.000 | degrees C | ok | 0.000 | 0.000 | ..." (sensor, ten columns) and "CPU1 Temp | 45 degrees C | ok"
// (sdr, three; sdr elist, five: name, number, status, entity, reading).
struct Reading {
  std::string_view name;
  std::string_view status;
  std::string text;
};

bool is_status(std::string_view word) {
  static constexpr std::array<std::string_view, 12> kStatus = {"ok",  "ns",  "nc",  "cr",  "nr",  "lnc",
                                                               "lcr", "lnr", "unc", "ucr", "unr", "na"};
  for (const std::string_view each : kStatus) {
    if (word == each) return true;
  }
  return word.starts_with("0x") && parse_int<uint32_t>(word.substr(2), 16).has_value();
}

bool parse(std::string_view line, Reading& out) {
  const auto parts = split(line, '|');
  if (parts.size() != 3 && parts.size() != 5 && parts.size() != 10) return false;
  out.name = trim(parts[0]);
  const size_t status = parts.size() == 10 ? 3 : 2;
  out.status = trim(parts[status]);
  if (out.name.empty() || !is_status(out.status)) return false;
  std::string_view value = trim(parts.size() == 5 ? parts[4] : parts[1]);
  out.text = std::string(value);
  if (parts.size() == 10) out.text += fmt::format(" {}", trim(parts[2]));
  return true;
}

class IpmiSensor : public ToolReader {
 public:
  explicit IpmiSensor(Sink& sink) : ToolReader(sink, {"ipmitool"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    Reading reading;
    if (!parse(text, reading)) return sink().problem(place, "a line that is no sensor");
    if (reading.text == "na na" || reading.status == "na" || reading.status == "ns") return;  // not there, not read
    if (++count_ > kMost) return sink().problem(place, "more sensors than any board has: the rest was left out");
    fact("bmc.sensor", fmt::format("{}: {}, {}", reading.name, trim(reading.text), reading.status), place);
    const bool well = reading.status == "ok" || reading.status.starts_with("0x");
    if (!well)
      fact("bmc.sensor.bad", fmt::format("{}: {}, {}", reading.name, trim(reading.text), reading.status), place);
  }

  static constexpr size_t kMost = 2000;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"ipmitool"});
  size_t good = 0;
  size_t others = 0;
  bool known = false;  // a state or unit that only ipmitool has
  for (const std::string_view line : tool.lines) {
    Reading reading;
    if (!parse(line, reading)) {
      ++others;
      continue;
    }
    ++good;
    known = known || reading.text.find("degrees C") != std::string::npos ||
            reading.text.find("RPM") != std::string::npos || reading.text.find("Volts") != std::string::npos ||
            reading.text.find("Watts") != std::string::npos;
  }
  if (good < 2 || others * 4 > good) return Claim::No;
  return known ? Claim::Certain : Claim::Likely;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<IpmiSensor>(sink); }

}  // namespace

extern const Decoder ipmi_sensor_decoder;
const Decoder ipmi_sensor_decoder{"ipmi_sensor", "ipmitool sensor, sdr: what the board's sensors read", sniff, open};

}  // namespace inquest::decode

// smartctl_json: `smartctl -a -j`: what a disk says of its health. docs/formats/smartctl_json.md
#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/json_facts.h"
#include "decode/line_reader.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// Which values become which facts; others say nothing of health. The names are smartctl's own (schema in its
// smartctl.cpp and ataprint.cpp, nvmeprint.cpp), the keys those of the text form.
struct Known {
  std::string_view path;
  std::string_view key;
};
constexpr Known kKnown[] = {
    {"model_name", "device-model"},
    {"serial_number", "serial-number"},
    {"firmware_version", "firmware-version"},
    {"power_on_time.hours", "power-on-hours"},
    {"temperature.current", "temperature"},
    {"ata_smart_error_log.summary.count", "ata-error-count"},
    {"ata_smart_error_log.extended.count", "ata-error-count"},
};

class SmartctlJson : public WholeReader {
 public:
  using WholeReader::WholeReader;

 private:
  void whole(std::string_view bytes) override {
    const std::string trouble = visit_json(
        bytes, [&](std::string_view path, std::string_view value, std::string_view at) { take(path, value, at); });
    if (!trouble.empty()) sink().problem(place_of_line(1), fmt::format("not whole JSON: {}", trouble));
  }

  void take(std::string_view path, std::string_view value, std::string_view at) {
    if (path == "device.name") {
      device_ = std::string(value.substr(0, 64));
    } else if (path == "smart_status.passed") {
      add("health", value == "true" ? "PASSED" : "FAILED!", at);
    } else if (path.starts_with("nvme_smart_health_information_log.")) {
      add(key_of(path.substr(path.find('.') + 1)), value, at);
    } else if (path.starts_with("ata_smart_attributes.table.")) {
      attribute(path, value, at);
    }
    const auto* const known = std::ranges::find(kKnown, path, &Known::path);
    if (known != std::ranges::end(kKnown)) add(known->key, value, at);
  }

  // The members of one attribute come in the order name, ..., when_failed, ..., raw.string.
  void attribute(std::string_view path, std::string_view value, std::string_view at) {
    if (path.ends_with(".name")) name_ = std::string(value.substr(0, 64));
    if (path.ends_with(".when_failed") && !value.empty()) add("failed", fmt::format("{} ({})", name_, value), at);
    if (path.ends_with(".raw.string")) add(key_of(name_), value, at);
  }

  void add(std::string_view key, std::string_view value, std::string_view at) {
    const std::string_view shown = value.substr(0, 256);
    sink().fact({}, fmt::format("smart.{}", key),
                device_.empty() ? std::string(shown) : fmt::format("{}: {}", device_, shown),
                at.empty() ? Place{} : place_of(at));
  }

  std::string device_;
  std::string name_;
};

Claim sniff(const Head& head) {
  if (!trim(head.bytes.substr(0, 64)).starts_with('{')) return Claim::No;
  const bool format = head.bytes.find("\"json_format_version\"") != std::string_view::npos;
  return format && head.bytes.find("\"smartctl\"") != std::string_view::npos ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<SmartctlJson>(sink); }

}  // namespace

extern const Decoder smartctl_json_decoder;
const Decoder smartctl_json_decoder{"smartctl_json", "smartctl --json: a disk's health", sniff, open};

}  // namespace inquest::decode

// nvme_log: `nvme smart-log` (text and JSON) and `nvme error-log`. docs/formats/nvme_log.md
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/json_facts.h"
#include "decode/line_reader.h"
#include "decode/shell_prompt.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

constexpr std::string_view kSmart = "Smart Log for NVME device:";
constexpr std::string_view kErrors = "Error Log Entries for device:";

// Of smart-log: the text form has blanks where the JSON has underscores.
bool smart_key(std::string_view key) {
  static constexpr std::string_view kKeys[] = {
      "critical-warning",    "temperature",          "available-spare", "percentage-used", "data-units-read",
      "data-units-written",  "avail-spare",          "spare-thresh",    "percent-used",    "host-read-commands",
      "host-write-commands", "controller-busy-time", "power-cycles",    "power-on-hours",  "unsafe-shutdowns",
      "media-errors",        "num-err-log-entries"};
  for (const std::string_view each : kKeys) {
    if (key == each) return true;
  }
  return false;
}

// The JSON form shortens three names; the text form's are the facts'.
std::string_view same_key(std::string_view key) {
  if (key == "avail-spare") return "available-spare";
  if (key == "spare-thresh") return "available-spare-threshold";
  if (key == "percent-used") return "percentage-used";
  return key;
}

class NvmeLog : public WholeReader {
 public:
  using WholeReader::WholeReader;

 private:
  void whole(std::string_view bytes) override {
    if (trim(bytes.substr(0, 64)).starts_with('{')) {
      const std::string trouble =
          visit_json(bytes, [&](std::string_view path, std::string_view value, std::string_view at) {
            add(same_key(key_of(path)), value, at.empty() ? Place{} : place_of(at));
          });
      if (!trouble.empty()) sink().problem(place_of_line(1), fmt::format("not whole JSON: {}", trouble));
      return;
    }
    for (const std::string_view text : lines(bytes)) line(text);
    close();
  }

  void line(std::string_view text) {
    const std::string_view line = trim(text);
    if (const auto prompt = parse_shell_prompt(line); prompt && !prompt->host.empty()) {
      host_ = std::string(prompt->host);
      close();
      return;
    }
    if (line.empty() || line.starts_with("....") || line.starts_with("Entry[")) {
      if (line.starts_with("Entry[")) close();
      return;
    }
    if (line.starts_with(kSmart) || line.starts_with(kErrors)) {
      close();
      errors_ = line.starts_with(kErrors);
      std::string_view device = line.substr(errors_ ? kErrors.size() : kSmart.size());
      device = device.substr(0, device.find(' '));
      device_ = std::string(device.substr(0, 64));
      return;
    }
    const auto field = split_field(line);
    if (!field) return sink().problem(place_of(line), "a line without a figure");
    if (!errors_) return add(key_of(field->key), field->value, place_of(line));
    if (field->key == "error_count") {
      close();
      if (field->value != "0") entry_ = line;
      count_ = field->value;
    }
    if (field->key == "status_field") status_ = field->value;
    if (field->key == "lba") lba_ = field->value;
  }

  // An entry of the error log that counts an error; the rest of the log is empty entries.
  void close() {
    if (!entry_.empty()) add("error", fmt::format("{}, status {}, lba {}", count_, status_, lba_), place_of(entry_));
    entry_ = count_ = status_ = lba_ = {};
  }

  void add(std::string_view key, std::string_view value, const Place& place) {
    const std::string_view shown = value.substr(0, 256);
    sink().fact(host_, fmt::format("nvme.{}", key),
                device_.empty() ? std::string(shown) : fmt::format("{}: {}", device_, shown), place);
  }

  std::string host_;
  std::string device_;
  bool errors_ = false;
  std::string_view entry_;  // views into the whole input
  std::string_view count_;
  std::string_view status_;
  std::string_view lba_;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"nvme"}, 60);
  const std::string_view bytes = trim(head.bytes.substr(0, 4096));
  if (bytes.starts_with('{')) {
    const bool ours = bytes.find("\"critical_warning\"") != std::string_view::npos &&
                      (bytes.find("\"percent_used\"") != std::string_view::npos ||
                       bytes.find("\"percentage_used\"") != std::string_view::npos) &&
                      bytes.find("\"json_format_version\"") == std::string_view::npos;
    return ours ? Claim::Certain : Claim::No;
  }
  size_t known = 0;
  for (const std::string_view line : tool.lines) {
    if (line.starts_with(kSmart) || line.starts_with(kErrors)) return Claim::Certain;
    const auto field = split_field(line);
    // smartctl has the same figures, under names in words.
    if (field && field->key.find('_') != std::string_view::npos && smart_key(key_of(field->key))) ++known;
  }
  return known >= 3 ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<NvmeLog>(sink); }

}  // namespace

extern const Decoder nvme_log_decoder;
const Decoder nvme_log_decoder{"nvme_log", "nvme smart-log and error-log: an NVMe disk's health", sniff, open};

}  // namespace inquest::decode

// log2ram_conf: /etc/log2ram.conf: logs that live in memory. docs/formats/log2ram_conf.md
// Source: log2ram, log2ram.conf and the script that sources it.
#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

constexpr std::string_view kNames[] = {"SIZE",          "USE_RSYNC",    "MAIL",
                                       "PATH_DISK",     "ZL2R",         "COMP_ALG",
                                       "LOG_DISK_SIZE", "NOTIFICATION", "NOTIFICATION_COMMAND",
                                       "JOURNALD_AWARE"};

class Log2ramConf : public ToolReader {
 public:
  explicit Log2ramConf(Sink& sink) : ToolReader(sink, {"cat"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty() || line[0] == '#') return;
    const auto field = split_field(line, '=');
    if (!field || std::ranges::find(kNames, field->key) == std::ranges::end(kNames))
      return sink().problem(place, "a line that log2ram does not know");
    std::string_view value = field->value;
    if (value.size() > 1 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    fact(fmt::format("log2ram.{}", key_of(field->key)), value.substr(0, 256), place);
  }
};

Claim sniff(const Head& head) {
  bool size = false;
  bool own = false;
  for (const std::string_view text : tool_head(head, {"cat"}).lines) {
    const std::string_view line = trim(text);
    if (line[0] == '#') continue;
    const auto field = split_field(line, '=');
    if (!field || std::ranges::find(kNames, field->key) == std::ranges::end(kNames)) return Claim::No;
    size = size || field->key == "SIZE";
    own = own || field->key == "PATH_DISK" || field->key == "ZL2R" || field->key == "USE_RSYNC" ||
          field->key == "LOG_DISK_SIZE";
  }
  return size && own ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Log2ramConf>(sink); }

}  // namespace

extern const Decoder log2ram_conf_decoder;
const Decoder log2ram_conf_decoder{"log2ram_conf", "log2ram.conf: logs that live in memory", sniff, open};

}  // namespace inquest::decode

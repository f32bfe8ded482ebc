// dnf_history: `dnf history` and `yum history`: the list of transactions. docs/formats/dnf_history.md
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/event_log.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

struct Row {
  Ns time = 0;
  std::string message;
};

// "    12 | upgrade kernel            | 2026-02-06 18:02 | I, U           |   14 EE"
std::optional<Row> parse_row(std::string_view line) {
  const auto parts = split(line, '|');
  if (parts.size() != 5 || !parse_int<uint32_t>(trim(parts[0]))) return std::nullopt;
  const auto time = parse_iso_time(fmt::format("{}:00", trim(parts[2])));
  if (!time || trim(parts[2]).size() != 16) return std::nullopt;
  return Row{time->local, fmt::format("{} ({}; {} packages)", trim(parts[1]), trim(parts[3]), trim(parts[4]))};
}

bool heading(std::string_view line) {
  const auto parts = split(line, '|');
  return parts.size() == 5 && trim(parts[0]) == "ID";
}

class DnfHistory : public ToolReader {
 public:
  explicit DnfHistory(Sink& sink)
      : ToolReader(sink, {"dnf", "yum"}),
        log_(sink, log_shape(sink, "dnf", model::ClockDomain::LocalWall, model::Channel::Disk, Precision::Minute),
             "dnf") {}

 private:
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty() || heading(line) || line.find_first_not_of("-=+") == std::string_view::npos) return;
    const auto row = parse_row(line);
    if (!row) return sink().problem(place, "a line that is no transaction");
    const auto id = log_.add(row->time, place, text, row->message, model::Severity::Info, host());
    const bool kernel = row->message.find("kernel") != std::string::npos;
    sink().landmark(model::LandmarkKind::Change, id, row->message, kernel ? 1 : 0);
  }

  EventLog log_;
};

Claim sniff(const Head& head) {
  size_t rows = 0;
  size_t others = 0;
  bool head_line = false;
  for (const std::string_view line : tool_head(head, {"dnf", "yum"}).lines) {
    head_line = head_line || heading(line);
    ++(parse_row(line) ? rows : others);
  }
  return rows != 0 && head_line && others <= rows + 3 ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<DnfHistory>(sink); }

}  // namespace

extern const Decoder dnf_history_decoder;
const Decoder dnf_history_decoder{"dnf_history", "dnf history, yum history: transactions", sniff, open};

}  // namespace inquest::decode

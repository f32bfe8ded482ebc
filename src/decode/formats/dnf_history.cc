// dnf_history: `dnf history` and `yum history`: the list of transactions, and `dnf history info`: what each of them
// did. docs/formats/dnf_history.md
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "decode/ctime_stamp.h"
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

// "34 dnf upgrade                               2025-04-20 08:10:11                44": dnf 5.
std::optional<Row> parse_row5(std::string_view line) {
  const size_t blank = line.find(' ');
  if (blank == std::string_view::npos || !parse_int<uint32_t>(line.substr(0, blank))) return std::nullopt;
  for (size_t at = line.find(" 20", blank); at != std::string_view::npos; at = line.find(" 20", at + 1)) {
    const auto time = parse_iso_time(line.substr(at + 1));
    if (!time || time->length != 19) continue;
    const auto words = split_blanks(line.substr(at + 20));
    if (words.empty() || words.size() > 2 || !parse_int<uint32_t>(words.back())) return std::nullopt;
    return Row{time->local, fmt::format("{} ({}; {} packages)", trim(line.substr(blank, at - blank)),
                                        words.size() == 2 ? words[0] : std::string_view("-"), words.back())};
  }
  return std::nullopt;
}

bool heading(std::string_view line) {
  const auto words = split_blanks(line);
  if (words.size() > 4 && words[0] == "ID" && words[1] == "Command" && words.back() == "Altered") return true;
  const auto parts = split(line, '|');
  return parts.size() == 5 && trim(parts[0]) == "ID";
}

// "    Upgrade  systemd-252-32.el9.x86_64    @baseos": what was done to a package.
bool is_action(std::string_view word) {
  static constexpr std::array<std::string_view, 14> kActions = {
      "Install", "Installed", "Upgrade",   "Upgraded",   "Update",    "Updated",    "Removed",
      "Erase",   "Reinstall", "Obsoleted", "Obsoleting", "Downgrade", "Downgraded", "Dep-Install"};
  return std::ranges::find(kActions, word) != kActions.end();
}

bool begins_info(std::string_view line) {
  const auto field = split_field(line);
  return field && field->key == "Transaction ID" && parse_int<uint32_t>(field->value.substr(0, field->value.find(' ')));
}

class DnfHistory : public ToolReader {
 public:
  explicit DnfHistory(Sink& sink)
      : ToolReader(sink, {"dnf", "yum"}),
        log_(sink, log_shape(sink, "dnf", model::ClockDomain::LocalWall, model::Channel::Disk, Precision::Minute),
             "dnf"),
        info_(sink, log_shape(sink, "dnf-info", model::ClockDomain::LocalWall, model::Channel::Disk), "dnf") {}

 private:
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (begins_info(line)) {
      in_info_ = true;
      begin_.reset();
    }
    if (in_info_) return info(text, line, place);
    if (line.empty() || heading(line) || line.find_first_not_of("-=+") == std::string_view::npos) return;
    auto row = parse_row(line);
    if (!row) row = parse_row5(line);
    if (!row) return sink().problem(place, "a line that is no transaction");
    const auto id = log_.add(row->time, place, text, row->message, model::Severity::Info, host());
    const bool kernel = row->message.find("kernel") != std::string::npos;
    sink().landmark(model::LandmarkKind::Change, id, row->message, kernel ? 1 : 0);
  }

  // One transaction, of which each line about a package is an event of its own.
  void info(std::string_view text, std::string_view line, const Place& place) {
    const auto field = split_field(line);
    if (field && field->key == "Begin time") {
      begin_ = stamp(field->value);
      if (!begin_) sink().problem(place, "a time that cannot be read");
      return;
    }
    const auto words = split_blanks(line);
    if (words.size() >= 2 && is_action(words[0])) {
      if (!begin_) return sink().problem(place, "a package of a transaction whose time is not known");
      const auto id = info_.add(*begin_, place, text, line, model::Severity::Info, host());
      const bool kernel = words[1].starts_with("kernel");
      if (words[0] != "Upgraded" && words[0] != "Updated")  // what went, beside what came
        sink().landmark(model::LandmarkKind::Change, id, line, kernel ? 1 : 0);
      return;
    }
    if (field && (field->key == "Command Line" || field->key == "Return-Code") && begin_ && !field->value.empty())
      info_.add(*begin_, place, text, line, model::Severity::Info, host());
  }

  // "Fri Feb  6 18:02:11 2026", "Fri 06 Feb 2026 06:02:11 PM UTC".
  static std::optional<Ns> stamp(std::string_view words) {
    const size_t afternoon = words.find(" PM");
    const size_t morning = words.find(" AM");
    const auto time = parse_ctime_stamp(words.substr(0, std::min(afternoon, morning))).local;
    if (!time) return std::nullopt;
    const int hour = to_civil(*time).hour;
    if (afternoon != std::string_view::npos && hour < 12) return checked_add<Ns>(*time, 12 * kHour);
    if (morning != std::string_view::npos && hour == 12) return checked_add<Ns>(*time, -12 * kHour);
    return time;
  }

  EventLog log_;
  EventLog info_;
  bool in_info_ = false;
  std::optional<Ns> begin_;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"dnf", "yum"});
  if (!tool.lines.empty() && begins_info(trim(tool.lines.front()))) return Claim::Certain;
  size_t rows = 0;
  size_t others = 0;
  bool head_line = false;
  for (const std::string_view line : tool.lines) {
    head_line = head_line || heading(line);
    ++(parse_row(line) || parse_row5(trim(line)) ? rows : others);
  }
  return rows != 0 && head_line && others <= rows + 3 ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<DnfHistory>(sink); }

}  // namespace

extern const Decoder dnf_history_decoder;
const Decoder dnf_history_decoder{"dnf_history", "dnf history, yum history: transactions", sniff, open};

}  // namespace inquest::decode

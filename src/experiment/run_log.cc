#include "experiment/run_log.h"

#include <optional>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::experiment {
namespace {

constexpr std::string_view kHead = "# inquest minimize ";
constexpr size_t kHash = 64;

}  // namespace

Result<void> RunLog::load(std::string_view text) {
  const size_t whole = text.rfind('\n');
  if (whole == std::string_view::npos) return {};
  const auto all = lines(text.substr(0, whole));
  if (!all[0].starts_with(kHead)) return fail(ErrorCode::Malformed, "it is no log of inquest experiment minimize");
  if (all[0].substr(kHead.size()) != identity_)
    return fail(ErrorCode::Malformed, "it is the log of other configurations, or of another test command");
  for (const std::string_view line : all) {
    const auto words = split_blanks(line);
    if (words.size() < 3 || words[0] != "run" || words[1].size() != kHash) continue;
    const auto status = parse_int<int>(words[2]);
    if (!status) continue;
    runs_[std::string(words[1])].statuses.push_back(*status);
    ++known_;
  }
  return {};
}

std::optional<int> RunLog::next(const std::string& candidate) {
  const auto found = runs_.find(candidate);
  if (found == runs_.end() || found->second.given == found->second.statuses.size()) return std::nullopt;
  return found->second.statuses[found->second.given++];
}

std::string RunLog::first_line() const { return fmt::format("{}{}\n", kHead, identity_); }

std::string RunLog::line(const std::string& candidate, int status, size_t applied, size_t changes) {
  return fmt::format("run {} {} {} of {} changes\n", candidate, status, applied, changes);
}

}  // namespace inquest::experiment
